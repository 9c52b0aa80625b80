"""From the pad to the third stage's separation: a smooth schematic arc, not a simulation.

Missions, reconstruction. No ascent data were published beyond its direction and two times, so the arc is three
polynomials of the fifth degree (height, angle along the orbit plane, angle across it) that leave the turning pad
at rest on it and meet the solved flight in position and velocity.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import EARTH_ROTATION_RAD_S
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.missions.polar_curves import cartesian, plane_axes, polar, quintic
from visualizer.missions.reconstruction.plan import Plan

STEP_S = 6.0
LIFT_OFF_KM_S2 = 0.004
CUT_OFF_KM_S2 = 0.012


def ascent_states(plan: Plan, end_state: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return epochs (n,), positions (n, 3) km and velocities (n, 3) km/s, ICRF axes about the Earth.

    Parameters
    ----------
    plan : for the pad and the times
    end_state : (7,) state at the third stage's separation
    """
    start, end = plan.epoch("launch-time"), plan.epoch("third-stage-separation")
    span_s = end - start
    tdb_s = np.linspace(start, end, round(span_s / STEP_S) + 1)
    axes = plane_axes(end_state)
    first, last = polar(axes, _pad_state(plan, start)), polar(axes, end_state)
    # Second rates at lift-off and at cut-off: of the radius, of the angle along the plane, of the angle across it.
    pulls = ((LIFT_OFF_KM_S2, -0.002), (0.0, CUT_OFF_KM_S2 / last[0][0]), (0.0, 0.0))
    curves = [
        quintic(tdb_s - start, span_s, (*one, begin), (*other, end_pull))
        for one, other, (begin, end_pull) in zip(first, last, pulls, strict=True)
    ]
    return tdb_s, *cartesian(axes, *(np.stack([curve[i] for curve in curves]) for i in (0, 1)))


def _pad_state(plan: Plan, tdb_s: float) -> FloatArray:
    """Return the pad's position and its velocity with the turning Earth, (6,), ICRF axes."""
    place = plan.pad_icrf_km(tdb_s)
    pole = rot_itrs_from_icrf(tdb_s)[2]
    return np.concatenate([place, EARTH_ROTATION_RAD_S * np.cross(pole, place)])
