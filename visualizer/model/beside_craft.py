"""Where the view beside a craft stands: so far that all of it is in the picture, and where its lit side is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from visualizer.core.sky import sky_at
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import flight_state
from visualizer.model.around import Around
from visualizer.model.camera import CameraState, camera_pose
from visualizer.model.craft_models import craft_table
from visualizer.model.trails import is_flying

# Of the sphere about the craft's parts; the view's half field of 24 degrees holds a sphere from 2.46 of its radii.
RADII_OFF: Final = 2.5
# Cosine of the angle Sun - craft - camera: a camera that has less sees the dark side; best is a Sun well aside of it.
LEAST_LIT, WELL_LIT = 0.3, 0.65


def standing_clear(camera: CameraState, mission: Mission, tdb_s: float) -> CameraState:
    """Return a camera beside a mission's craft from as far as its size needs, no nearer than it stood.

    Parameters
    ----------
    camera : one that stands off a craft; any other comes back as it was
    tdb_s : now: a craft with its upper stage is larger
    """
    if not camera.focus.startswith("craft:") or camera.distance_km <= 0.0:
        return camera
    needed_km = 1e-3 * RADII_OFF * craft_table(mission.id).stage_at(mission, tdb_s).radius_m
    return replace(camera, distance_km=max(camera.distance_km, needed_km))


def on_lit_side(camera: CameraState, mission: Mission, tdb_s: float) -> CameraState:
    """Return a camera beside a mission's craft from where the side that the Sun shines on is seen.

    It stands as high and as far aside of the track, but before the craft instead of behind it or on the other side.

    Parameters
    ----------
    camera : one that stands off a craft; any other comes back as it was
    tdb_s : now; in a body's shadow there is no lit side
    """
    if not camera.focus.startswith("craft:") or camera.distance_km <= 0.0 or not is_flying(mission.trajectory, tdb_s):
        return camera
    sky = sky_at(tdb_s)
    flight = flight_state(mission.trajectory, tdb_s, sky=sky)
    around = Around(sky, {mission.id: mission}, {mission.id: flight}, {})
    to_sun = sky.sun_pos_km - flight.pos_earth_km
    to_sun /= np.linalg.norm(to_sun)

    def lit(one: CameraState) -> float:
        out = camera_pose(one, around).pos_wrt_earth_icrf_km - flight.pos_earth_km
        return float(out @ to_sun / np.linalg.norm(out))

    if float(flight.sunlit_fraction) == 0.0 or lit(camera) >= LEAST_LIT:
        return camera
    aside = camera.azimuth_rad
    others = (replace(camera, azimuth_rad=azimuth) for azimuth in (-aside, np.pi - aside, np.pi + aside))
    return min((camera, *others), key=lambda one: abs(lit(one) - WELL_LIT))
