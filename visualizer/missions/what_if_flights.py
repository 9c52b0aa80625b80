"""A burn flown for many lengths at once: the orbits after it, where they end, and their paths for the picture.

Missions. One batch flies every length: the burn in even steps, then the coast in steps that follow each member's own
time scale, until it meets the Moon's ground, enters the Earth's air or has gone round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, dot, norm, rotate
from visualizer.core.bodies import EARTH, MOON, body_of_id
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_KM3_S2, MOON_INFLUENCE_KM, RADIUS_EARTH_EQUATOR_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.elements import elements_from_state
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.forces import Force
from visualizer.core.geometry import earth_geodetic, spherical_subpoint, velocity_in_rotating_axes_km_s
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import Path, between_steps, even_fractions, find_crossing, propagate
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import CommandError
from visualizer.missions.what_if_burns import AIR_KM, BurnCase, body_radius_km, burn_fractions

# Steps as a part of the time scale sqrt(r^3 / GM): 105 s in low lunar orbit.
STEP_SHARE: Final = 0.095
LONGEST_STEP_S: Final = 20_000.0
SHORTEST_BURN_S: Final = 1e-3
TURNS: Final = 1.15
LEAST_S, MOST_S = 5400.0, 10.0 * 86400.0
MOST_STEPS: Final = 700
G0_M_S2: Final = 9.80665
LONG_LOOK_STEPS: Final = 2600
IsWanted = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a flight meets the Moon's ground or the Earth's air.

    Attributes
    ----------
    body_id : SPICE id of the Moon or the Earth
    tdb_s : when, TDB s past J2000
    lat_deg, lon_deg : mean-Earth axes on the Moon, geodetic on the Earth; east-positive
    speed_km_s : relative to the turning body
    angle_deg : below the horizon
    """

    body_id: int
    tdb_s: float
    lat_deg: float
    lon_deg: float
    speed_km_s: float
    angle_deg: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one length of a burn leads to.

    Attributes
    ----------
    seconds : length of the burn
    delta_v_m_s : how much it changes the speed
    periapsis_km, apoapsis_km : osculating heights over the centre's sphere as it ends; apoapsis is infinite where
        the orbit is open
    lowest_km, lowest_tdb_s : least height over the centre's sphere after the burn, as far as it was flown
    ending : or None where it stays up that long
    flown_until_tdb_s : so far it was flown
    period_s : of the osculating orbit, infinite where it is open
    flyby_km, flyby_tdb_s : least height over the other body (the Moon, for a burn about the Earth) and when, or None
        where the flight does not come within the Moon's influence, or ends there
    """

    seconds: float
    delta_v_m_s: float
    periapsis_km: float
    apoapsis_km: float
    lowest_km: float
    lowest_tdb_s: float
    ending: Ending | None
    flown_until_tdb_s: float
    period_s: float
    flyby_km: float | None = None
    flyby_tdb_s: float | None = None


@dataclass(frozen=True, eq=False)
class BurnFamily:
    """A burn for many lengths: `outcomes[i]` belongs to `seconds[i]`, which rise."""

    case: BurnCase
    seconds: FloatArray
    outcomes: tuple[Outcome, ...]
    burning: Path
    coasting: Path

    def nearest(self, seconds: float) -> int:
        """Return the number of the member whose length is nearest."""
        return int(np.argmin(np.abs(self.seconds - seconds)))

    def trajectory(self, member: int) -> Trajectory:
        """Return the flight of a member, from the start of the burn to its end, as synthetic arcs."""
        outcome, centre = self.outcomes[member], self.case.centre
        arcs = []
        if outcome.seconds > SHORTEST_BURN_S:
            arcs.append(_arc("burn of another length", centre, self.burning, member, "burn"))
        end = outcome.ending.tdb_s if outcome.ending else None
        arcs.append(_arc("after that burn", centre, self.coasting, member, "coast", end))
        return Trajectory(f"{self.case.mission_name}, {self.case.title} of {outcome.seconds:g} s", tuple(arcs))


def _arc(name: str, centre: int, path: Path, member: int, kind: str, end_tdb_s: float | None = None) -> Arc:
    times, states = path.tdb_s[:, member], path.state[:, member]
    rising = np.concatenate([[True], np.diff(times) > 0.0])
    times, states = times[rising], states[rising]
    if end_tdb_s is not None:
        step = int(np.clip(np.searchsorted(times, end_tdb_s) - 1, 0, len(times) - 2))
        two = Path(times[step : step + 2, None], states[step : step + 2, None])
        share = (end_tdb_s - times[step]) / (times[step + 1] - times[step])
        place, speed = between_steps(two, np.zeros(1, dtype=np.intp), np.array([share]))
        last = np.concatenate([place[0], speed[0], states[step, 6:]])
        keep = times < end_tdb_s - 1e-3
        times, states = np.append(times[keep], end_tdb_s), np.vstack([states[keep], last])
    return Arc(name, centre, times.copy(), states[:, :3].copy(), states[:, 3:6].copy(), Provenance.SYNTHETIC, kind)


def fly_burn(case: BurnCase, seconds: FloatArray) -> BurnFamily:
    """Fly a burn for each length, then on until it ends or has gone round.

    Parameters
    ----------
    case : the burn
    seconds : (n,) rising lengths, each from 0 to `case.longest_s`

    Raises
    ------
    CommandError
        If a length is outside that.

    Notes
    -----
    The ground is a sphere; a flight that comes under 120 km over the Earth is ended there, since nothing here
    knows its air. 128 lengths take about half a second on one core.
    """
    lengths = np.array(seconds, dtype=np.float64)
    if not len(lengths) or not np.all((lengths >= 0.0) & (lengths <= case.longest_s + 1e-9)):
        raise CommandError(f"{case.title}: choose lengths from 0 to {case.longest_s:g} s")
    count = len(lengths)
    state = np.repeat(case.state, count, axis=0)
    starts = np.full(count, case.start_tdb_s)
    ends = starts + np.maximum(lengths, SHORTEST_BURN_S)
    fractions = burn_fractions(float(lengths.max()))
    burning = propagate(Force(case.gravity, case.engine(count)), starts, ends, fractions, state)
    coasting = _coast(case, ends, burning.last)
    return BurnFamily(case, lengths, _outcomes(case, lengths, ends, burning, coasting), burning, coasting)


def _gm(centre: int) -> float:
    return GM_MOON_KM3_S2 if centre == MOON.naif_id else GM_EARTH_KM3_S2


def _periods_s(case: BurnCase, state: FloatArray) -> FloatArray:
    orbit = elements_from_state(state[:, :3], state[:, 3:6], _gm(case.centre))
    with np.errstate(invalid="ignore"):
        period = 2.0 * np.pi * np.sqrt(orbit.semi_major_axis_km**3 / _gm(case.centre))
    return np.where(orbit.semi_major_axis_km > 0.0, period, np.inf)


def _coast(case: BurnCase, start_tdb_s: FloatArray, state: FloatArray) -> Path:
    """Fly on in steps of each member's own time scale; one that has ended stays where it is."""
    until = start_tdb_s + np.clip(TURNS * _periods_s(case, state), LEAST_S, MOST_S)
    force = Force(case.gravity)
    times, states = [start_tdb_s], [state]
    for _ in range(MOST_STEPS):
        now, here = times[-1], states[-1]
        is_on = (now < until - 1e-3) & ~_has_ended(case, now, here)
        if not np.any(is_on):
            break
        chosen = np.flatnonzero(is_on)
        step = np.minimum(_step_s(case, now[chosen], here[chosen]), until[chosen] - now[chosen])
        moved = propagate(force, now[chosen], now[chosen] + step, even_fractions(1), here[chosen]).last
        after, there = now.copy(), here.copy()
        after[chosen] += step
        there[chosen] = moved
        times.append(after)
        states.append(there)
    return Path(np.stack(times), np.stack(states))


