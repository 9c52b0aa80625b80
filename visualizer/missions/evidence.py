"""The evidence ledger: every published fact beside what the shipped flight says about it.

Missions. Each row is a fact of the mission document; the modelled figure is measured on the trajectory
(`measures.py`). Facts that cannot be measured (words, rejected claims) stay in the ledger without one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from visualizer.core.constants import RADIUS_MOON_KM, S_PER_DAY
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.missions import measures as m
from visualizer.missions.catalogue import Mission
from visualizer.missions.document import Fact
from visualizer.missions.tracking.measuring import measured

Measure = Callable[[Mission], float]

NOTHING: Final = 1e-6
# So the documents' notes call what the solver takes as it stands.
HELD_WORD: Final = re.compile(r"\bheld\b")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A fact and what the flight says about it.

    Attributes
    ----------
    id, what : of the fact
    published, modelled : numbers in `unit`; for epochs UTC texts, with residual and sigma in s; modelled is
        None where the flight cannot say
    residual : modelled - published, in `unit`, or None
    sigma : one-sigma uncertainty of the fact, in `unit`, or None
    source, note : words
    used_in_fit : False for cross-checks
    tdb_s : epoch the fact is about, or None
    held : True where the solver took the fact as it stands, so that a residual of 0 says nothing
    remark : why the list of events has another epoch, or empty
    """

    id: str
    what: str
    published: float | str
    modelled: float | str | None
    residual: float | None
    sigma: float | None
    unit: str
    source: str
    used_in_fit: bool
    tdb_s: float | None
    note: str
    held: bool = False
    remark: str = ""

    @property
    def confidence_ratio(self) -> float | None:
        """The residual in units of its sigma, or None."""
        if self.residual is None or not self.sigma:
            return None
        return self.residual / self.sigma

    @property
    def sigmas_apart(self) -> float | None:
        """The same, but None for what was held: there it is no evidence."""
        return None if self.held else self.confidence_ratio

    @property
    def modelled_text(self) -> str:
        """What the flight says, with as many digits as the uncertainty gives sense to."""
        return self.modelled if isinstance(self.modelled, str) else figure_text(self.modelled, self.sigma)

    @property
    def residual_text(self) -> str:
        """The residual; 0 where it is below a millionth of the uncertainty."""
        if self.residual is not None and abs(self.residual) <= NOTHING * (self.sigma or 0.0):
            return "0"
        return figure_text(self.residual, self.sigma)

    @property
    def use_text(self) -> str:
        """What the fact was used for, in a word."""
        if self.held:
            return "held"
        return "yes" if self.used_in_fit else "check"


def figure_text(value: float | None, sigma: float | None) -> str:
    """Write a number down to about a hundredth of its uncertainty, or to six digits where there is none."""
    if value is None:
        return "-"
    if not sigma:
        return f"{value:.6g}"
    decimals = min(max(2 - math.floor(math.log10(sigma)), 0), 6)
    # The addition turns -0.0 into 0.0.
    rounded = round(value, decimals) + 0.0
    return f"{rounded:,.{decimals}f}" if abs(rounded) >= 10_000 else f"{rounded:.{decimals}f}"


def summary_lines(rows: list[EvidenceRow]) -> list[str]:
    """Return in words how well facts and flight agree, and where a fact needs a remark."""
    apart = [abs(row.sigmas_apart) for row in rows if row.sigmas_apart is not None]
    held = sum(row.held for row in rows)
    first = (
        f"{len(rows)} published facts; of {len(apart)} with an uncertainty {sum(s <= 1.0 for s in apart)} lie within "
        f"one sigma; {held} more are held: the solver took them as published"
    )
    return [first, *(f"{row.what}: {row.remark}" for row in rows if row.remark)]


def evidence(mission: Mission) -> list[EvidenceRow]:
    """Return the ledger of a mission, in the order of its document."""
    return [_row(mission, fact) for fact in mission.document.facts]


def _row(mission: Mission, fact: Fact) -> EvidenceRow:
    tdb_s = tdb_s_from_utc_text(fact.utc) if fact.utc else None
    published: float | str = fact.text or ""
    modelled: float | str | None = None
    residual = None
    if fact.value is not None:
        published = fact.value
        measure = _named(fact) or _NUMBERS.get(fact.id)
        if measure is not None:
            modelled = measure(mission)
            residual = modelled - fact.value
    elif fact.text is None and fact.utc and tdb_s is not None:
        published = fact.utc
        found = _named(fact) or _EPOCHS.get(fact.id)
        if found is not None:
            modelled = utc_text_from_tdb_s(found(mission), 3)
            residual = found(mission) - tdb_s
    return EvidenceRow(
        fact.id, fact.what, published, modelled, residual, fact.sigma, fact.unit, fact.source,
        fact.used_in_fit, tdb_s, _note(fact), _is_held(fact), _remark(mission, fact, tdb_s),
    )  # fmt: skip


def _named(fact: Fact) -> Measure | None:
    """Return the measure that a fact names, or None."""
    return partial(measured, words=fact.measure) if fact.measure else None


def _note(fact: Fact) -> str:
    return "; ".join(part for part in (fact.note, fact.conflict and f"conflict: {fact.conflict}") if part)


def _is_held(fact: Fact) -> bool:
    return fact.used_in_fit and HELD_WORD.search(fact.note) is not None


