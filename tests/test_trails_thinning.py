"""Thinned paths stay where the path is."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.missions.catalogue import load_mission
from visualizer.model.trails import mission_trails
from visualizer.scene.visuals.trail_buffers import ribbon_indices, ribbon_vertices
from visualizer.scene.visuals.trail_levels import STRAYS_KM, thinned_line


@pytest.mark.parametrize("stray_km", STRAYS_KM[1:])
def test_a_thinned_path_strays_no_further_than_it_may(stray_km):
    line = mission_trails(load_mission("luna-25")).about_moon
    thin = thinned_line(line, stray_km)
    assert len(thin.tdb_s) < len(line.tdb_s)
    assert (thin.tdb_s[0], thin.tdb_s[-1]) == (line.tdb_s[0], line.tdb_s[-1])
    segment = np.clip(np.searchsorted(thin.tdb_s, line.tdb_s, side="right") - 1, 0, len(thin.tdb_s) - 2)
    start, end = thin.position_km[segment], thin.position_km[segment + 1]
    along = end - start
    share = np.einsum("ij,ij->i", line.position_km - start, along) / np.einsum("ij,ij->i", along, along)
    apart = np.linalg.norm(line.position_km - start - np.clip(share, 0, 1)[:, np.newaxis] * along, axis=1)
    assert apart.max() < 2.0 * stray_km


def test_kinds_change_where_they_changed():
    line = mission_trails(load_mission("luna-25")).about_moon
    thin = thinned_line(line, 30.0)
    assert np.count_nonzero(np.diff(thin.kind)) == np.count_nonzero(np.diff(line.kind))


def test_ribbons_have_four_corners_for_each_segment():
    line = mission_trails(load_mission("luna-25")).about_earth
    vertices, indices = ribbon_vertices(line), ribbon_indices(np.arange(len(line.tdb_s) - 1))
    assert len(vertices) == 4 * (len(line.tdb_s) - 1)
    assert indices.max() == len(vertices) - 1
    back = vertices["a_here_high"].astype(float) + vertices["a_here_low"].astype(float)
    assert np.abs(back[::4] - line.position_km[:-1]).max() < 1e-6
