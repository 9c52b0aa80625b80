"""How this program starts itself once more."""

from __future__ import annotations

import sys


def program_words() -> list[str]:
    """Return how this program is started: frozen, or by this Python."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "visualizer"]
