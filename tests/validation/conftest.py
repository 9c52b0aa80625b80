"""Flights that several of these tests lay side by side."""

from __future__ import annotations

import pytest

from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import Mission

NAMES = ("chandrayaan-3", "im-1", "im-2", "slim", "luna-25/planned", "luna-25", "artemis-2", "artemis-iii-iv")


@pytest.fixture(scope="session")
def flights() -> dict[str, Mission]:
    """Return landers, a plan among them, and two flights that do not land."""
    return {name: load_flight(name) for name in NAMES}
