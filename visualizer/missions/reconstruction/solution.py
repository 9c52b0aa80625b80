"""What a reconstruction found: values with their uncertainty, burns, arcs, impact.

Missions, reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.geometry import spherical_subpoint
from visualizer.core.moon_axes import moon_rotation_rate_rad_s, rot_moon_me_from_icrf
from visualizer.core.trajectory import Arc, SigmaTable, Trajectory
from visualizer.missions.catalogue import SolvedBurn
from visualizer.missions.reconstruction.arcs import PIECES, arcs_of, fall_to_impact, force_words
from visualizer.missions.reconstruction.burns import burns_of
from visualizer.missions.reconstruction.ensemble import Members
from visualizer.missions.reconstruction.flight import SHIPPED, Leg, Legs, Pilot
from visualizer.missions.reconstruction.least_squares import Fit
from visualizer.missions.reconstruction.plan import Plan
from visualizer.missions.reconstruction.residuals import (
    modelled_orbit,
    modelled_parking,
    modelled_transfer,
    published,
)
from visualizer.missions.reconstruction.uncertainty import sigma_table
from visualizer.missions.reconstruction.unknowns import Unknown

PRIOR_DOMINATED_RATIO = 0.7


@dataclass(frozen=True, slots=True)
class FittedUnknown:
    """An unknown with its value and one-sigma uncertainty after the fit."""

    unknown: Unknown
    value: float
    sigma: float

    @property
    def standing(self) -> str:
        """`observable`, or `prior-dominated` where the facts tightened the guess by under 30 %."""
        held = self.unknown.sigma is not None and self.sigma > PRIOR_DOMINATED_RATIO * self.unknown.sigma
        return "prior-dominated" if held else "observable"


@dataclass(frozen=True, slots=True)
class FittedFact:
    """A fact as published and as the solver models it."""

    id: str
    published: float
    modelled: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Impact:
    """Where and when the flight meets the ground: deg (mean-Earth axes), km, km/s relative to the ground."""

    tdb_s: float
    lat_deg: float
    lon_deg: float
    height_km: float
    speed_km_s: float
    descent_deg: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Another start, way or count of revolutions, and the chi-square it ends at."""

    what: str
    chi_square: float
    note: str


@dataclass(frozen=True)
class Solution:
    """A reconstruction.

    Attributes
    ----------
    mission_id : of the mission document
    chi_square, residual_count, prior_count : of the fit; not a measure of goodness, many sigmas are guesses
    unknowns, facts, burns : tables
    trajectory : arcs with their uncertainty
    forces : arc's name -> force model in words
    event_tdb_s : event id -> epoch, for the events that the document leaves to the solution
    impact : where it ended
    trials : other starts and aliases that were tried
    offsets_km : (m, n, 3) of the ensemble's members at the epochs of the uncertainty: radial, along the arc, across
    """

    mission_id: str
    chi_square: float
    residual_count: int
    prior_count: int
    unknowns: tuple[FittedUnknown, ...]
    facts: tuple[FittedFact, ...]
    burns: tuple[SolvedBurn, ...]
    trajectory: Trajectory
    forces: dict[str, str]
    event_tdb_s: dict[str, float]
    impact: Impact
    trials: tuple[Trial, ...]
    offsets_km: FloatArray

    @property
    def arcs(self) -> tuple[Arc, ...]:
        """The arcs of the trajectory."""
        return self.trajectory.arcs


def solution_of(pilot: Pilot, fit: Fit, members: Members, trials: tuple[Trial, ...] = ()) -> Solution:
    """Fly the fitted point, its neighbours and its ensemble once more and gather everything that is shipped."""
    plan, layout = pilot.plan, pilot.layout
    shift = np.diag(layout.steps)
    batch = np.concatenate([fit.values[None], fit.values + shift, fit.values - shift])
    legs = pilot.fly(batch)
    flown = pilot.fly(np.concatenate([fit.values[None], members.values]))
    sigma, offsets_km = sigma_table(plan, legs, layout.steps, fit.covariance, members, flown)
    modelled = modelled_orbit(plan, legs) | modelled_transfer(plan, legs) | modelled_parking(plan, legs)
    alone = Pilot(plan, layout, SHIPPED).fly(fit.values[None])
    alone["fall"] = fall_to_impact(plan, alone["fall"])
    errors = np.sqrt(np.diag(fit.covariance))
    arcs = arcs_of(plan, alone)
    inside = (sigma.tdb_s >= arcs[0].start_tdb_s) & (sigma.tdb_s <= arcs[-1].end_tdb_s)
    sigma = SigmaTable(sigma.tdb_s[inside], sigma.radial_along_cross_km[inside])
    return Solution(
        mission_id=plan.document.id,
        chi_square=fit.chi_square,
        residual_count=len(fit.residuals),
        prior_count=sum(unknown.guess is not None for unknown in layout.unknowns),
        unknowns=tuple(map(FittedUnknown, layout.unknowns, map(float, fit.values), map(float, errors))),
        facts=tuple(_fact(plan, fact_id, values) for fact_id, values in modelled.items()),
        burns=burns_of(plan, alone),
        trajectory=Trajectory(plan.document.spacecraft.name, arcs, sigma),
        forces={piece.name: force_words(alone[piece.legs[0]]) for piece in PIECES},
        event_tdb_s=_events(plan, alone),
        impact=_impact(alone["fall"]),
        trials=trials,
        offsets_km=offsets_km[:, inside],
    )


def _fact(plan: Plan, fact_id: str, values: FloatArray) -> FittedFact:
    value, sigma = published(plan, fact_id)
    return FittedFact(fact_id, value, float(values[0]), sigma)


def _events(plan: Plan, legs: Legs) -> dict[str, float]:
    ends = {name: (leg.path.tdb_s[0, 0], leg.path.tdb_s[-1, 0]) for name, leg in legs.items()}
    epochs = {
        "fregat-burn-1": min(ends["fregat-1"]),
        "parking-orbit": max(ends["fregat-1"]),
        "tli": min(ends["tli"]),
        "tli-end": max(ends["tli"]),
        "insertion-1": min(ends["insertion-1"]),
        "insertion-2": min(ends["insertion-2"]),
        "lunar-orbit": max(ends["insertion-2"]),
        "last-burn": ends["last-a"][0],
        "planned-cutoff": ends["last-a"][1],
        "cutoff": ends["last-b"][1],
        "impact": ends["fall"][1],
    }
    return {event: float(epoch) for event, epoch in epochs.items()}


def _impact(leg: Leg) -> Impact:
    tdb_s, state = float(leg.path.tdb_s[-1, 0]), leg.path.last[0]
    axes = rot_moon_me_from_icrf(tdb_s)
    place = axes @ state[:3]
    lat, lon = spherical_subpoint(place)
    speed = axes @ state[3:6] - np.cross(moon_rotation_rate_rad_s(tdb_s), place)
    size = float(np.linalg.norm(speed))
    radius = float(np.linalg.norm(place))
    descent = float(np.rad2deg(np.arcsin(-(place @ speed) / (radius * size))))
    return Impact(tdb_s, float(np.rad2deg(lat)), float(np.rad2deg(lon)), radius - 1737.4, size, descent)
