"""Ways to the Moon by patched conics: which passages of the Moon lead back to a launch.

Missions, by facts. All directions of arrival are looked at on a grid, the promising ones are improved, and those that
are alike are counted once. It is only where the search for the real flight begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, dot, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2, MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.elements import Elements, elements_from_state, state_from_elements
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.reconstruction.least_squares import fit

TILTS_DEG = np.arange(2.5, 180.0, 5.0)
TURNS_DEG = np.arange(0.0, 360.0, 5.0)
SPEEDS_KM_S = (0.75, 0.85, 0.95, 1.1, 1.3)
KEPT_PER_TILT, BRANCHES = 8, 6
J2_MOON, RADIUS_J2_KM = 2.0323e-4, 1738.0
STEPS = np.array([1e-4, 1e-4, 1e-4, 1e-5])


@dataclass(frozen=True)
class Wanted:
    """What a way to the Moon must meet; each with its sigma.

    Attributes
    ----------
    perilune_tdb_s, perilune_km : epoch of the passage, height over 1737.4 km
    perigee_km : radius of the perigee of the transfer; with sigma km
    perigee_tdb_s : its epoch; with sigma s
    pole : (3,) axis by which the inclination is counted
    inclination_rad : of the transfer, with sigma, or None
    pad : (3,) direction that the transfer's plane holds, with sigma rad, or None
    northbound : whether it passes the pad northwards
    tilt_rad : inclination of the passage to the Moon's equator, with sigma, or None
    place : (3,) direction in the Moon's axes that the plane holds at an epoch, with sigma rad and epoch, or None
    """

    perilune_tdb_s: float
    perilune_km: float
    perigee_km: tuple[float, float]
    perigee_tdb_s: tuple[float, float]
    pole: FloatArray
    inclination_rad: tuple[float, float] | None = None
    pad: tuple[FloatArray, float] | None = None
    northbound: bool = True
    tilt_rad: tuple[float, float] | None = None
    place: tuple[FloatArray, float, float] | None = None


@dataclass(frozen=True)
class Passage:
    """A passage of the Moon: state (6,) at perilune, ICRF axes about the Moon, and how badly it fits by conics."""

    state: FloatArray
    chi_square: float
    words: str


def passages(wanted: Wanted) -> list[Passage]:
    """Return the best passages, unlike each other, best first."""
    grid = _grid()
    costs = []
    for part in np.array_split(grid, max(1, len(grid) // 100_000)):
        found = _misses(wanted, part, coarse=True)
        costs.append(np.einsum("br,br->b", found, found))
    cost = np.concatenate(costs)
    best = grid[_spread_best(grid, cost)]
    fits = fit(lambda batch: _misses(wanted, batch), best, STEPS, [0, 1, 2, 3], 12, 1e-4)
    order = sorted(fits, key=lambda one: one.chi_square if np.isfinite(one.chi_square) else np.inf)
    kept: list[Passage] = []
    for one in order:
        passage = _passage(wanted, one.values, one.chi_square)
        alike = any(np.linalg.norm(passage.state[:3] - other.state[:3]) < 600.0 for other in kept)
        if np.isfinite(one.chi_square) and not alike:
            kept.append(passage)
        if len(kept) == BRANCHES:
            break
    return kept


def _grid() -> FloatArray:
    """Return (n, 4): tilt, node, argument of perilune in rad, speed far out in km/s."""
    parts = np.meshgrid(np.deg2rad(TILTS_DEG), np.deg2rad(TURNS_DEG), np.deg2rad(TURNS_DEG), SPEEDS_KM_S, indexing="ij")
    return np.stack([part.ravel() for part in parts], axis=1)


def _spread_best(grid: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the places of the best points, at most a few of each tilt, so that no branch crowds out another."""
    chosen = []
    for tilt in np.unique(grid[:, 0]):
        rows = np.flatnonzero(grid[:, 0] == tilt)
        chosen.append(rows[np.argsort(cost[rows], kind="stable")[:KEPT_PER_TILT]])
    return np.concatenate(chosen)


