"""Facts of a document as residuals of a flight: measured by the same words, and by the same code, as evidence does.

Missions, by facts. For each changed stretch a mission is put together in which only this stretch differs; whatever
`measured` says of it enters the fit. So a new measure serves fit and evidence at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, Trajectory
from visualizer.errors import PeriluneError
from visualizer.missions.by_facts.stretches import gm_of
from visualizer.missions.catalogue import BODY_IDS, Event, Mission, Site, SolvedBurn
from visualizer.missions.document import SOLVED, Fact, MissionDocument
from visualizer.missions.tracking.measuring import measured

CIRCLE = "~circle-"


@dataclass(frozen=True, slots=True)
class Target:
    """A fact that the flight can be compared with: a number in its unit, or an epoch in TDB s, with its sigma."""

    id: str
    words: str
    value: float
    sigma: float
    unit: str


@lru_cache(maxsize=1024)
def _epoch(utc: str) -> float:
    return tdb_s_from_utc_text(utc)


def targets_of(document: MissionDocument) -> tuple[Target, ...]:
    """Return the facts that the fit may use."""
    return tuple(_target(fact) for fact in document.facts if fact.used_in_fit and fact.measure and fact.sigma)


def smoothed(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return the targets with nearly equal heights of periapsis and apoapsis told in numbers that are smooth there.

    Both heights have a kink where an orbit is a circle. Their squares together are those of the mean height and of the
    eccentricity's vector, which have none; so the sum of squares stays as it was.
    """
    low = {t.words.partition(":")[2]: t for t in targets if t.words.startswith("periapsis-after:")}
    high = {t.words.partition(":")[2]: t for t in targets if t.words.startswith("apoapsis-after:")}
    round_ids = [
        where for where in low.keys() & high.keys()
        if high[where].value - low[where].value < 2.0 * min(low[where].sigma, high[where].sigma)
    ]  # fmt: skip
    kept = [t for t in targets if t not in [side[where] for where in round_ids for side in (low, high)]]
    for where in sorted(round_ids):
        sigma = float(np.sqrt(0.25 * (low[where].sigma ** 2 + high[where].sigma ** 2)))
        middle = 0.5 * (low[where].value + high[where].value)
        kept.append(Target(f"{where}-mean-height", f"{CIRCLE}0:{where}", middle, sigma, "km"))
        kept += [Target(f"{where}-roundness-{i}", f"{CIRCLE}{i}:{where}", 0.0, sigma, "km") for i in (1, 2, 3)]
    return tuple(kept)


def _circle(mission: Mission, words: str) -> float:
    """Return mean height, or a component of the eccentricity's vector times the semi-major axis, after a burn, km."""
    number, _, where = words[len(CIRCLE) :].partition(":")
    end = mission.burn(where).end_tdb_s
    arc = next(a for a in mission.trajectory.arcs if a.kind == "burn" and abs(a.end_tdb_s - end) < 1e-3)
    place, speed = arc.position_km[-1], arc.velocity_km_s[-1]
    gm, radius = gm_of(arc.centre_id), RADIUS_MOON_KM if arc.centre_id == MOON.naif_id else RADIUS_EARTH_EQUATOR_KM
    size = 1.0 / (2.0 / np.linalg.norm(place) - speed @ speed / gm)
    if number == "0":
        return float(size - radius)
    shape = np.cross(speed, np.cross(place, speed)) / gm - place / np.linalg.norm(place)
    return float(abs(size) * shape[int(number) - 1])


def _target(fact: Fact) -> Target:
    value = fact.value if fact.value is not None else tdb_s_from_utc_text(fact.utc or "")
    return Target(fact.id, fact.measure, value, fact.sigma or 1.0, fact.unit)


def residual(target: Target, mission: Mission) -> float:
    """Return (measured - published) / sigma, or NaN where the flight cannot say."""
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            inner = target.words.startswith(CIRCLE)
            found = _circle(mission, target.words) if inner else measured(mission, target.words)
            off = found - target.value
    except (PeriluneError, KeyError, ValueError, IndexError, StopIteration):
        return float("nan")
    if target.unit == "deg":
        off = (off + 180.0) % 360.0 - 180.0
    return float(off / target.sigma)


def sites_of(document: MissionDocument) -> tuple[Site, ...]:
    """Return the sites of a document."""
    return tuple(
        Site(s.id, s.title, BODY_IDS[s.body], s.lat_deg, s.lon_deg, s.height_m, s.kind, s.radius_km)
        for s in document.sites
    )


def mission_of(
    document: MissionDocument, sites: tuple[Site, ...], arcs: Sequence[Arc], burns: Sequence[SolvedBurn],
    event_tdb_s: Mapping[str, float],
) -> Mission:  # fmt: skip
    """Put a flight together as evidence sees it."""
    events = []
    durations = {burn.id: burn.duration_s for burn in burns}
    for event in document.events:
        if event.utc != SOLVED:
            tdb_s = _epoch(event.utc)
        elif event.id in event_tdb_s:
            tdb_s = event_tdb_s[event.id]
        else:
            continue
        events.append(
            Event(event.id, event.title, tdb_s, event.kind, event.sentence, durations.get(event.id, event.duration_s))
        )
    trajectory = Trajectory(document.spacecraft.name, tuple(arcs))
    return Mission(document.id, document.name, document, trajectory, tuple(events), (), sites, tuple(burns))


def residuals(targets: Sequence[Target], mission: Mission) -> FloatArray:
    """Return the residuals of some facts, (n,)."""
    return np.array([residual(target, mission) for target in targets])
