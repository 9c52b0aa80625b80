"""How high the view of a site stands: so high that no ground hides the site and the end of the way that led to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.relief import bundled_relief
from visualizer.core.sky import sky_at
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.model.around import Around
from visualizer.model.camera import CameraState, camera_pose
from visualizer.model.ground_paths import contacts_tdb_s

# Of a way down so much is looked at: seconds before its end, and no farther from it than the view is wide.
BEFORE_END_S: Final[FloatArray] = np.concatenate([[0.0], np.geomspace(0.01, 60.0, 14)])
END_KM: Final = 1.0
# A line of sight passes ground by so much, which the drawn mesh may differ by; toward its end it comes down to it.
SPARE_KM: Final = 0.0006
COMES_DOWN: Final = 0.2
# Places along a line of sight, closer toward the camera.
_SHARES: Final[FloatArray] = np.linspace(0.0, 1.0, 66)[1:-1] ** 1.5
STEP_RAD, HIGHEST_RAD = float(np.deg2rad(0.5)), float(np.deg2rad(20.0))


def seeing_end(camera: CameraState, mission: Mission, tdb_s: float) -> CameraState:
    """Return a camera at a site on the Moon from as high as it takes to see the site and the last of the way to it.

    It stands as far away and on the same side. Where ground hides something from up to 20 degrees above the site, it
    stands where most is seen, the lower the better.

    Parameters
    ----------
    camera : at a site, with axes 'site-earth'; any other comes back as it was
    tdb_s : now: the Earth's place decides on which side the camera stands
    """
    site = next((s for s in mission.sites if camera.focus == f"site:{mission.id}/{s.id}"), None)
    if site is None or site.body_id != MOON.naif_id or camera.axes != "site-earth":
        return camera
    sky = sky_at(tdb_s)
    around = Around(sky, {mission.id: mission}, {}, {})

    def fixed_km(place_km: FloatArray) -> FloatArray:
        return np.asarray(sky.rot_me_from_icrf @ (place_km - sky.moon_pos_km))

    wanted = end_of_way_km(mission.trajectory, fixed_km(around.focus_position_km(camera.focus)))
    best, most, before = camera, -1, None
    for elevation in np.arange(camera.elevation_rad, max(HIGHEST_RAD, camera.elevation_rad) + 1e-9, STEP_RAD):
        higher = replace(camera, elevation_rad=float(elevation))
        place = camera_pose(higher, around).pos_wrt_earth_icrf_km
        # Ground behind the site lifts a low camera: then a little more elevation moves it hardly at all.
        seen = int(np.sum(sees(fixed_km(place), wanted))) if before is None or norm(place - before) > 1e-4 else -1
        best, most = (higher, seen) if seen > most else (best, most)
        before = place if seen >= 0 else before
        if most == len(wanted):
            break
    return best


def end_of_way_km(trajectory: Trajectory, site_km: FloatArray) -> FloatArray:
    """Return a site and the last points of a way down that ended there, (n, 3) km, Moon-fixed axes."""
    found = [site_km[np.newaxis]]
    for contact_tdb_s, is_down in contacts_tdb_s(trajectory):
        epochs = contact_tdb_s - BEFORE_END_S
        epochs = epochs[(epochs >= trajectory.span_tdb_s[0]) & (trajectory.arc_index(epochs) >= 0)]
        if is_down and len(epochs):
            way = rotate(rot_moon_me_from_icrf(epochs), trajectory.state_km(epochs, MOON.naif_id)[0])
            found.append(way[norm(way - site_km) < END_KM])
    return np.concatenate(found)


def sees(camera_km: FloatArray, places_km: FloatArray) -> np.ndarray:
    """Tell which places, (n, 3), a camera sees over the drawn ground, (n,) bool; Moon-fixed axes."""
    along = camera_km + _SHARES[:, np.newaxis] * (places_km - camera_km)[:, np.newaxis]
    away = norm(along)
    above = away - RADIUS_MOON_KM - bundled_relief().height_of_directions_km(along / away[..., np.newaxis])
    return np.asarray(np.all(above >= SPARE_KM * np.minimum((1.0 - _SHARES) / COMES_DOWN, 1.0), axis=1))
