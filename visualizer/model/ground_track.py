"""What lies below the craft: its track on the ground a revolution back and ahead, and what its camera sees."""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, cross, norm, perpendicular, rotate, unit
from visualizer.core.bodies import EARTH, MOON, body_of_id
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.geometry import earth_geodetic, spherical_subpoint
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.trajectory import Trajectory
from visualizer.model.globe_lines import LIFT_KM, on_ground_km

LONGEST_S: Final = 43_200.0
POINTS: Final = 121
# Full angle of the cone; the cameras' own angles are not published.
VIEW_ANGLE_RAD: Final = float(np.deg2rad(30.0))
VIEW_COLUMNS: Final = 72


def revolution_s(trajectory: Trajectory, tdb_s: float, body_id: int) -> float:
    """Return the osculating period about a body, or `LONGEST_S` where that is longer or there is none."""
    position, velocity = trajectory.state_km(tdb_s, body_id)
    gm = body_of_id(body_id).gm_km3_s2
    inverse_axis = 2.0 / float(norm(position)) - float(velocity @ velocity) / gm
    if inverse_axis <= 0.0:
        return LONGEST_S
    return min(float(2.0 * np.pi * np.sqrt(1.0 / (gm * inverse_axis**3))), LONGEST_S)


def ground_track_km(trajectory: Trajectory, body_id: int, tdb_s: FloatArray) -> FloatArray:
    """Return the points of the ground below the craft, (n, 3) km, body-fixed axes, each of its own epoch."""
    position, _ = trajectory.state_km(tdb_s, body_id)
    if body_id == EARTH.naif_id:
        lat, lon, _ = earth_geodetic(rotate(rot_itrs_from_icrf(tdb_s), position))
    else:
        lat, lon = spherical_subpoint(rotate(rot_moon_me_from_icrf(tdb_s), position))
    return on_ground_km(body_id, lat, lon, LIFT_KM[body_id])


def track_epochs(now_tdb_s: float, whole_tdb_s: tuple[float, float], period_s: float) -> tuple[FloatArray, FloatArray]:
    """Return epochs of the revolution before and of the one after now, as far as there is flight."""
    first, last = max(whole_tdb_s[0], now_tdb_s - period_s), min(whole_tdb_s[1], now_tdb_s + period_s)
    return np.linspace(first, now_tdb_s, POINTS), np.linspace(now_tdb_s, last, POINTS)


def body_below(pos_wrt_earth_km: FloatArray, is_about_moon: bool) -> int:
    """Return the SPICE id of the body whose ground the track is drawn on."""
    return MOON.naif_id if is_about_moon else EARTH.naif_id


def view_cone_km(craft_km: FloatArray, radius_km: float, angle_rad: float = VIEW_ANGLE_RAD) -> FloatArray:
    """Return where the edge of a cone toward nadir meets a sphere, (n, 3) km, relative to the sphere's centre.

    Parameters
    ----------
    craft_km : (3,) relative to the centre, outside the sphere
    angle_rad : full angle of the cone; beyond the horizon the edge is the horizon
    """
    distance = float(norm(craft_km))
    half = min(0.5 * angle_rad, float(np.arcsin(min(radius_km / distance, 1.0))))
    reach = distance * np.cos(half) - np.sqrt(max(radius_km**2 - (distance * np.sin(half)) ** 2, 0.0))
    down = -unit(craft_km)
    aside = perpendicular(down)
    around = np.linspace(0.0, 2.0 * np.pi, VIEW_COLUMNS + 1)[:, np.newaxis]
    ring = np.cos(around) * aside + np.sin(around) * cross(down, aside)
    return np.asarray(craft_km + reach * (np.cos(half) * down + np.sin(half) * ring))
