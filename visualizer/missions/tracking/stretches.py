"""Stretches of a flight: a coast, or a window with one burn in it, with the numbers that may be fitted.

Missions, tracking. The edges of a stretch are fixed epochs; a burn's edges move inside its window. Tracked epochs
are ends of steps, so nothing is interpolated in the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2
from visualizer.core.elements import elements_from_state, state_from_elements, true_from_mean_anomaly_rad
from visualizer.core.forces import Engine, Force, Gravity, Steering, flow_from_thrust_kg_s, velocity_axes
from visualizer.core.propagation import Path, even_fractions, propagate
from visualizer.missions.tracking.pushes import PUSH_SIZES, PushedForce, PushKind

BURN_STEP_S = 20.0
BURN_AXES_STEPS = 20
MEETING_S = 1e-3
EVEN_MEETING_S = 0.2
PUSH_UNIT_KM_S2 = 1e-12
SUN_UNIT_M2_KG = 1e-3
# s, s, rad, rad; an epoch resolves 0.1 us, so that its changes must not be smaller.
BURN_STEPS = (0.05, 0.02, 1e-5, 1e-5)


@dataclass(frozen=True, slots=True)
class BurnPlan:
    """A burn to be found: constant thrust at fixed angles to the velocity, or in a fixed direction.

    Attributes
    ----------
    id, name, engine : for people
    thrust_n, specific_impulse_s : held
    middle_tdb_s, duration_s, pitch_rad, yaw_rad : where the fit starts
    sigmas : of the guesses (middle s, duration s, pitch rad, yaw rad); infinite where only the tracking decides
    steering : `inertial`: the angles are counted from the velocity that a coast would have at the guessed middle
    """

    id: str
    name: str
    engine: str
    thrust_n: float
    specific_impulse_s: float
    middle_tdb_s: float
    duration_s: float
    pitch_rad: float = 0.0
    yaw_rad: float = 0.0
    sigmas: tuple[float, float, float, float] = (np.inf, np.inf, np.inf, np.inf)
    steering: Steering = "velocity"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One piece of a flight between two fixed epochs.

    Attributes
    ----------
    name : words; pieces of one name in a row become one arc
    start_tdb_s, end_tdb_s : TDB seconds past J2000
    gravity : forces of nature
    burn : the burn in this window, if any
    push, push_sigma : kind of the steady pushes, and how large they are likely to be, 1e-12 km/s2
    sun, sun_sigma : area over mass times reflection, 1e-3 m2/kg; held where sigma is 0
    pace : length of a step over the time of one radian of a circular orbit at that distance
    longest_s : longest step
    even_step_s : length of all steps, where tracked positions lie near that grid; such stretches can be flown together
    noise_km : of the tracked positions here
    mass_kg : mass at its start where something was left behind just before; else None
    is_window : a short stretch that only changes the path: it is fitted together with the coast after it
    reference : axes that orbital pushes or the angles of an inertial burn are counted by, set when the flight is first
        known
    """

    name: str
    start_tdb_s: float
    end_tdb_s: float
    gravity: Gravity
    burn: BurnPlan | None = None
    push: PushKind = "none"
    push_sigma: float = 0.0
    sun: float = 0.0
    sun_sigma: float = 0.0
    pace: float = 0.12
    longest_s: float = 1800.0
    even_step_s: float | None = None
    noise_km: float = 1.0
    mass_kg: float | None = None
    is_window: bool = False
    reference: FloatArray | None = field(default=None, compare=False)

    @property
    def starts(self) -> FloatArray:
        """Where the fit of its numbers begins, (p,): burn, pushes, sunlight."""
        burn = [] if self.burn is None else [0.0, self.burn.duration_s, self.burn.pitch_rad, self.burn.yaw_rad]
        return np.array([*burn, *([0.0] * PUSH_SIZES[self.push]), *([self.sun] if self.sun_sigma else [])])

    @property
    def sigmas(self) -> FloatArray:
        """Uncertainty of those guesses, (p,)."""
        burn = [] if self.burn is None else self.burn.sigmas
        pushes = [self.push_sigma] * PUSH_SIZES[self.push]
        return np.array([*burn, *pushes, *([self.sun_sigma] if self.sun_sigma else [])])

    @property
    def steps(self) -> FloatArray:
        """Changes of those numbers that show what they do, (p,)."""
        burn = () if self.burn is None else BURN_STEPS
        pushes = [1e-3 * self.push_sigma] * PUSH_SIZES[self.push]
        return np.array([*burn, *pushes, *([0.01] if self.sun_sigma else [])])

    def with_reference(self, state: FloatArray) -> Stretch:
        """Return the stretch with the axes of its orbital pushes taken from its first state."""
        outward = state[:3] / np.linalg.norm(state[:3])
        spin = np.cross(state[:3], state[3:6])
        ahead = np.cross(spin / np.linalg.norm(spin), outward)
        return replace(self, reference=np.stack([outward, ahead]))

    def with_burn_axes(self, state: FloatArray) -> Stretch:
        """Return the window with the axes of its inertial burn: of the velocity at the guessed middle after a coast."""
        assert self.burn is not None
        path = propagate(
            Force(self.gravity), self.start_tdb_s, self.burn.middle_tdb_s, even_fractions(BURN_AXES_STEPS), state[None]
        )
        return replace(self, reference=velocity_axes(path.last[0, :3], path.last[0, 3:6]))


