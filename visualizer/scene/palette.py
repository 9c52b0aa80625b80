"""Colours of missions and of bodies' orbits, sRGB."""

from __future__ import annotations

from typing import Final

from visualizer.model.ghosts import GHOST_INDEX

Colour = tuple[float, float, float]
MISSION_COLOURS: Final = (
    (1.0, 0.80, 0.36), (0.45, 0.80, 1.0), (0.62, 0.95, 0.55), (0.95, 0.55, 0.85), (1.0, 0.55, 0.42), (0.55, 0.95, 0.90),
    (0.80, 0.70, 1.0), (0.95, 0.95, 0.50), (0.55, 0.68, 1.0), (1.0, 0.72, 0.70), (0.75, 0.85, 0.65), (0.85, 0.85, 0.90),
)  # fmt: skip
ORBIT_COLOUR: Final = (0.42, 0.48, 0.58)
# Lines between pictures of a frame, and around the one that keys and menus act on.
DIVIDER_COLOUR: Final = (0.20, 0.23, 0.29)
ACTIVE_COLOUR: Final = (0.42, 0.71, 1.0)
# Of flights that never were; no mission has it.
GHOST_COLOUR: Final = (1.0, 0.36, 0.62)


def mission_colour(mission_index: int) -> Colour:
    """Return the colour of the shown mission with this number, or of a flight that never was."""
    if mission_index == GHOST_INDEX:
        return GHOST_COLOUR
    return MISSION_COLOURS[mission_index % len(MISSION_COLOURS)]
