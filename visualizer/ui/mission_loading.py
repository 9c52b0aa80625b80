"""Missions from the catalogue, for a worker. Window layer without widgets."""

from __future__ import annotations

from collections.abc import Iterable

from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission, load_mission


def load_missions(mission_ids: Iterable[str]) -> tuple[list[Mission], list[str]]:
    """Return the missions, and a line for each that could not be loaded."""
    missions, failures = [], []
    for mission_id in mission_ids:
        try:
            missions.append(load_mission(mission_id))
        except PeriluneError as error:
            failures.append(str(error))
    return missions, failures
