"""Numbers of a craft with some of them replaced."""

from __future__ import annotations

from copy import copy

from visualizer.model.telemetry import FIGURES, Telemetry


def changed(telemetry: Telemetry, **figures: object) -> Telemetry:
    """Return the same numbers but for those that are named."""
    assert set(figures) <= set(FIGURES)
    found = copy(telemetry)
    found.__dict__.update(figures)
    return found
