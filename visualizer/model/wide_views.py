"""How far away views stand: so far that the active mission's whole way, or its craft near a body, is in the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import MOON_INFLUENCE_KM
from visualizer.core.sky import sky_at
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.model.around import Around
from visualizer.model.camera import CameraState, camera_pose
from visualizer.model.rotating import rotating_axes
from visualizer.model.rotation import look_rotation
from visualizer.model.trails import is_flying

STEP_S: Final = 3.0 * 3600.0
# Half of the picture that a way may fill, across and upward, and how much wider than high pictures are at least.
ROOM: Final = 0.93
WIDTH_OVER_HEIGHT: Final = 1.6

# Around the Earth and a craft in a site's sky, how wide a picture of that may be, and how far from there a craft is.
SITE_ROOM_RAD, WIDEST_RAD = float(np.deg2rad(4.0)), float(np.deg2rad(84.0))
CRAFT_AT_SITE_KM: Final = 0.5
# A craft that is farther from a body's centre is not a matter of that body's view.
CRAFT_WITHIN_KM: Final = {"earth": (EARTH.naif_id, 50_000.0), "moon": (MOON.naif_id, 12_000.0)}

_ways: WeakKeyDictionary[Trajectory, tuple[FloatArray, FloatArray]] = WeakKeyDictionary()


def standing_back(camera: CameraState, trajectory: Trajectory, tdb_s: float) -> CameraState:
    """Return a camera on the Earth-Moon system from as far as a whole flight needs, no nearer than it stood.

    Parameters
    ----------
    camera : with focus 'system', axes 'earth-moon' or 'rotating', or with focus 'earth' or 'moon', axes 'sun'; any
        other comes back as it was
    trajectory : what is to be in the picture: its way from the Earth to the Moon, as it is drawn in these axes; near
        one body its craft
    tdb_s : now
    """
    if camera.focus in CRAFT_WITHIN_KM and camera.axes == "sun":
        return _holding_craft(camera, trajectory, tdb_s)
    if camera.focus != "system" or camera.axes not in ("earth-moon", "rotating"):
        return camera
    about_earth, turned = _way_of(trajectory)
    rows, distance_km = rotating_axes(tdb_s)
    points = turned if camera.axes == "rotating" else rotate(rows, about_earth)
    seen = (points - [0.5 * float(distance_km), 0.0, 0.0]) @ _view_axes(camera).T
    half = ROOM * np.tan(0.5 * camera.fov_rad) * np.array([WIDTH_OVER_HEIGHT, 1.0])
    needed = seen[:, 2] + np.max(np.abs(seen[:, :2]) / half, axis=1)
    return replace(camera, distance_km=max(camera.distance_km, float(np.max(needed, initial=0.0))))


def holding_earth(camera: CameraState, mission: Mission, tdb_s: float) -> CameraState:
    """Return a camera at a site, looking toward the Earth, that sees as wide as it takes to hold the Earth.

    And a craft that comes down there. Any other camera comes back as it was, and one that would have to see more than
    `WIDEST_RAD`, as near the middle of the near side.
    """
    if not camera.focus.startswith("site:") or camera.axes != "site-earth":
        return camera
    # The ground behind the site may lift the camera, which then looks down at it.
    around = Around(sky_at(tdb_s), {mission.id: mission}, {}, {})
    pose, wanted = camera_pose(camera, around), [np.zeros(3)]
    if is_flying(mission.trajectory, tdb_s):
        craft_km = mission.trajectory.state_km(tdb_s, EARTH.naif_id)[0]
        wanted += [craft_km] if norm(craft_km - around.focus_position_km(camera.focus)) < CRAFT_AT_SITE_KM else []
    for place_km in wanted:
        _, up, backward = pose.rot_view_from_icrf @ (place_km - pose.pos_wrt_earth_icrf_km)
        needed = 2.0 * (float(np.arctan2(up, -backward)) + SITE_ROOM_RAD)
        if camera.fov_rad < needed <= WIDEST_RAD:
            camera = replace(camera, fov_rad=needed)
    return camera


def _holding_craft(camera: CameraState, trajectory: Trajectory, tdb_s: float) -> CameraState:
    """Return a camera from as far as a craft near its body needs, whichever side it is on."""
    naif_id, within_km = CRAFT_WITHIN_KM[camera.focus]
    if not is_flying(trajectory, tdb_s):
        return camera
    away_km = float(norm(trajectory.state_km(tdb_s, naif_id)[0]))
    needed = away_km / (ROOM * np.tan(0.5 * camera.fov_rad))
    return replace(camera, distance_km=max(camera.distance_km, needed)) if away_km < within_km else camera


def _view_axes(camera: CameraState) -> FloatArray:
    """Return right, up and backward of the camera in the axes that turn with the Moon."""
    toward = camera.azimuth_rad + (np.pi if camera.axes == "earth-moon" else 0.0)
    flat = np.cos(camera.elevation_rad)
    out = np.array([flat * np.cos(toward), flat * np.sin(toward), np.sin(camera.elevation_rad)])
    return look_rotation(-out, np.array([0.0, 0.0, 1.0]))


def _way_of(trajectory: Trajectory) -> tuple[FloatArray, FloatArray]:
    """Return points of a flight outside the Moon's influence: (n, 3) km about the Earth, ICRF and turning axes."""
    if trajectory not in _ways:
        epochs = np.concatenate([_epochs(arc.start_tdb_s, arc.end_tdb_s) for arc in trajectory.arcs])
        about_moon = trajectory.state_km(epochs, MOON.naif_id)[0]
        epochs = epochs[norm(about_moon) > MOON_INFLUENCE_KM]
        about_earth = trajectory.state_km(epochs, EARTH.naif_id)[0]
        rows, _ = rotating_axes(epochs)
        _ways[trajectory] = about_earth, rotate(rows, about_earth)
    return _ways[trajectory]


def _epochs(first: float, last: float) -> FloatArray:
    return np.linspace(first, last, 2 + int((last - first) / STEP_S))
