"""What a camera in a craft sees, against counting rays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import FOV_MOST_RAD, diameter_rad, fov_that_holds
from visualizer.model.seen import hemisphere_share, seen_words, share_text, what_is_seen
from visualizer.model.session import Session

RADIUS_KM = 1737.4


def counted_share(distance_km: float, pole: np.ndarray, fov_rad: float, rays: int = 400_000) -> float:
    """Count rays through a square picture that meet a half of a sphere, each with the solid angle it stands for."""
    rng = np.random.default_rng(7)
    plane = rng.uniform(-1.0, 1.0, (rays, 2)) * np.tan(0.5 * fov_rad)
    ray = np.column_stack([plane, -np.ones(rays)])
    weight = np.linalg.norm(ray, axis=1) ** -3.0
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    along = -ray[:, 2] * distance_km
    inside = along**2 - (distance_km**2 - RADIUS_KM**2)
    hits = inside > 0.0
    place = [0.0, 0.0, distance_km] + ray * (along - np.sqrt(np.maximum(inside, 0.0)))[:, np.newaxis]
    return float((weight * (hits & (place @ pole > 0.0))).sum() / (weight * hits).sum())


@pytest.mark.parametrize("seed", range(12))
def test_shares_are_what_counting_rays_gives(seed):
    rng = np.random.default_rng(seed)
    distance = RADIUS_KM * (1.0 + 10.0 ** rng.uniform(-2.0, 2.0))
    # Wide enough that many rays meet the body, or narrow enough that it fills the picture.
    fov = diameter_rad(distance, RADIUS_KM) * rng.choice([0.2, 0.8, 1.3])
    pole = rng.normal(size=3) * [1.0, 1.0, 0.4]
    pole /= np.linalg.norm(pole)
    fov = min(fov, float(np.deg2rad(150.0)))
    share = hemisphere_share(np.array([0.0, 0.0, distance]), RADIUS_KM, pole, fov)
    assert share == pytest.approx(counted_share(distance, pole, fov), abs=4e-3)


@given(st.floats(1.001, 300.0), st.floats(0.01, 1.57), st.floats(-3.1, 3.1), st.floats(0.0, 3.1))
def test_a_half_and_the_other_half_make_the_whole(far, fov, azimuth, polar):
    offset = np.array([0.0, 0.0, far * RADIUS_KM])
    pole = np.array([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)])
    both = hemisphere_share(offset, RADIUS_KM, pole, fov) + hemisphere_share(offset, RADIUS_KM, -pole, fov)
    assert both == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("phase_deg", "share"), [(0.0, 1.0), (60.0, 0.75), (90.0, 0.5), (120.0, 0.25), (180.0, 0.0)])
def test_from_afar_the_share_in_daylight_is_the_lit_part_of_the_disc(phase_deg, share):
    phase = np.deg2rad(phase_deg)
    sun = np.array([np.sin(phase), 0.0, np.cos(phase)])
    assert hemisphere_share(np.array([0.0, 0.0, 4e5]), RADIUS_KM, sun, 0.05) == pytest.approx(share, abs=3e-3)


def test_from_low_above_the_subsolar_point_all_is_in_daylight():
    offset, sun = np.array([0.0, 0.0, RADIUS_KM + 100.0]), np.array([0.0, 0.0, 1.0])
    assert hemisphere_share(offset, RADIUS_KM, sun, float(np.deg2rad(150.0))) == 1.0


@pytest.fixture(scope="module")
def session() -> Session:
    return Session([load_mission("luna-25")], tdb_s_from_utc_text("2023-08-13T12:00:00"))


@pytest.mark.parametrize("utc", ["2023-08-12T00:00:00", "2023-08-13T12:00:00", "2023-08-18T05:00:00"])
@pytest.mark.parametrize("target", ["moon", "earth"])
def test_numbers_agree_with_telemetry(session, utc, target):
    session.clock.seek(tdb_s_from_utc_text(utc))
    state = session.frame_state()
    telemetry, craft = state.telemetry, state.crafts[0]
    seen = what_is_seen(state, craft.pos_km, target, 0.1)
    distance = telemetry.range_moon_km if target == "moon" else telemetry.range_earth_km
    assert seen.distance_km == pytest.approx(distance, rel=1e-6)
    assert np.sin(0.5 * seen.diameter_rad) * distance == pytest.approx(
        1737.4 if target == "moon" else 6378.137, rel=1e-3
    )
    if telemetry.body.lower() == target:
        assert np.rad2deg(seen.lat_rad) == pytest.approx(telemetry.lat_deg, abs=1e-3)
        assert np.rad2deg(seen.lon_rad) == pytest.approx(telemetry.lon_deg, abs=1e-3)
        assert np.rad2deg(seen.phase_rad) == pytest.approx(telemetry.phase_deg, abs=1e-3)
    assert (seen.near_share is None) == (target == "earth")
    assert seen.is_hidden == (target == "earth" and not telemetry.is_earth_visible)


def test_the_earth_sees_the_near_side(session):
    state = session.frame_state()
    moon = state.body(301).pos_km
    away = moon / np.linalg.norm(moon)
    from_earth = what_is_seen(state, away * 7000.0, "moon", 0.1)
    from_behind = what_is_seen(state, moon + away * 4e5, "moon", 0.1)
    assert from_earth.near_share > 0.97
    assert from_behind.near_share < 0.03
    assert from_behind.is_hidden is False
    assert what_is_seen(state, -away * 4e5, "moon", 0.1).is_hidden is True


def test_shares_are_all_or_nothing_only_where_it_is_so():
    assert [share_text(s) for s in (0.0, 1e-5, 0.002, 0.4, 0.994, 0.998, 0.99999, 1.0)] == [
        "0 %", "0 %", "<1 %", "40 %", ">99 %", ">99 %", "100 %", "100 %",
    ]  # fmt: skip


def test_the_words_say_what_is_behind_what(session):
    state = session.frame_state()
    moon = state.body(301).pos_km
    hidden = what_is_seen(state, -moon, "moon", 0.1)
    assert seen_words(hidden).endswith("behind the Earth")
    assert "near side" in seen_words(hidden)
    assert "near side" not in seen_words(what_is_seen(state, moon * 0.5, "earth", 0.1))


def test_a_fitted_field_of_view_holds_the_body_and_follows_it(session):
    session.panes.set_targets({"moon": None})
    found = []
    for utc in ("2023-08-12T00:00:00", "2023-08-14T00:00:00", "2023-08-18T05:00:00"):
        session.clock.seek(tdb_s_from_utc_text(utc))
        small = session.frame_state().others[0]
        seen = what_is_seen(small, small.camera.pos_wrt_earth_icrf_km, "moon", small.camera.fov_rad)
        assert small.camera.fov_rad == pytest.approx(fov_that_holds(seen.diameter_rad))
        found.append(small.camera.fov_rad)
    assert found == sorted(found)
    assert found[-1] == FOV_MOST_RAD
    session.panes.set_targets({})
