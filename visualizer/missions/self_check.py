"""What looks wrong with an imported flight: inside a body, jumps, wrong centre, axes, unit or time scale.

Missions. A flight must move as gravity says. Where it does not (Earth with its oblateness, Moon and Sun as points), the
states are read again under each usual mistake; the reading under which gravity explains them is named. Where another
mission that is known was at nearly the same place, a lag of a time scale's size along the track is named too. Nothing
is changed: these are words for the user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, dot, norm
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import J2_EARTH, RADIUS_J2_EARTH_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.moon_axes import rotation_x
from visualizer.core.trajectory import Arc, Trajectory
from visualizer.errors import PeriluneError
from visualizer.formats.conversion import OBLIQUITY_RAD, to_icrf
from visualizer.formats.recording import Axes

SAMPLES: Final = 240
NODES_MAX: Final = 20_000
GOOD_RATIO: Final = 2e-3
BETTER_BY: Final = 5.0
RELIEF_KM: Final = 10.0
JUMP_KM: Final = 0.02
JUMP_TIMES_USUAL: Final = 50.0
# Of the jump: what may be left where one state is taken out.
DAMAGED_SHARE: Final = 0.3
TIME_LAGS_S: Final = {
    "UTC taken for TDB or the other way round": (64.0, 70.0),
    "UTC taken for TAI or the other way round": (30.0, 38.0),
}
States = tuple[FloatArray, FloatArray, FloatArray]
Reading = tuple[str, int, Callable[[FloatArray, FloatArray, FloatArray], States]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong: an id for machines and a sentence for people."""

    id: str
    sentence: str


def self_check(trajectory: Trajectory, known: Iterable[Trajectory] = ()) -> list[Finding]:
    """Look a flight over.

    Parameters
    ----------
    trajectory : to look at
    known : flights to compare with, where they overlap in time

    Returns
    -------
    what looks wrong, nothing where all is well
    """
    findings = [*_inside(trajectory), *_jumps(trajectory), *_gravity(trajectory)]
    for other in known:
        findings += _lag(trajectory, other)
    return findings


# ---------------------------------------------------------------- inside a body