def _remark(mission: Mission, fact: Fact, tdb_s: float | None) -> str:
    """Say why the event of a fact's name stands at another epoch than the fact."""
    if not isinstance(fact.utc, str) or fact.value is not None or fact.text is not None or tdb_s is None:
        return ""
    marked = next((event for event in mission.document.events if event.id == fact.id), None)
    if marked is None or marked.utc in ("solved", fact.utc):
        return ""
    event_text, fact_text = (text.replace("T", " ") for text in (marked.utc, fact.utc))
    return f"compared at {fact_text}, while the list of events has it at {event_text}; {fact.note}"


def _event(mission: Mission, event_id: str) -> float:
    return mission.event(event_id).tdb_s


def _arc_start(mission: Mission, name: str) -> float:
    return next(arc.start_tdb_s for arc in mission.trajectory.arcs if arc.name == name)


def _burn_start(mission: Mission, burn_id: str) -> float:
    return mission.burn(burn_id).start_tdb_s


def _duration(mission: Mission, burn_id: str) -> float:
    return mission.burn(burn_id).duration_s


def _end_of_flight(mission: Mission) -> float:
    return mission.trajectory.span_tdb_s[1]


def _zeeman(mission: Mission, part: int) -> float:
    return m.below_wrt_site(mission, "zeeman-crater", mission.event("zeeman").tdb_s)[part]


def _zeeman_distance(mission: Mission) -> float:
    along, cross = m.below_wrt_site(mission, "zeeman-crater", mission.event("zeeman").tdb_s)
    return float((along**2 + cross**2) ** 0.5)


def _planned_height(mission: Mission, high: bool) -> float:
    orbit = m.lunar_orbit(mission, mission.event("planned-cutoff").tdb_s)
    return float(orbit.apoapsis_radius_km if high else orbit.periapsis_radius_km) - RADIUS_MOON_KM


def _transit_d(mission: Mission) -> float:
    return (mission.event("insertion-1").tdb_s - mission.event("tli-end").tdb_s) / S_PER_DAY


def _mass_kg(mission: Mission) -> float:
    return mission.burn("tcm-1").mass_before_kg


_NUMBERS: dict[str, Measure] = {
    "launch-azimuth": lambda mission: m.launch_place_deg(mission)[0],
    "launch-plane": lambda mission: m.launch_place_deg(mission)[1],
    "ascent-inclination": lambda mission: m.inclination_deg(mission, "third-stage"),
    "parking-perigee": lambda mission: m.parking_heights_km(mission)[0],
    "parking-apogee": lambda mission: m.parking_heights_km(mission)[1],
    "parking-inclination": lambda mission: m.inclination_deg(mission, "tli"),
    "tcm-1-duration": partial(_duration, burn_id="tcm-1"),
    "range-13-august": lambda mission: m.range_earth_km(mission, _event(mission, "first-images")),
    "tcm-2-duration": partial(_duration, burn_id="tcm-2"),
    "insertion-1-duration": partial(_duration, burn_id="insertion-1"),
    "insertion-2-duration": partial(_duration, burn_id="insertion-2"),
    "orbit-nominal": lambda mission: 0.5 * sum(m.mean_heights_km(mission)),
    "orbit-perilune": lambda mission: m.mean_heights_km(mission)[0],
    "orbit-apolune": lambda mission: m.mean_heights_km(mission)[1],
    "orbit-inclination": m.mean_inclination_deg,
    "orbit-node": m.node_longitude_deg,
    "orbit-rounded-perilune": lambda mission: m.mean_heights_km(mission)[0],
    "orbit-rounded-apolune": lambda mission: m.mean_heights_km(mission)[1],
    "zeeman-along": partial(_zeeman, part=0),
    "zeeman-cross": partial(_zeeman, part=1),
    "zeeman-distance": _zeeman_distance,
    "correction-duration": partial(_duration, burn_id="correction"),
    "last-burn-duration": partial(_duration, burn_id="last-burn"),
    "last-burn-planned-duration": lambda mission: _event(mission, "planned-cutoff") - _event(mission, "last-burn"),
    "planned-perilune": partial(_planned_height, high=False),
    "planned-apolune": partial(_planned_height, high=True),
    "impulse-ratio": m.impulse_ratio,
    "impact-latitude": lambda mission: m.last_place_deg(mission)[0],
    "impact-longitude": lambda mission: m.last_place_deg(mission)[1],
    "impact-miss": partial(m.impact_from_site_km, site_id="impact-crater"),
    "impact-short-of-site": partial(m.impact_from_site_km, site_id="main-site"),
    "impact-pontecoulant-g": partial(m.impact_from_site_km, site_id="pontecoulant-g"),
    "mean-period": m.mean_period_min,
    "mass": _mass_kg,
    "mass-aviation-week": _mass_kg,
    "transit-wrong": _transit_d,
}

_EPOCHS: dict[str, Measure] = {
    "launch-time": lambda mission: mission.trajectory.span_tdb_s[0],
    "third-stage-separation": partial(_arc_start, name="before Fregat's first burn"),
    "tli-time": partial(_burn_start, burn_id="tli"),
    "tcm-1-start": partial(_burn_start, burn_id="tcm-1"),
    "tcm-2-start": partial(_burn_start, burn_id="tcm-2"),
    "insertion-1-start": partial(_burn_start, burn_id="insertion-1"),
    "lunar-orbit-time": lambda mission: mission.burn("insertion-2").end_tdb_s,
    "correction-start": partial(_burn_start, burn_id="correction"),
    "last-burn-start": partial(_burn_start, burn_id="last-burn"),
    "loss-of-signal": _end_of_flight,
    "impact-time": _end_of_flight,
}