def force_of(stretch: Stretch, numbers: FloatArray) -> PushedForce:
    """Return the forces without the engine for a batch of numbers (b, p)."""
    first = 0 if stretch.burn is None else 4
    last = first + PUSH_SIZES[stretch.push]
    push = PUSH_UNIT_KM_S2 * numbers[:, first:last] if last > first else None
    sun = None
    if stretch.sun_sigma or stretch.sun:
        units = numbers[:, last] if stretch.sun_sigma else np.full(len(numbers), stretch.sun)
        sun = SUN_UNIT_M2_KG * units
    return PushedForce(stretch.gravity, None, sun, push, stretch.reference)


def force_of_many(stretches: Sequence[Stretch], numbers: Sequence[FloatArray]) -> PushedForce:
    """Return the forces of coasts that are flown together; each has its batch of numbers (b, p), all of one kind."""
    together = force_of(stretches[0], np.concatenate(numbers))
    if stretches[0].reference is None:
        return together
    sizes = [len(own) for own in numbers]
    return replace(together, reference=np.repeat([one.reference for one in stretches], sizes, axis=0))


def engine_of(burn: BurnPlan, numbers: FloatArray, axes: FloatArray | None = None) -> Engine:
    """Return the engine for a batch of numbers (b, p); an inertial burn needs the axes (3, 3) of its angles."""
    thrust = np.full(len(numbers), burn.thrust_n)
    if burn.steering == "inertial" and axes is not None:
        pitch, yaw = numbers[:, 2], numbers[:, 3]
        parts = np.stack([np.cos(yaw) * np.cos(pitch), np.cos(yaw) * np.sin(pitch), np.sin(yaw)], axis=-1)
        return Engine(thrust, flow_from_thrust_kg_s(thrust, burn.specific_impulse_s), "inertial", parts @ axes)
    return Engine(thrust, flow_from_thrust_kg_s(thrust, burn.specific_impulse_s), "velocity", numbers[:, 2:4])