def _inside(trajectory: Trajectory) -> list[Finding]:
    findings = []
    for body, radius_km in ((MOON, MOON.radius_km - RELIEF_KM), (EARTH, 6356.0 - 1.0), (SUN, SUN.radius_km)):
        for arc in trajectory.arcs:
            stride = max(1, len(arc.tdb_s) // NODES_MAX)
            place = arc.position_km[::stride]
            if arc.centre_id != body.naif_id:
                place = place + bundled_ephemeris().position_km(arc.centre_id, body.naif_id, arc.tdb_s[::stride])
            distance = norm(place)
            least = int(np.argmin(distance))
            if distance[least] < radius_km:
                when = _when(float(arc.tdb_s[least * stride]))
                sentence = f"{when} it is inside the {body.name}, {distance[least]:,.0f} km from the centre"
                findings.append(Finding("inside", sentence))
                break
    return findings


def _when(tdb_s: float) -> str:
    return f"at {utc_text_from_tdb_s(tdb_s)} UTC"


# ---------------------------------------------------------------- jumps


def _jumps(trajectory: Trajectory) -> list[Finding]:
    findings = []
    for arc in trajectory.arcs:
        found = _jump_in(arc)
        findings += [found] if found else []
    for before, after in pairwise(trajectory.arcs):
        if after.start_tdb_s - before.end_tdb_s < 1.0:
            shift = after.table.evaluate(after.start_tdb_s)[0] - before.table.evaluate(before.end_tdb_s)[0]
            if before.centre_id != after.centre_id:
                shift = shift + bundled_ephemeris().position_km(after.centre_id, before.centre_id, after.start_tdb_s)
            if norm(shift) > 1.0:
                sentence = (
                    f"{_when(after.start_tdb_s)} it jumps by {float(norm(shift)):,.1f} km where two segments meet"
                )
                findings.append(Finding("jump", sentence))
    return findings[:5]


def _jump_in(arc: Arc) -> Finding | None:
    """Find the worst step that the velocities at its ends, and gravity, do not explain."""
    if len(arc.tdb_s) < 4:
        return None
    step = np.diff(arc.tdb_s)[:, np.newaxis]
    pull = -_gm(arc.centre_id) * arc.position_km / norm(arc.position_km)[:, np.newaxis] ** 3
    explained = 0.5 * step * (arc.velocity_km_s[1:] + arc.velocity_km_s[:-1]) - step**2 / 12.0 * np.diff(pull, axis=0)
    off = norm(np.diff(arc.position_km, axis=0) - explained)
    worst = int(np.argmax(off))
    usual = float(np.max(off[np.abs(np.arange(len(off)) - worst) > 2], initial=0.0)) if len(off) < 8 else 0.0
    usual = max(usual, float(np.quantile(off, 0.75)))
    if off[worst] < max(JUMP_KM, JUMP_TIMES_USUAL * usual):
        return None
    moves = f"{_when(float(arc.tdb_s[worst]))} it moves {off[worst]:,.3g} km other than its velocity explains"
    if any(_fits_without(arc, pull, k, float(off[worst])) for k in (worst, worst + 1) if 0 < k < len(arc.tdb_s) - 1):
        return Finding("damaged", f"{moves}, and back in the next step: a state there is damaged")
    return Finding("jump", f"{moves} (a burn between two states, or a damaged one)")


def _fits_without(arc: Arc, pull: FloatArray, k: int, off_km: float) -> bool:
    """Tell whether place and velocity go on from the state before one to the state after it as if that were not there.

    After a burn the velocity is another one, however the burn lies among the states: those are not to blame.
    """
    span = float(arc.tdb_s[k + 1] - arc.tdb_s[k - 1])
    (place, after), (speed, faster) = arc.position_km[[k - 1, k + 1]], arc.velocity_km_s[[k - 1, k + 1]]
    middle = 0.5 * (place + after) + span / 8.0 * (speed - faster)
    pull_there = -_gm(arc.centre_id) * middle / norm(middle) ** 3
    gained = span / 6.0 * (pull[k - 1] + 4.0 * pull_there + pull[k + 1])
    moved = 0.5 * span * (speed + faster) - span**2 / 12.0 * (pull[k + 1] - pull[k - 1])
    left_km = max(float(norm(after - place - moved)), 0.5 * span * float(norm(faster - speed - gained)))
    return left_km < DAMAGED_SHARE * off_km


def _gm(centre_id: int) -> float:
    known = {body.naif_id: body.gm_km3_s2 for body in (EARTH, MOON, SUN)}
    return known.get(centre_id, 0.0)


# ---------------------------------------------------------------- gravity


def _gravity(trajectory: Trajectory) -> list[Finding]:
    samples = [
        _samples(arc) for arc in trajectory.arcs if arc.kind == "coast" and arc.end_tdb_s - arc.start_tdb_s > 60.0
    ]
    findings: dict[str, Finding] = {}
    for centre_id in sorted({centre for centre, _ in samples}):
        states = tuple(np.concatenate(parts) for parts in zip(*(s for c, s in samples if c == centre_id), strict=True))
        tdb_s, position, velocity, pull = states
        found = _read_otherwise(centre_id, tdb_s, position, velocity, pull)
        if found is not None:
            findings.setdefault(found.id, found)
    return list(findings.values())


def _samples(arc: Arc) -> tuple[int, tuple[FloatArray, ...]]:
    """Return epochs, positions, velocities and the acceleration, from the arc's own interpolation."""
    middle = 0.5 * (arc.tdb_s[1:] + arc.tdb_s[:-1])
    tdb_s = middle[np.unique(np.linspace(0, len(middle) - 1, min(SAMPLES, len(middle))).astype(int))]
    half = np.minimum(5.0, 0.25 * float(np.min(np.diff(arc.tdb_s))))
    position, velocity = arc.table.evaluate(tdb_s)
    pull = (arc.table.evaluate(tdb_s + half)[1] - arc.table.evaluate(tdb_s - half)[1]) / (2.0 * half)
    return arc.centre_id, (tdb_s, position, velocity, pull)


def _read_otherwise(
    centre_id: int, tdb_s: FloatArray, position: FloatArray, velocity: FloatArray, pull: FloatArray
) -> Finding | None:
    now = _misfit(centre_id, tdb_s, position, pull)
    if now < GOOD_RATIO:
        return None
    tries = [(words, _misfit_of(reading, tdb_s, position, pull)) for words, *reading in _readings(centre_id, velocity)]
    words, best = min(tries, key=lambda entry: entry[1])
    if best < now / BETTER_BY and best < 0.1:
        return Finding(words.split(":")[0], f"gravity does not explain it, but would {words.split(': ')[1]}")
    return Finding(
        "gravity", f"gravity does not explain how it moves (off by {100.0 * min(now, 9.99):.2g} % of the pull): "
        "thrust, sparse or rounded states, or damage"
    )  # fmt: skip


def _misfit(centre_id: int, tdb_s: FloatArray, position: FloatArray, pull: FloatArray) -> float:
    """Return by which part of gravity the acceleration is off, at nine tenths of the samples."""
    wanted = gravity_km_s2(centre_id, tdb_s, position)
    return float(np.quantile(np.nan_to_num(norm(pull - wanted) / norm(wanted), nan=np.inf), 0.9))


def _misfit_of(reading: list[object], tdb_s: FloatArray, position: FloatArray, pull: FloatArray) -> float:
    centre_id, turn = reading
    assert isinstance(centre_id, int)
    assert callable(turn)
    try:
        return _misfit(centre_id, *turn(tdb_s, position, pull))
    except PeriluneError:
        return float("inf")


def _readings(centre_id: int, velocity: FloatArray) -> list[Reading]:
    """Return the usual mistakes: words, the centre to take, and how to turn epochs, positions, accelerations."""
    near, far = rotation_x(OBLIQUITY_RAD), rotation_x(-OBLIQUITY_RAD)
    same = centre_id
    readings: list[Reading] = [
        ("axes: if its ecliptic axes had been taken for equatorial ones (try --axes ecliptic)", same,
         lambda t, r, a: (t, r @ near, a @ near)),
        ("axes: if its equatorial axes had been taken for ecliptic ones (try --axes icrf)", same,
         lambda t, r, a: (t, r @ far, a @ far)),
        ("unit: if metres had been taken for kilometres", same, lambda t, r, a: (t, 1e-3 * r, 1e-3 * a)),
        ("unit: if kilometres had been taken for metres", same, lambda t, r, a: (t, 1e3 * r, 1e3 * a)),
    ]  # fmt: skip
    readings += [
        (f"centre: if its centre were the {name} (try --center {name.lower()})", other, lambda t, r, a: (t, r, a))
        for name, other in (("Moon", 301), ("Earth", 399), ("Sun", 10))
        if other != centre_id
    ]
    readings += [
        (f"scale: if its times were {lag:+.0f} s off, as where {words} (try --scale)", same, _later(lag))
        for words, lag in (("TDB was taken for UTC", -69.184), ("UTC was taken for TDB", 69.184),
                           ("UTC was taken for TAI", 37.0), ("TAI was taken for UTC", -37.0))
    ]  # fmt: skip
    fixed = {399: Axes.EARTH_FIXED, 301: Axes.MOON_ME}.get(centre_id)
    if fixed is not None:
        readings.append(
            (f"axes: if its axes turned with the body (try --axes {fixed.value})", same, _fixed(fixed, velocity))
        )
    return readings


def _later(lag_s: float) -> Callable[[FloatArray, FloatArray, FloatArray], States]:
    return lambda t, r, a: (t + lag_s, r, a)


def _fixed(axes: Axes, velocity: FloatArray) -> Callable[[FloatArray, FloatArray, FloatArray], States]:
    """Return how states in axes that turn look in the ICRF: the pull gains Coriolis' and the centrifugal part."""

    def turn(tdb_s: FloatArray, position: FloatArray, pull: FloatArray) -> States:
        place, rate = to_icrf(axes, tdb_s, position, velocity)
        assert rate is not None
        turned, _ = to_icrf(axes, tdb_s, pull, None)
        seen, _ = to_icrf(axes, tdb_s, velocity, None)
        spin = _spin(axes, tdb_s)
        return tdb_s, place, turned + 2.0 * np.cross(spin, seen) + np.cross(spin, np.cross(spin, place))

    return turn


def _spin(axes: Axes, tdb_s: FloatArray) -> FloatArray:
    """Return the rotation of axes as a vector in the ICRF, (n, 3) rad/s: x cross its rate, and z's part along it."""
    still = np.zeros((len(tdb_s), 3))
    x, x_rate = to_icrf(axes, tdb_s, still + [1.0, 0.0, 0.0], still)
    y, y_rate = to_icrf(axes, tdb_s, still + [0.0, 1.0, 0.0], still)
    assert x_rate is not None
    assert y_rate is not None
    z = np.cross(x, y)
    return np.asarray(
        dot(y_rate, z)[:, np.newaxis] * x - dot(x_rate, z)[:, np.newaxis] * y + dot(x_rate, y)[:, np.newaxis] * z
    )


def gravity_km_s2(centre_id: int, tdb_s: FloatArray, position_km: FloatArray) -> FloatArray:
    """Return the pull of Earth, Moon and Sun on a craft relative to a centre that falls freely itself.

    Parameters
    ----------
    centre_id : SPICE id; tdb_s : (n,); position_km : (n, 3), ICRF axes, relative to the centre

    Returns
    -------
    (n, 3) km/s2, ICRF axes; the Earth's oblateness counts along the ICRF's pole
    """
    total = np.zeros_like(position_km)
    for body in (EARTH, MOON, SUN):
        if body.naif_id == centre_id:
            place = np.zeros_like(position_km)
        else:
            place = bundled_ephemeris().position_km(body.naif_id, centre_id, tdb_s)
            if centre_id != 0:
                total -= body.gm_km3_s2 * place / norm(place)[:, np.newaxis] ** 3
        offset = position_km - place
        total -= body.gm_km3_s2 * offset / norm(offset)[:, np.newaxis] ** 3
        if body is EARTH:
            total += _oblateness_km_s2(offset)
    return total


def _oblateness_km_s2(offset_km: FloatArray) -> FloatArray:
    r = norm(offset_km)[:, np.newaxis]
    z2 = (offset_km[:, 2:] / r) ** 2
    factor = -1.5 * J2_EARTH * EARTH.gm_km3_s2 * RADIUS_J2_EARTH_KM**2 / r**5
    return np.asarray(factor * offset_km * np.concatenate([1.0 - 5.0 * z2, 1.0 - 5.0 * z2, 3.0 - 5.0 * z2], axis=1))


# ---------------------------------------------------------------- beside a flight that is known


def _lag(trajectory: Trajectory, other: Trajectory) -> list[Finding]:
    """Name a lag along the track beside a flight that was at nearly the same place."""
    (a, b), (c, d) = trajectory.span_tdb_s, other.span_tdb_s
    tdb_s = np.linspace(max(a, c) + 80.0, min(b, d) - 80.0, 41)
    if tdb_s[-1] - tdb_s[0] < 600.0:
        return []
    try:
        place, _ = trajectory.state_km(tdb_s, MOON.naif_id)
        beside, rate = other.state_km(tdb_s, MOON.naif_id)
    except PeriluneError:
        return []
    lag_s = float(np.median(dot(place - beside, rate) / dot(rate, rate)))
    for words, (least, most) in TIME_LAGS_S.items():
        if least <= abs(lag_s) <= most and _is_explained(other, tdb_s, place, beside, lag_s):
            order = "ahead of" if lag_s > 0 else "behind"
            sentence = f"it runs {abs(lag_s):.1f} s {order} {other.name}, as where {words} (try --scale)"
            return [Finding("scale", sentence)]
    return []


def _is_explained(other: Trajectory, tdb_s: FloatArray, place: FloatArray, beside: FloatArray, lag_s: float) -> bool:
    try:
        shifted, _ = other.state_km(tdb_s + lag_s, MOON.naif_id)
    except PeriluneError:
        return False
    return bool(np.median(norm(shifted - place)) < 0.2 * np.median(norm(beside - place)))