def _other_km(case: BurnCase, tdb_s: FloatArray) -> FloatArray:
    """Return the other one of Earth and Moon relative to the centre, (..., 3) km."""
    other = EARTH.naif_id if case.centre == MOON.naif_id else MOON.naif_id
    return bundled_ephemeris().position_km(other, case.centre, tdb_s)


def _step_s(case: BurnCase, tdb_s: FloatArray, state: FloatArray) -> FloatArray:
    own, other = _gm(case.centre), _gm(EARTH.naif_id + MOON.naif_id - case.centre)
    near = norm(state[:, :3]) ** 3 / own
    far = norm(state[:, :3] - _other_km(case, tdb_s)) ** 3 / other
    return np.minimum(STEP_SHARE * np.sqrt(np.minimum(near, far)), LONGEST_STEP_S)


def _radius_km(case: BurnCase, body_id: int) -> float:
    return case.ground_km if body_id == MOON.naif_id else RADIUS_EARTH_EQUATOR_KM + AIR_KM


def _has_ended(case: BurnCase, tdb_s: FloatArray, state: FloatArray) -> BoolArray:
    """Tell which members are under the ground or in the air, and on their way down."""
    ended = np.zeros(len(state), dtype=bool)
    other = EARTH.naif_id + MOON.naif_id - case.centre
    for body_id, place in ((case.centre, state[:, :3]), (other, state[:, :3] - _other_km(case, tdb_s))):
        ended |= norm(place) < _radius_km(case, body_id)
    return ended