def burn_edges(burn: BurnPlan, numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return start and end of the burn for a batch of numbers, (b,) each."""
    middle = burn.middle_tdb_s + numbers[:, 0]
    return middle - 0.5 * numbers[:, 1], middle + 0.5 * numbers[:, 1]


def edges_of(stretch: Stretch, state: FloatArray, stops_tdb_s: FloatArray) -> FloatArray:
    """Return the ends of steps, (n + 1,) TDB s: each stop is one, and between stops steps suit the orbit."""
    inner = (stops_tdb_s > stretch.start_tdb_s + MEETING_S) & (stops_tdb_s < stretch.end_tdb_s - MEETING_S)
    stops = stops_tdb_s[inner]
    if stretch.even_step_s is not None:
        return _even_edges(stretch, stops)
    ends = np.concatenate([[stretch.start_tdb_s], stops, [stretch.end_tdb_s]])
    grid = np.linspace(stretch.start_tdb_s, stretch.end_tdb_s, 20 * max(50, len(ends)))
    wanted = np.minimum(stretch.pace * _radian_s(stretch, state, grid), stretch.longest_s)
    count = np.concatenate([[0.0], np.cumsum(0.5 * (1.0 / wanted[1:] + 1.0 / wanted[:-1]) * np.diff(grid))])
    at_ends = np.interp(ends, grid, count)
    pieces = []
    for low, high in pairwise(at_ends):
        pieces.append(np.interp(np.linspace(low, high, max(1, round(np.ceil(high - low))) + 1)[:-1], count, grid))
    edges = np.concatenate([*pieces, [stretch.end_tdb_s]])
    edges[np.searchsorted(edges, stops - MEETING_S)] = stops
    return edges


def _even_edges(stretch: Stretch, stops: FloatArray) -> FloatArray:
    step_s = stretch.even_step_s or 0.0
    count = round((stretch.end_tdb_s - stretch.start_tdb_s) / step_s)
    edges = np.linspace(stretch.start_tdb_s, stretch.end_tdb_s, count + 1)
    off = (stops - stretch.start_tdb_s + 0.5 * step_s) % step_s - 0.5 * step_s
    if np.any(np.abs(off) > EVEN_MEETING_S):
        raise ValueError(f"{stretch.name}: tracked positions are not on the grid of its steps")
    return edges


def _radian_s(stretch: Stretch, state: FloatArray, tdb_s: FloatArray) -> FloatArray:
    """Return the time of one radian of a circular orbit at the distances of the osculating conic, s."""
    gm = GM_MOON_LP165P_KM3_S2 if stretch.gravity.centre_id == 301 else GM_EARTH_KM3_S2
    orbit = elements_from_state(state[:3], state[3:6], gm)
    if orbit.eccentricity < 1.0:
        mean = orbit.mean_anomaly_rad + orbit.mean_motion_rad_s * (tdb_s - stretch.start_tdb_s)
        anomaly = true_from_mean_anomaly_rad(mean, orbit.eccentricity)
        size = np.ones_like(anomaly)
        place, _ = state_from_elements(
            replace(
                orbit, semi_major_axis_km=orbit.semi_major_axis_km * size, eccentricity=orbit.eccentricity * size,
                inclination_rad=orbit.inclination_rad * size, node_rad=orbit.node_rad * size,
                periapsis_rad=orbit.periapsis_rad * size, true_anomaly_rad=anomaly,
            )
        )  # fmt: skip
        radius = np.linalg.norm(place, axis=1)
    else:
        radius = np.linalg.norm(state[:3] + state[3:6] * (tdb_s - stretch.start_tdb_s)[:, None], axis=1)
        radius = np.maximum(radius, orbit.periapsis_radius_km) if stretch.gravity.centre_id == 399 else radius
    return np.asarray(np.sqrt(radius**3 / gm))


def fly(stretch: Stretch, state: FloatArray, numbers: FloatArray, edges: FloatArray) -> list[tuple[str, Force, Path]]:
    """Fly a batch (b, 7) with its numbers (b, p); one leg, or coast, burn and coast in a burn's window."""
    natural = force_of(stretch, numbers)
    if stretch.burn is None:
        fractions = (edges - edges[0]) / (edges[-1] - edges[0])
        return [("coast", natural, propagate(natural, edges[0], edges[-1], fractions, state))]
    start, end = burn_edges(stretch.burn, numbers)
    pushed = replace(natural, engine=engine_of(stretch.burn, numbers, stretch.reference))
    step_s = min(60.0, stretch.longest_s)
    legs: list[tuple[str, Force, Path]] = []
    plan: tuple[tuple[str, Force, FloatArray | float, float], ...] = (
        ("coast", natural, start, step_s), ("burn", pushed, end, BURN_STEP_S),
        ("coast", natural, stretch.end_tdb_s, step_s),
    )  # fmt: skip
    at: FloatArray | float = stretch.start_tdb_s
    for kind, force, until, length_s in plan:
        span = float(np.max(np.abs(np.asarray(until) - at)))
        path = propagate(force, at, until, even_fractions(max(3, round(span / length_s))), state)
        legs.append((kind, force, path))
        state, at = path.last, until
    return legs
