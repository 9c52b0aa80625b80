"""Whether the arcs of a flight meet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.trajectory import Trajectory


def assert_joined(trajectory: Trajectory) -> None:
    """Assert that each arc begins where the one before ends: to a metre and a millimetre per second."""
    for before, after in pairwise(trajectory.arcs):
        epoch = before.end_tdb_s
        assert after.start_tdb_s == pytest.approx(epoch, abs=1e-6)
        position, velocity = after.table.evaluate(after.start_tdb_s)
        if after.centre_id != before.centre_id:
            offset = bundled_ephemeris().state_km(after.centre_id, before.centre_id, epoch)
            position, velocity = position + offset[0], velocity + offset[1]
        wanted = before.table.evaluate(epoch)
        assert np.linalg.norm(position - wanted[0]) < 1e-3, after.name
        assert np.linalg.norm(velocity - wanted[1]) < 1e-6, after.name
