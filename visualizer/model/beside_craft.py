"""How far from a craft its view stands: so far that all of it is in the picture, wings and upper stage too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from visualizer.missions.catalogue import Mission
from visualizer.model.camera import CameraState
from visualizer.model.craft_models import craft_table

# Of the sphere about the craft's parts; the view's half field of 24 degrees holds a sphere from 2.46 of its radii.
RADII_OFF: Final = 2.5


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
