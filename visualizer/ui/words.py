"""Every text that the window shows goes through Qt's translation call; English is the source. Window layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

CONTEXT: Final = "Perilune"


def tr(text: str) -> str:
    """Return a text in the user's language, or as it is where there is no translation."""
    return QCoreApplication.translate(CONTEXT, text)