def perilune_state(wanted: Wanted, batch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return position and velocity at perilune, (b, 3) each, ICRF axes about the Moon."""
    return _state_at(wanted, batch, np.zeros(len(batch)))


def _state_at(wanted: Wanted, batch: FloatArray, anomaly: FloatArray) -> tuple[FloatArray, FloatArray]:
    radius = RADIUS_MOON_KM + wanted.perilune_km
    semi_major = -GM_MOON_LP165P_KM3_S2 / batch[:, 3] ** 2
    eccentricity = 1.0 - radius / semi_major
    orbit = Elements(semi_major, eccentricity, batch[:, 0], batch[:, 1], batch[:, 2], anomaly, GM_MOON_LP165P_KM3_S2)
    axes = rot_moon_me_from_icrf(wanted.perilune_tdb_s)
    position, velocity = state_from_elements(orbit)
    return np.asarray(position @ axes), np.asarray(velocity @ axes)


def _misses(wanted: Wanted, batch: FloatArray, coarse: bool = False) -> FloatArray:
    """Return how far passages are from what is wanted, (b, r) in units of sigma."""
    radius = RADIUS_MOON_KM + wanted.perilune_km
    semi_major = -GM_MOON_LP165P_KM3_S2 / batch[:, 3] ** 2
    eccentricity = 1.0 - radius / semi_major
    cosine = (semi_major * (1.0 - eccentricity**2) / MOON_INFLUENCE_KM - 1.0) / eccentricity
    anomaly = -np.arccos(np.clip(cosine, -1.0, 1.0))
    position, velocity = _state_at(wanted, batch, anomaly)
    hyperbolic = 2.0 * np.arctanh(np.sqrt((eccentricity - 1.0) / (eccentricity + 1.0)) * np.tan(0.5 * anomaly))
    early_s = (eccentricity * np.sinh(hyperbolic) - hyperbolic) * np.sqrt(-(semi_major**3) / GM_MOON_LP165P_KM3_S2)
    entered = wanted.perilune_tdb_s + early_s
    grid = np.linspace(float(entered.min()), float(entered.max()) + 1.0, 40)
    moon = np.concatenate(bundled_ephemeris().state_km(MOON.naif_id, EARTH.naif_id, grid), axis=1)
    moved = np.stack([np.interp(entered, grid, column) for column in moon.T], axis=1)
    place, speed = position + moved[:, :3], velocity + moved[:, 3:]
    orbit = elements_from_state(place, speed, GM_EARTH_KM3_S2)
    perigee_s = entered - orbit.time_from_periapsis_s
    # The Moon is met on the way out.
    falling = np.where(dot(place, speed) > 0.0, 0.0, 30.0)
    normal = unit(np.cross(place, speed))
    rough = 30.0 if coarse else 1.0
    columns = [
        (orbit.periapsis_radius_km - wanted.perigee_km[0]) / (wanted.perigee_km[1] * rough),
        (perigee_s - wanted.perigee_tdb_s[0]) / (wanted.perigee_tdb_s[1] * (6.0 if coarse else 1.0)),
        np.where(orbit.eccentricity < 1.05, falling, 100.0),
    ]
    wide = 6.0 if coarse else 1.0
    if wanted.inclination_rad is not None:
        angle = np.arccos(np.clip(normal @ wanted.pole, -1.0, 1.0))
        columns.append((angle - wanted.inclination_rad[0]) / (wanted.inclination_rad[1] * wide))
    if wanted.pad is not None:
        pad, sigma = wanted.pad
        columns.append(np.arcsin(np.clip(normal @ pad, -1.0, 1.0)) / (sigma * wide))
        north = np.cross(normal, pad) @ wanted.pole
        columns.append(np.where((north > 0.0) == wanted.northbound, 0.0, 20.0))
    # Where little is known the search must still be led somewhere: hardly noticeably towards the poles.
    columns.append(1e-3 * (batch[:, 0] - 0.5 * np.pi))
    columns += _moon_misses(wanted, batch, wide)
    return np.asarray(np.nan_to_num(np.stack(columns, axis=1), nan=1e3))


def _moon_misses(wanted: Wanted, batch: FloatArray, wide: float) -> list[FloatArray]:
    columns = []
    if wanted.tilt_rad is not None:
        columns.append((batch[:, 0] - wanted.tilt_rad[0]) / (wanted.tilt_rad[1] * wide))
    if wanted.place is not None:
        place, sigma, epoch = wanted.place
        radius = RADIUS_MOON_KM + wanted.perilune_km
        rate = np.sqrt(GM_MOON_LP165P_KM3_S2 / radius**3)
        drift = -1.5 * J2_MOON * (RADIUS_J2_KM / radius) ** 2 * rate * np.cos(batch[:, 0])
        node = batch[:, 1] + drift * (epoch - wanted.perilune_tdb_s)
        normal = np.stack(
            [np.sin(batch[:, 0]) * np.sin(node), -np.sin(batch[:, 0]) * np.cos(node), np.cos(batch[:, 0])], axis=1
        )
        then = rot_moon_me_from_icrf(epoch).T @ place
        seen = rot_moon_me_from_icrf(wanted.perilune_tdb_s) @ then
        columns.append(np.arcsin(np.clip(normal @ seen, -1.0, 1.0)) / (sigma * wide))
    return columns


def _passage(wanted: Wanted, values: FloatArray, chi_square: float) -> Passage:
    position, velocity = perilune_state(wanted, values[None])
    tilt, node, turn = np.mod(np.rad2deg(values[:3]), 360.0)
    words = (
        f"inclination {tilt:.1f}, node {node:.1f}, argument of perilune {turn:.1f} deg, {values[3]:.3f} km/s far out"
    )
    return Passage(np.concatenate([position[0], velocity[0]]), chi_square, words)
