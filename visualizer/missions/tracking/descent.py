"""Chandrayaan-3's powered descent, phase by phase through the published gates, and the lander on the ground.

Missions, tracking. In axes that turn with the Moon: the angle still to go to the site, the angle off the great circle
to it, and the height. Each phase is a polynomial through its gates and the tracked positions that fall in it; position
and velocity are continuous from the orbit to the touchdown. Only the rough braking was tracked: what follows down to
the ground is reconstructed from the gates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, unit
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s, rot_moon_me_from_icrf
from visualizer.core.trajectory import Arc, Provenance
from visualizer.missions.document import DocumentSite
from visualizer.missions.tracking.tracked import TrackedPositions

ROUGH_BRAKING = "rough braking"
STEP_S = 2.0
GROUND_STEP_S = 7200.0
ATTITUDE_HOLD_UTC, FINE_BRAKING_UTC = "2023-08-23T12:25:20", "2023-08-23T12:25:30"
VERTICAL_UTC, HOVER_UTC, LAST_UTC = "2023-08-23T12:28:25", "2023-08-23T12:31:00", "2023-08-23T12:31:50"
TOUCHDOWN_UTC = "2023-08-23T12:32:30"
# Gates: height above the site km, sink km/s, speed over the ground km/s; business-standard.com 123082200268 and others.
ROUGH_END = (7.42, 0.061, 0.358)
FINE_START = (6.81, 0.061, 0.358)
VERTICAL_START = (1.05, 0.012)
HOVER_KM = 0.150
TO_GO_AT_HOLD_KM = 31.5


@dataclass(frozen=True)
class Gate:
    """Values and rates of (angle to go, angle aside, height) at an epoch; rates may be missing (NaN)."""

    tdb_s: float
    value: FloatArray
    rate: FloatArray


@dataclass(frozen=True)
class Descent:
    """The arcs after the last orbit, and the epochs of the phases."""

    arcs: tuple[Arc, ...]
    event_tdb_s: dict[str, float]


def descend(orbit: Arc, site: DocumentSite, tracked: TrackedPositions, end_tdb_s: float) -> Descent:
    """Return the descent from the end of an orbit to a site, and the stay there.

    Parameters
    ----------
    orbit : the last arc about the Moon
    site : where it ends
    tracked : positions about the Moon; those of the rough braking are passed through
    end_tdb_s : end of the stay
    """
    axes = _site_axes(orbit, site)
    ground_km = 1e-3 * site.height_m
    gates = _gates(orbit, axes, ground_km, tracked)
    names = (
        (ROUGH_BRAKING, "rough-braking"), ("attitude hold", "attitude-hold"), ("fine braking", "fine-braking"),
        ("vertical descent", "vertical-descent"), ("hover", "hover"), ("last metres", "last-metres"),
    )  # fmt: skip
    arcs = [
        _phase(axes, name, "coast" if key == "attitude-hold" else "burn", rows)
        for (name, key), rows in zip(names, gates, strict=True)
    ]
    touchdown = gates[-1][-1].tdb_s
    epochs = {key: rows[0].tdb_s for (_, key), rows in zip(names, gates, strict=True)}
    return Descent((*arcs, _stay(axes, ground_km, touchdown, end_tdb_s)), epochs | {"touchdown": touchdown})


def _site_axes(orbit: Arc, site: DocumentSite) -> FloatArray:
    """Return rows in mean-Earth axes: the site's direction, the way the craft comes along, the normal of that plane."""
    aim = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1.0)
    place, speed = _fixed_state(orbit.tdb_s[-1:], orbit.position_km[-1:], orbit.velocity_km_s[-1:])
    normal = unit(np.cross(unit(place[0]), aim))
    normal = normal if np.cross(place[0], speed[0]) @ normal > 0 else -normal
    return np.stack([aim, np.cross(normal, aim), normal])


def _spin(tdb_s: FloatArray) -> FloatArray:
    return np.asarray(moon_rotation_rate_rad_s(tdb_s) @ ROT_ME_FROM_PA.T)


def _fixed_state(tdb_s: FloatArray, position: FloatArray, velocity: FloatArray) -> tuple[FloatArray, FloatArray]:
    rot = rot_moon_me_from_icrf(tdb_s)
    place = np.einsum("nij,nj->ni", rot, position)
    return place, np.einsum("nij,nj->ni", rot, velocity) - np.cross(_spin(tdb_s), place)