def _outcomes(
    case: BurnCase, lengths: FloatArray, ends: FloatArray, burning: Path, coasting: Path
) -> tuple[Outcome, ...]:
    state = burning.last
    orbit = elements_from_state(state[:, :3], state[:, 3:6], _gm(case.centre))
    radius, periods = body_radius_km(case.centre), _periods_s(case, state)
    exhaust_m_s = G0_M_S2 * case.burn.specific_impulse_s
    delta_v = exhaust_m_s * np.log(case.state[0, 6] / state[:, 6])
    about_other = _about_other(case, coasting)
    endings = _endings(case, coasting, about_other)
    found = []
    for i, length in enumerate(lengths):
        lowest_km, lowest_at = _lowest(coasting, i, endings[i])
        flyby_km, flyby_at = _flyby(case, about_other, i, endings[i])
        apoapsis = float(orbit.apoapsis_radius_km[i]) - radius if np.isfinite(periods[i]) else np.inf
        ending = endings[i]
        found.append(
            Outcome(
                float(length), float(delta_v[i]) if length > 0.0 else 0.0, float(orbit.periapsis_radius_km[i]) - radius,
                apoapsis, lowest_km - radius, lowest_at, ending,
                ending.tdb_s if ending else float(coasting.tdb_s[-1, i]), float(periods[i]), flyby_km, flyby_at,
            )
        )  # fmt: skip
    return tuple(found)


def _lowest(path: Path, member: int, ending: Ending | None) -> tuple[float, float]:
    """Return the least distance from the centre and when, by the parabola through the three lowest points."""
    away, times = norm(path.state[:, member, :3]), path.tdb_s[:, member]
    k = int(np.argmin(away))
    if ending is not None or k in (0, len(away) - 1) or not times[k - 1] < times[k] < times[k + 1]:
        return float(away[k]), float(times[k])
    fit = np.polyfit(times[k - 1 : k + 2] - times[k], away[k - 1 : k + 2], 2)
    shift = -0.5 * fit[1] / fit[0]
    return float(fit[2] + 0.5 * fit[1] * shift), float(times[k] + shift)


def _about_other(case: BurnCase, path: Path) -> Path:
    """Return the same path about the other one of Earth and Moon."""
    body, speed = bundled_ephemeris().state_km(EARTH.naif_id + MOON.naif_id - case.centre, case.centre, path.tdb_s)
    state = path.state.copy()
    state[..., :3] -= body
    state[..., 3:6] -= speed
    return Path(path.tdb_s, state)


