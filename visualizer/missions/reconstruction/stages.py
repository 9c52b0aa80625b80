"""From facts to a start, in stages: lunar orbit first, then insertion and transfer backwards, then everything.

Missions, reconstruction. Each stage frees more unknowns and is given what the last one found; nothing but the
document's facts and guesses goes in.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_EARTH_KM3_S2, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import Elements, elements_from_state
from visualizer.missions.reconstruction.flight import COARSE, FINE, Fineness, Legs, Pilot
from visualizer.missions.reconstruction.least_squares import BatchFunction, Fit, Report, fit
from visualizer.missions.reconstruction.plan import Plan
from visualizer.missions.reconstruction.residuals import (
    fact_residuals,
    modelled_orbit,
    modelled_parking,
    modelled_transfer,
    prior_residuals,
)
from visualizer.missions.reconstruction.unknowns import BACKWARD_IDS, ORBIT_IDS, Layout

INSERTION_IDS = BACKWARD_IDS[7:19]
PERILUNE_PLACES_DEG = (0.0, 60.0, 300.0)
CORRECTION_PITCHES_DEG = (135.0, 230.0)


def orbit_function(plan: Plan, layout: Layout, fineness: Fineness, loose_km: float) -> BatchFunction:
    """Return the residuals of the flight from the node on."""
    pilot = Pilot(plan, layout, fineness)

    def residuals(batch: FloatArray) -> FloatArray:
        legs = pilot.fly(batch, backwards=False)
        facts = fact_residuals(plan, modelled_orbit(plan, legs), loose_km)
        return np.concatenate([facts, prior_residuals(layout, batch)], axis=1)

    return residuals


def whole_function(
    plan: Plan, layout: Layout, fineness: Fineness = FINE, loose_km: float = 0.0, forwards: bool = True
) -> BatchFunction:
    """Return the residuals of the whole flight, or of its part before the node."""
    pilot = Pilot(plan, layout, fineness)

    def residuals(batch: FloatArray) -> FloatArray:
        legs = pilot.fly(batch, forwards=forwards)
        modelled = modelled_orbit(plan, legs) if forwards else {}
        modelled = modelled | modelled_transfer(plan, legs) | modelled_parking(plan, legs)
        facts = fact_residuals(plan, modelled, loose_km)
        return np.concatenate([facts, prior_residuals(layout, batch)], axis=1)

    return residuals


def orbit_starts(layout: Layout) -> FloatArray:
    """Return starts that differ in what no fact tells: where perilune is, which way the 18 August burn went."""
    size_km = 10.6
    starts = []
    for place in np.deg2rad(PERILUNE_PLACES_DEG):
        for pitch in CORRECTION_PITCHES_DEG:
            start = layout.start
            start[layout.index("ecc-cos")] = size_km * np.cos(place)
            start[layout.index("ecc-sin")] = size_km * np.sin(place)
            start[layout.index("correction-pitch")] = pitch
            start[layout.index("small-thrust")] = 250.0
            starts.append(start)
    return np.array(starts)


def fit_orbit(plan: Plan, layout: Layout, starts: FloatArray, report: Report, iterations: int = 5) -> list[Fit]:
    """Fit the coarse lunar orbit from several starts in step; the impact's place is held to 30 km only."""
    function = orbit_function(plan, layout, COARSE, 30.0)
    return fit(function, starts, layout.steps, layout.indices(ORBIT_IDS), iterations, 1e-2, report)


def fit_transfer(plan: Plan, layout: Layout, values: FloatArray) -> FloatArray:
    """Find insertion burns that lead back to the Earth, then an injection burn that leads back to the launch."""
    pilot = Pilot(plan, layout)

    def approach(batch: FloatArray) -> FloatArray:
        legs = pilot.fly(batch, forwards=False)
        own = fact_residuals(plan, modelled_transfer(plan, legs))
        return np.concatenate([_perigee_residuals(plan, legs), own, prior_residuals(layout, batch)], axis=1)

    values = fit(approach, values[None], layout.steps, layout.indices(INSERTION_IDS), 8, 1e-2)[0].values
    _, perigee_s = osculating_perigee(plan, pilot.fly(values[None], forwards=False))
    values[layout.index("tli-start")] = perigee_s[0] - 0.5 * values[layout.index("tli-duration")]
    whole = whole_function(plan, layout, forwards=False)
    return fit(whole, values[None], layout.steps, layout.indices(BACKWARD_IDS[7:]), 8, 1e-3)[0].values


def osculating_perigee(plan: Plan, legs: Legs) -> tuple[Elements, FloatArray]:
    """Return the conic about the Earth before the first correction, and its perigee's epoch after `tli-time`."""
    path = legs["tcm-1"].path
    axes = rot_itrs_from_icrf(plan.epoch("tli-time"))
    orbit = elements_from_state(path.last[:, :3] @ axes.T, path.last[:, 3:6] @ axes.T, GM_EARTH_KM3_S2)
    return orbit, path.tdb_s[-1] - orbit.time_from_periapsis_s - plan.epoch("tli-time")


def _perigee_residuals(plan: Plan, legs: Legs) -> FloatArray:
    """Return how far the perigee is from the parking orbit: radius, epoch, inclination, plane."""
    orbit, perigee_s = osculating_perigee(plan, legs)
    pad = plan.pad_icrf_km(plan.epoch("launch-time")) @ rot_itrs_from_icrf(plan.epoch("tli-time")).T
    pad = pad / np.linalg.norm(pad)
    node, tilt = orbit.node_rad, orbit.inclination_rad
    normal = np.stack([np.sin(tilt) * np.sin(node), -np.sin(tilt) * np.cos(node), np.cos(tilt)], axis=1)
    radius_km = RADIUS_EARTH_EQUATOR_KM + 0.5 * (plan.value("parking-perigee") + plan.value("parking-apogee"))
    return np.stack(
        [
            (orbit.periapsis_radius_km - radius_km) / 20.0,
            (perigee_s - 0.5 * plan.prior("tli-duration")) / 120.0,
            (np.rad2deg(tilt) - plan.value("parking-inclination")) / 0.1,
            np.rad2deg(np.arcsin(normal @ pad)) / 0.1,
        ],
        axis=1,
    )
