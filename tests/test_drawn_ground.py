"""Drawn ground and flights agree: nobody flies through a hill, and places have the heights that documents give them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer import resources
from visualizer.cli.picture_commands import scene_request
from visualizer.core import relief
from visualizer.core.arrays import norm, rotate
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import direction_of_lat_lon
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.relief import CLEARED, PINNED, bundled_relief, drawn_height_km
from visualizer.missions.catalogue import load_mission
from visualizer.missions.user_catalogue import bundled_mission_ids
from visualizer.model.frame_state import build_frame_state
from visualizer.model.ground_paths import contacts_tdb_s

CONTACTS = [
    (mission_id, contact, is_down)
    for mission_id in bundled_mission_ids()
    for contact, is_down in contacts_tdb_s(load_mission(mission_id).trajectory)
]


@pytest.mark.parametrize(("mission_id", "contact_tdb_s", "is_down"), CONTACTS)
def test_no_way_to_or_from_the_ground_leads_through_it(mission_id, contact_tdb_s, is_down):
    """For half an hour; a decimetre is what places in documents are rounded to."""
    trajectory = load_mission(mission_id).trajectory
    away = np.concatenate([np.arange(0.0, 120.0, 0.05), np.arange(120.0, 1800.0, 0.5)])
    epochs = contact_tdb_s - away if is_down else contact_tdb_s + away
    epochs = epochs[(epochs >= trajectory.span_tdb_s[0]) & (epochs <= trajectory.span_tdb_s[1])]
    place = rotate(rot_moon_me_from_icrf(epochs), trajectory.state_km(epochs, MOON.naif_id)[0])
    radius = norm(place)
    ground = bundled_relief().height_of_directions_km(place / radius[:, np.newaxis])
    above_m = 1e3 * (radius - RADIUS_MOON_KM - ground)
    assert above_m.min() > -0.1
    # And it ends on it, or begins there.
    assert above_m[0] < 0.1


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_places_stand_at_the_heights_that_documents_give_them(mission_id):
    for site in load_mission(mission_id).sites:
        if site.body_id == MOON.naif_id and site.height_m != 0.0:
            assert 1e3 * drawn_height_km(site.lat_deg, site.lon_deg) == pytest.approx(site.height_m, abs=0.1)


def test_pinned_places_have_their_heights_though_some_are_near_each_other():
    drawn = bundled_relief()
    for lat, lon, height_km, _ in PINNED:
        assert float(drawn.height_of_directions_km(direction_of_lat_lon(lat, lon), 0)) == pytest.approx(height_km)


def test_measured_ground_gives_way_to_no_path(monkeypatch, tmp_path):
    monkeypatch.setattr(resources, "_OVERRIDES", {})
    made = bundled_relief()
    relief.bundled_relief.cache_clear()
    resources.override("moon/", tmp_path)
    try:
        measured = bundled_relief()
    finally:
        relief.bundled_relief.cache_clear()
    assert len(made.pins) == len(PINNED) + len(CLEARED)
    assert len(measured.pins) == len(PINNED)


def test_ground_that_is_low_enough_is_left_as_it_is():
    drawn = bundled_relief()
    lat, lon, most_km, reach_km = CLEARED[0]
    assert relief._clearing(drawn, ((lat, lon, most_km + 0.001, reach_km),)) == []
    bare = replace(drawn, pins=drawn.pins[: len(PINNED)])
    assert relief._clearing(bare, CLEARED)[0][1] < -0.03


def test_a_file_tells_the_height_over_the_ground_before_anything_else_has_read_it():
    """From aboard Odysseus a minute before its landing: no camera at the ground has asked for the relief yet."""
    mission = load_mission("im-1")
    tdb_s = mission.event("landing").tdb_s - 60.0
    relief.bundled_relief.cache_clear()
    telemetry = build_frame_state(scene_request(mission, tdb_s, "craft", None), tdb_s).telemetry
    assert 0.0 < telemetry.relief_altitude_km < 0.4
