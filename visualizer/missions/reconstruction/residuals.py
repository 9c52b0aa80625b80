"""Compare flown batches with the published facts: one residual per fact, in units of its uncertainty.

Missions, reconstruction. `modelled_*` give what the flight says in the fact's own unit; guesses come as further rows.
"""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import FloatArray, dot, norm, rotate, unit
from visualizer.core.constants import (
    GM_EARTH_KM3_S2,
    GM_MOON_LP165P_KM3_S2,
    RADIUS_EARTH_EQUATOR_KM,
    RADIUS_MOON_KM,
)
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import Elements, elements_from_state
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import find_crossing
from visualizer.missions.reconstruction.flight import Leg, Legs
from visualizer.missions.reconstruction.plan import Plan
from visualizer.missions.reconstruction.unknowns import Layout

REVOLUTIONS = 7
Modelled = dict[str, FloatArray]


def lunar_elements(tdb_s: FloatArray, state: FloatArray) -> Elements:
    """Return osculating elements about the Moon in its mean-Earth axes of each epoch, frozen."""
    axes = rot_moon_me_from_icrf(tdb_s)
    return elements_from_state(rotate(axes, state[..., :3]), rotate(axes, state[..., 3:6]), GM_MOON_LP165P_KM3_S2)


def modelled_orbit(plan: Plan, legs: Legs) -> Modelled:
    """Return what the flight from the node on says of the facts about the lunar orbit and the impact."""
    orbit = legs["orbit-1"].path
    period_s = 60.0 * plan.value("mean-period")
    count = round(REVOLUTIONS * period_s / float(orbit.tdb_s[1, 0] - orbit.tdb_s[0, 0]))
    around = lunar_elements(orbit.tdb_s[: count + 1], orbit.state[: count + 1])
    planned = legs["last-a"].path
    then = lunar_elements(planned.tdb_s[-1], planned.last)
    return {
        "orbit-perilune": _mean(around.periapsis_radius_km) - RADIUS_MOON_KM,
        "orbit-apolune": _mean(around.apoapsis_radius_km) - RADIUS_MOON_KM,
        "orbit-inclination": np.rad2deg(_mean(around.inclination_rad)),
        "orbit-node": np.rad2deg(lunar_elements(orbit.tdb_s[0], orbit.state[0]).node_rad),
        "planned-perilune": then.periapsis_radius_km - RADIUS_MOON_KM,
        "planned-apolune": then.apoapsis_radius_km - RADIUS_MOON_KM,
        **_zeeman(plan, legs["orbit-1"]),
        **_impact(plan, legs["fall"]),
    }


def _mean(samples: FloatArray) -> FloatArray:
    """Return the mean over time of even samples, (n, b) -> (b,)."""
    return np.asarray((samples.sum(axis=0) - 0.5 * (samples[0] + samples[-1])) / (len(samples) - 1))


def _zeeman(plan: Plan, leg: Leg) -> Modelled:
    site = plan.document.site("zeeman-crater")
    crater = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1.0)
    state, axes = leg.path.last, rot_moon_me_from_icrf(leg.path.tdb_s[-1])
    below = unit(rotate(axes, state[:, :3]))
    normal = unit(np.cross(below, rotate(axes, state[:, 3:6])))
    ahead = np.cross(normal, below)
    along = np.arctan2(dot(ahead, crater[None]), dot(below, crater[None]))
    cross = np.arcsin(dot(normal, crater[None]))
    return {"zeeman-along": -along * RADIUS_MOON_KM, "zeeman-cross": -cross * RADIUS_MOON_KM}


def _impact(plan: Plan, leg: Leg) -> Modelled:
    hit = find_crossing(leg.path, plan.impact_radius_km)
    epochs = np.where(np.isfinite(hit.tdb_s), hit.tdb_s, plan.end_tdb_s)
    place = unit(rotate(rot_moon_me_from_icrf(epochs), hit.position_km))
    return {
        "impact-time": hit.tdb_s - plan.epoch("impact-time"),
        "loss-of-signal": hit.tdb_s - plan.epoch("loss-of-signal"),
        "impact-latitude": np.rad2deg(np.arcsin(place[:, 2])),
        "impact-longitude": np.rad2deg(np.arctan2(place[:, 1], place[:, 0])),
    }