def _coordinates(axes: FloatArray, place: FloatArray, speed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (angle to go, angle aside, height) and their rates from one place (3,) and speed in mean-Earth axes."""
    (x, y, z), (u, v, w) = axes @ place, axes @ speed
    radius = float(np.linalg.norm(place))
    level = np.hypot(x, y)
    climb = float(place @ speed) / radius
    value = np.array([-np.arctan2(y, x), np.arcsin(z / radius), radius - RADIUS_MOON_KM])
    return value, np.array([-(x * v - y * u) / level**2, (w * radius - z * climb) / (radius * level), climb])


def _gates(orbit: Arc, axes: FloatArray, ground_km: float, tracked: TrackedPositions) -> list[list[Gate]]:
    epochs = [tdb_s_from_utc_text(t) for t in (ATTITUDE_HOLD_UTC, FINE_BRAKING_UTC, VERTICAL_UTC, HOVER_UTC, LAST_UTC)]
    last = tdb_s_from_utc_text(TOUCHDOWN_UTC)
    place, speed = _fixed_state(orbit.tdb_s[-1:], orbit.position_km[-1:], orbit.velocity_km_s[-1:])
    start = Gate(float(orbit.tdb_s[-1]), *_coordinates(axes, place[0], speed[0]))
    passed = tracked.between(start.tdb_s + 60.0, epochs[0] - 60.0)
    through = [
        Gate(float(t), _coordinates(axes, rot_moon_me_from_icrf(t) @ p, np.zeros(3))[0], np.full(3, np.nan))
        for t, p in zip(passed.tdb_s, passed.position_km, strict=True)
    ]
    radius = RADIUS_MOON_KM + ground_km
    go, span = TO_GO_AT_HOLD_KM / radius, epochs[1] - epochs[0]
    rate = ROUGH_END[2] / (radius + ROUGH_END[0])

    def gate(tdb_s: float, to_go: float, to_go_rate: float, height: float, climb: float) -> Gate:
        return Gate(tdb_s, np.array([to_go, 0.0, ground_km + height]), np.array([to_go_rate, 0.0, climb]))

    hold = gate(epochs[0], go, -rate, ROUGH_END[0], -ROUGH_END[1])
    fine = gate(epochs[1], go - rate * span, -rate, FINE_START[0], -FINE_START[1])
    above = gate(epochs[2], 0.0, 0.0, VERTICAL_START[0], -VERTICAL_START[1])
    hover, leave = (gate(t, 0.0, 0.0, HOVER_KM, 0.0) for t in epochs[3:])
    down = gate(last, 0.0, 0.0, 0.0, 0.0)
    return [[start, *through, hold], [hold, fine], [fine, above], [above, hover], [hover, leave], [leave, down]]


def _phase(axes: FloatArray, name: str, kind: str, gates: list[Gate]) -> Arc:
    """Return the arc of the polynomials of lowest degree through the gates of a phase."""
    begin, end = gates[0].tdb_s, gates[-1].tdb_s
    tdb_s = np.linspace(begin, end, max(8, round((end - begin) / STEP_S)) + 1)
    curves = [_polynomial(gates, i, begin, end - begin) for i in range(3)]
    x = (tdb_s - begin) / (end - begin)
    value = np.stack([curve(x) for curve in curves])
    rate = np.stack([curve.deriv()(x) for curve in curves]) / (end - begin)
    return _arc(axes, name, kind, tdb_s, value, rate)


def _polynomial(gates: list[Gate], i: int, begin: float, span_s: float) -> np.polynomial.Polynomial:
    rows, right = [], []
    rated = [gate for gate in gates if np.isfinite(gate.rate[i])]
    powers = np.arange(len(gates) + len(rated))
    for gate in gates:
        rows.append(((gate.tdb_s - begin) / span_s) ** powers)
        right.append(gate.value[i])
    for gate in rated:
        x = (gate.tdb_s - begin) / span_s
        rows.append(powers * x ** np.maximum(powers - 1, 0))
        right.append(gate.rate[i] * span_s)
    return np.polynomial.Polynomial(np.linalg.solve(np.array(rows), np.array(right)))


def _arc(axes: FloatArray, name: str, kind: str, tdb_s: FloatArray, value: FloatArray, rate: FloatArray) -> Arc:
    """Return an arc from (angle to go, angle aside, height), (3, n), and their rates."""
    along, aside, radius = -value[0], value[1], RADIUS_MOON_KM + value[2]
    ca, sa, cb, sb = np.cos(along), np.sin(along), np.cos(aside), np.sin(aside)
    outward = np.stack([cb * ca, cb * sa, sb], axis=-1)
    ahead, off = np.stack([-sa, ca, 0.0 * ca], axis=-1), np.stack([-sb * ca, -sb * sa, cb], axis=-1)
    place = radius[:, None] * outward
    speed = rate[2][:, None] * outward - (radius * cb * rate[0])[:, None] * ahead + (radius * rate[1])[:, None] * off
    provenance = Provenance.FITTED if name == ROUGH_BRAKING else Provenance.RECONSTRUCTED
    return _icrf_arc(name, kind, provenance, tdb_s, place @ axes, speed @ axes)


def _icrf_arc(
    name: str, kind: str, provenance: Provenance, tdb_s: FloatArray, place: FloatArray, speed: FloatArray
) -> Arc:
    rot = rot_moon_me_from_icrf(tdb_s)
    moving = speed + np.cross(_spin(tdb_s), place)
    position, velocity = (np.einsum("nji,nj->ni", rot, part) for part in (place, moving))
    return Arc(name, MOON.naif_id, tdb_s, position, velocity, provenance, kind)


def _stay(axes: FloatArray, ground_km: float, start_tdb_s: float, end_tdb_s: float) -> Arc:
    count = round((end_tdb_s - start_tdb_s) / GROUND_STEP_S)
    tdb_s = np.linspace(start_tdb_s, end_tdb_s, count + 1)
    place = np.repeat((RADIUS_MOON_KM + ground_km) * axes[:1], len(tdb_s), axis=0)
    return _icrf_arc("on the Moon", "surface", Provenance.FITTED, tdb_s, place, np.zeros_like(place))