def _flyby(case: BurnCase, about_other: Path, member: int, ending: Ending | None) -> tuple[float | None, float | None]:
    """Return how low a flight that began about the Earth passes the Moon, and when."""
    if case.centre == MOON.naif_id or (ending is not None and ending.body_id == MOON.naif_id):
        return None, None
    away_km, at = _lowest(about_other, member, None)
    # The last epoch is no closest approach: the flight goes on.
    is_inside = about_other.tdb_s[0, member] < at < about_other.tdb_s[-1, member]
    if away_km > MOON_INFLUENCE_KM or not is_inside:
        return None, None
    return away_km - body_radius_km(MOON.naif_id), at


def _endings(case: BurnCase, path: Path, about_other: Path) -> list[Ending | None]:
    """Return where each member meets the ground or the air, whichever comes first."""
    found: list[Ending | None] = [None] * path.state.shape[1]
    for body_id, one in ((case.centre, path), (EARTH.naif_id + MOON.naif_id - case.centre, about_other)):
        hit = find_crossing(one, _radius_km(case, body_id))
        for i in np.flatnonzero(np.isfinite(hit.tdb_s)):
            earlier = found[i]
            if earlier is None or hit.tdb_s[i] < earlier.tdb_s:
                found[i] = _ending(body_id, float(hit.tdb_s[i]), hit.position_km[i], hit.velocity_km_s[i])
    return found


def _ending(body_id: int, tdb_s: float, position_km: FloatArray, velocity_km_s: FloatArray) -> Ending:
    if body_id == MOON.naif_id:
        axes, spin = rot_moon_me_from_icrf(tdb_s), np.array([0.0, 0.0, 2.6617e-6])
        fixed = rotate(axes, position_km)
        lat, lon = spherical_subpoint(fixed)
    else:
        axes, spin = rot_itrs_from_icrf(tdb_s), np.array([0.0, 0.0, 7.2921159e-5])
        fixed = rotate(axes, position_km)
        lat, lon, _ = earth_geodetic(fixed)
    relative = velocity_in_rotating_axes_km_s(fixed, rotate(axes, velocity_km_s), spin)
    speed = float(norm(relative))
    sine = -float(dot(relative, fixed)) / (speed * float(norm(fixed)))
    return Ending(
        body_id, tdb_s, float(np.rad2deg(lat)), float(np.rad2deg(lon)), speed,
        float(np.rad2deg(np.arcsin(np.clip(sine, -1.0, 1.0)))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LongLook:
    """How an orbit fares over days: its lowest point so far, and where it ends if it does."""

    until_tdb_s: float
    lowest_km: float
    lowest_tdb_s: float
    ending: Ending | None
    revolutions: float


def long_look(
    family: BurnFamily, member: int, is_wanted: IsWanted = lambda: True, days: float = 2.0
) -> LongLook | None:
    """Fly a bound orbit on for days, or to the ground.

    Parameters
    ----------
    is_wanted : asked between steps; where it says no, the look is given up and None returned

    Returns
    -------
    None too where the orbit is open or has ended within its first revolution
    """
    case, outcome = family.case, family.outcomes[member]
    if outcome.ending is not None or not np.isfinite(outcome.period_s) or outcome.period_s > days * 86400.0 / 2.0:
        return None
    start = case.start_tdb_s + max(outcome.seconds, SHORTEST_BURN_S)
    lowest = body_radius_km(case.centre) + outcome.periapsis_km
    step = 1.5 * STEP_SHARE * float(np.sqrt(max(lowest, 0.9 * body_radius_km(case.centre)) ** 3 / _gm(case.centre)))
    chunk, force = 32, Force(case.gravity)
    count = min(int(days * 86400.0 / step), LONG_LOOK_STEPS) // chunk
    best, now, state = (np.inf, start), start, family.burning.last[member : member + 1]
    ending: Ending | None = None
    for _ in range(count):
        if not is_wanted():
            return None
        path = propagate(force, now, now + chunk * step, even_fractions(chunk), state)
        endings = _endings(case, path, _about_other(case, path))
        ending = endings[0]
        low = _lowest(path, 0, ending)
        best = min(best, low)
        now, state = float(path.tdb_s[-1, 0]), path.last
        if ending is not None:
            now = ending.tdb_s
            break
    height = best[0] - body_of_id(case.centre).radius_km
    return LongLook(now, height, best[1], ending, (now - start) / outcome.period_s)