def modelled_transfer(plan: Plan, legs: Legs) -> Modelled:
    """Return what the flight before the node says of the facts about transfer and insertion."""
    entered = legs["orbit-0"].path.tdb_s[-1]
    return {
        "lunar-orbit-time": entered - plan.epoch("lunar-orbit-time"),
        "range-13-august": norm(legs["cruise-3"].path.last[:, :3]),
    }


def modelled_parking(plan: Plan, legs: Legs) -> Modelled:
    """Return what the flight says of the parking orbit and the launch."""
    ignition = legs["tli"].path
    axes = rot_itrs_from_icrf(plan.epoch("tli-time"))
    state = ignition.last
    orbit = elements_from_state(state[:, :3] @ axes.T, state[:, 3:6] @ axes.T, GM_EARTH_KM3_S2)
    pad = unit(plan.pad_icrf_km(plan.epoch("launch-time")))
    first = legs["pause"].path.last
    normal = unit(np.cross(first[:, :3], first[:, 3:6]))
    node = unit(np.cross(np.broadcast_to(axes[2], normal.shape), normal))
    ahead = np.cross(normal, node)
    place = np.arctan2(ahead @ pad, node @ pad)
    now = np.arctan2(dot(ahead, first[:, :3]), dot(node, first[:, :3]))
    return {
        "parking-perigee": orbit.periapsis_radius_km - RADIUS_EARTH_EQUATOR_KM,
        "parking-apogee": orbit.apoapsis_radius_km - RADIUS_EARTH_EQUATOR_KM,
        "parking-inclination": np.rad2deg(orbit.inclination_rad),
        "launch-plane": np.rad2deg(np.arcsin(normal @ pad)),
        "launch-azimuth": np.rad2deg(place),
        "parking-climb": 1e3 * _climb_km_s(legs["parking"]),
        "ascent-angle": np.rad2deg(wrapped_rad(now - place)),
    }


def _climb_km_s(leg: Leg) -> FloatArray:
    position, velocity = leg.path.last[:, :3], leg.path.last[:, 3:6]
    return np.asarray(dot(position, velocity) / norm(position))


def wrapped_rad(angle_rad: FloatArray) -> FloatArray:
    """Return the angle in [-pi, pi)."""
    return np.asarray(np.mod(angle_rad + np.pi, 2.0 * np.pi) - np.pi)


def published(plan: Plan, fact_id: str) -> tuple[float, float]:
    """Return a fact's or guess's number and uncertainty; facts that are epochs compare as 0 s."""
    for prior in plan.document.priors:
        if prior.id == fact_id:
            return prior.value, prior.sigma
    fact = plan.document.fact(fact_id)
    assert fact.sigma is not None
    return fact.value or 0.0, fact.sigma


def fact_residuals(plan: Plan, modelled: Modelled, loose: float = 0.0) -> FloatArray:
    """Return (modelled - published) / sigma, (b, r); `loose` in km widens the two rows of the impact's place."""
    columns = []
    for fact_id, values in modelled.items():
        value, sigma = published(plan, fact_id)
        if fact_id in ("impact-latitude", "impact-longitude"):
            sigma = float(np.hypot(sigma, np.rad2deg(loose / RADIUS_MOON_KM)))
        columns.append((values - value) / sigma)
    return np.stack(columns, axis=1)


def prior_residuals(layout: Layout, batch: FloatArray) -> FloatArray:
    """Return (unknown - guess) / sigma for each unknown that a guess holds, (b, q)."""
    held = [
        (batch[:, i] - unknown.guess) / unknown.sigma
        for i, unknown in enumerate(layout.unknowns)
        if unknown.guess is not None and unknown.sigma is not None
    ]
    return np.stack(held, axis=1)
