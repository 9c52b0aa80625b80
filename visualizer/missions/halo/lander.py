"""Between a halo orbit and a low lunar orbit whose plane holds a site: finite burns, found by Newton's method.

Missions, halo orbits. The way back is the way there flown against time: both begin at a state of the halo orbit, with a
burn beside it, fall to a low perilune and become circular there. `sign` is +1 with time, -1 against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, dot, norm, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import G0_KM_S2, GM_MOON_LP165P_KM3_S2
from visualizer.core.forces import Engine, Force, Gravity
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.propagation import Path, even_fractions, propagate
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import SolveError
from visualizer.missions.halo.shooting import GRAVITY
from visualizer.missions.powered import Ground

LOW_GRAVITY = Gravity(MOON.naif_id, (EARTH.naif_id, SUN.naif_id), 20)
COAST_STEP_S, LOW_STEP_S, BURN_STEPS = 120.0, 60.0, 24
ITERATIONS = 40


@dataclass(frozen=True, slots=True)
class Ship:
    """What flies: thrust in N, specific impulse in s."""

    thrust_n: float
    specific_impulse_s: float

    @property
    def exhaust_km_s(self) -> float:
        """Speed of the exhaust."""
        return self.specific_impulse_s * G0_KM_S2

    @property
    def flow_kg_s(self) -> float:
        """Mass flow."""
        return 1e-3 * self.thrust_n / self.exhaust_km_s

    def burn_s(self, delta_v_km_s: FloatArray, mass_kg: FloatArray, sign: float) -> FloatArray:
        """Return how long a burn lasts from a mass, with time or against it, (b,) s."""
        ratio = np.exp(delta_v_km_s / self.exhaust_km_s)
        spent = mass_kg * (1.0 - 1.0 / ratio) if sign > 0 else mass_kg * (ratio - 1.0)
        return np.asarray(spent / self.flow_kg_s)

    def engine(self, count: int, steering: str, aim: FloatArray) -> Engine:
        """Return the engine of a batch."""
        thrust, flow = np.full(count, self.thrust_n), np.full(count, self.flow_kg_s)
        return Engine(thrust, flow, "inertial" if steering == "inertial" else "velocity", aim)


@dataclass(frozen=True, eq=False)
class Piece:
    """A flown piece: name, kind of its arc, path in the order of propagation."""

    name: str
    kind: str
    path: Path

    def arc(self) -> Arc:
        """Return it as an arc in order of time."""
        order = slice(None, None, 1 if self.path.tdb_s[-1, 0] > self.path.tdb_s[0, 0] else -1)
        states = self.path.state[order, 0]
        return Arc(
            self.name, MOON.naif_id, self.path.tdb_s[order, 0].copy(), states[:, :3].copy(), states[:, 3:6].copy(),
            Provenance.PLANNED, self.kind,
        )  # fmt: skip


def newton(
    function: Callable[[FloatArray], FloatArray], start: FloatArray, steps: FloatArray, close: float, what: str
) -> FloatArray:
    """Return the nearest point (p,), in units of `steps`, where a function (b, p) -> (b, r) is zero within `close`.

    Raises
    ------
    SolveError
        If it does not come there.
    """
    values = start.copy()
    for _ in range(ITERATIONS):
        found = function(np.concatenate([values[None], values + np.diag(steps), values - np.diag(steps)]))
        if np.max(np.abs(found[0])) < close:
            return values
        count = len(steps)
        slopes = 0.5 * (found[1 : count + 1] - found[count + 1 :]).T
        move = np.linalg.lstsq(slopes, -found[0], rcond=None)[0]
        values = values + steps * move * min(1.0, 2e4 / float(np.max(np.abs(move))))
    raise SolveError(f"{what}: {float(np.max(np.abs(found[0]))):.3g} is left")


def fall(
    ship: Ship, tdb_s: float, state: FloatArray, sign: float, low_radius_km: float, site_up: FloatArray, span_s: float
) -> tuple[Piece, Piece]:
    """Return the burn beside a halo orbit and the fall to a low perilune in a plane that holds a direction.

    Parameters
    ----------
    ship : what flies
    tdb_s, state : (7,) of the halo orbit, km, km/s, kg
    low_radius_km : of the perilune
    site_up : (3,) unit vector in ICRF axes that the plane holds
    span_s : guess of the time to the perilune
    """

    def fly(values: FloatArray) -> tuple[Path, Path]:
        size = norm(values[:, :3])
        states = np.repeat(state[None], len(values), axis=0)
        cut = tdb_s + sign * ship.burn_s(size, states[:, 6], sign)
        engine = ship.engine(len(values), "inertial", values[:, :3] / size[:, None])
        burn = propagate(Force(GRAVITY, engine), tdb_s, cut, even_fractions(BURN_STEPS), states)
        steps = even_fractions(round(span_s / COAST_STEP_S))
        return burn, propagate(Force(GRAVITY), cut, tdb_s + sign * values[:, 3], steps, burn.last)

    def missed(values: FloatArray) -> FloatArray:
        last = fly(values)[1].last
        place, speed = last[:, :3], last[:, 3:6]
        climb = dot(place, speed) / norm(speed)
        aside = low_radius_km * unit(np.cross(place, speed)) @ site_up
        return np.stack([norm(place) - low_radius_km, climb, aside], axis=1)

    start = np.concatenate([-0.03 * unit(state[3:6]), [span_s]])
    values = newton(missed, start, np.array([1e-6, 1e-6, 1e-6, 0.5]), 1e-4, "fall from the halo orbit")
    names = ("departure burn", "transfer to the Moon") if sign > 0 else ("arrival burn", "transfer to the halo orbit")
    burn, coast = fly(values[None])
    return Piece(names[0], "burn", burn), Piece(names[1], "coast", coast)


def circle(ship: Ship, coast: Piece, sign: float) -> tuple[Piece, Piece]:
    """Return the coast cut where the burn begins that makes its perilune circular, and that burn."""
    low, state = float(coast.path.tdb_s[-1, 0]), coast.path.last
    turn = np.array([np.pi if sign > 0 else 0.0, 0.0])

    def fly(values: FloatArray) -> Path:
        count = len(values)
        begin = low + sign * values[:, 0]
        states = np.repeat(state, count, axis=0)
        # Back along the fall to where the burn begins, in the same forces, so that both are one flight.
        begun = propagate(Force(GRAVITY), low, begin, even_fractions(8), states).last
        engine = ship.engine(count, "velocity", np.repeat(turn[None], count, axis=0))
        return propagate(Force(GRAVITY, engine), begin, begin + sign * values[:, 1], even_fractions(BURN_STEPS), begun)

    def missed(values: FloatArray) -> FloatArray:
        last = fly(values).last
        place, speed = last[:, :3], last[:, 3:6]
        excess = norm(place) * dot(speed, speed) / GM_MOON_LP165P_KM3_S2 - 1.0
        return np.stack([1e3 * excess, dot(place, speed) / norm(speed)], axis=1)

    place, speed = state[0, :3], state[0, 3:6]
    slower = np.array([float(norm(speed)) - np.sqrt(GM_MOON_LP165P_KM3_S2 / float(norm(place)))])
    lasts = float(ship.burn_s(slower, state[:, 6], sign)[0])
    values = newton(missed, np.array([-0.5 * lasts, lasts]), np.array([1e-2, 1e-2]), 1e-6, "insertion")
    name = "insertion burn" if sign > 0 else "departure from low orbit"
    begin = float(coast.path.tdb_s[0, 0]), low + sign * values[0]
    count = round(abs(begin[1] - begin[0]) / COAST_STEP_S)
    cut = propagate(Force(GRAVITY), begin[0], begin[1], even_fractions(count), coast.path.state[0])
    burn = fly(values[None])
    # The burn begins exactly where the cut coast ends; both were flown in the same forces with other steps.
    begun = burn.state.copy()
    begun[0] = cut.last
    engine = ship.engine(1, "velocity", turn[None])
    exact = propagate(Force(GRAVITY, engine), begin[1], float(burn.tdb_s[-1, 0]), even_fractions(BURN_STEPS), begun[0])
    return Piece(coast.name, "coast", cut), Piece(name, "burn", exact)


def low_coast(name: str, tdb_s: float, state: FloatArray, end_tdb_s: float) -> Piece:
    """Return a coast in low lunar orbit from one state (1, 7)."""
    steps = even_fractions(max(3, round(abs(end_tdb_s - tdb_s) / LOW_STEP_S)))
    return Piece(name, "coast", propagate(Force(LOW_GRAVITY), tdb_s, end_tdb_s, steps, state))


def low_burn(ship: Ship, name: str, tdb_s: float, state: FloatArray, delta_v_km_s: float) -> Piece:
    """Return a burn against the velocity in low lunar orbit from one state (1, 7)."""
    lasts = float(ship.burn_s(np.array([delta_v_km_s]), state[:, 6], 1.0)[0])
    engine = ship.engine(1, "velocity", np.array([[np.pi, 0.0]]))
    path = propagate(Force(LOW_GRAVITY, engine), tdb_s, tdb_s + lasts, even_fractions(BURN_STEPS), state)
    return Piece(name, "burn", path)


def up_icrf(ground: Ground, tdb_s: float) -> FloatArray:
    """Return the direction of a site from the Moon's centre in ICRF axes, (3,)."""
    return np.asarray(rot_moon_me_from_icrf(tdb_s).T @ ground.up)
