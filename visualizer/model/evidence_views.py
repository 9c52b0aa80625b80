"""From a published fact to what it is about: its moment, and the view in which it can be seen. Model, pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from visualizer.core.bodies import MOON
from visualizer.missions.catalogue import Mission
from visualizer.missions.document import Fact
from visualizer.model.session import Session
from visualizer.model.views import VIEWS

if TYPE_CHECKING:
    from visualizer.missions.evidence_ledger import LedgerRow

_PLACE: Final = re.compile(r"latitude|longitude|landing|touchdown|impact|site|off-target|lro-image|crater|short-of|hop")
_FAR: Final = re.compile(r"(?<!down)range|transit|record|farthest|path-length|influence|hidden|signal")
_PICTURE: Final = re.compile(r"image|picture|photo")
_BURN: Final = re.compile(
    r"duration|delta-v|thrust|propellant|-start|start:|middle:|-time|mass|window|impulse|hover|braking"
)
_ORBIT: Final = re.compile(r"peri|apo|orbit|inclination|period|height|node|nrho|revolution|speed|altitude")
# From how far a craft is looked at with the body that it orbits in the picture.
OVER_MOON_KM, OVER_EARTH_KM, BESIDE_KM = 2_600.0, 9_000.0, 0.02
SITE_KM: Final = 120.0


@dataclass(frozen=True, slots=True)
class FactView:
    """Where to look at a fact: a named view, or a focus with a distance; and what that is called."""

    words: str
    view_id: str = ""
    focus: str = ""
    distance_km: float = 0.0


def fact_view(mission: Mission, fact: Fact, moment_tdb_s: float | None) -> FactView | None:
    """Return the view that shows what a fact is about, or None for facts that no picture shows.

    A place on the ground is looked at itself; a distance in the whole system; a picture by the camera that took it; a
    burn beside the craft; an orbit over the body.
    """
    words = f"{fact.id} {fact.measure}"
    photo = _photo(mission, fact)
    if photo is not None:
        return photo
    if _PLACE.search(words):
        site = _site(mission, words)
        if site:
            return FactView("the place", focus=f"site:{mission.id}/{site}", distance_km=SITE_KM)
    if moment_tdb_s is None:
        return None
    if _FAR.search(words):
        return FactView("the Earth-Moon system", view_id="system")
    if fact.id.startswith(("launch", "lift-off")):
        site = _launch(mission)
        return FactView("the launch site", focus=f"site:{mission.id}/{site}", distance_km=SITE_KM) if site else None
    if _BURN.search(words) and not _ORBIT.search(words):
        return FactView("the craft", focus=f"craft:{mission.id}", distance_km=BESIDE_KM)
    return _over(mission, moment_tdb_s)


def _over(mission: Mission, moment_tdb_s: float) -> FactView:
    """Return the craft over the body that it is about."""
    is_moon = mission.trajectory.arc_at(moment_tdb_s).centre_id == MOON.naif_id
    distance = OVER_MOON_KM if is_moon else OVER_EARTH_KM
    return FactView(f"the craft over the {'Moon' if is_moon else 'Earth'}", "", f"craft:{mission.id}", distance)


def _photo(mission: Mission, fact: Fact) -> FactView | None:
    """Return the named view of a picture that a fact is about: one that belongs to an event of its name."""
    for view in VIEWS:
        if view.moment is None or view.moment.mission_id != mission.id:
            continue
        is_named = fact.id.startswith(view.moment.event_id)
        if is_named or (_PICTURE.search(fact.id) and view.moment.event_id in fact.id):
            return FactView(view.title[0].lower() + view.title[1:], view_id=view.id)
    return None


def _site(mission: Mission, words: str) -> str:
    """Return the site that words name, or where the flight ended."""
    named = [site.id for site in mission.sites if site.body_id == MOON.naif_id and site.id in words]
    ends = [site.id for kind in ("impact", "landing") for site in mission.sites if site.kind == kind]
    return next(iter([*named, *ends]), "")


def _launch(mission: Mission) -> str:
    return next((site.id for site in mission.sites if site.kind == "launch"), "")


def go_to_fact(session: Session, mission: Mission, row: LedgerRow) -> str:
    """Go to a fact's moment and view, and return in words what is seen; empty where it has neither.

    Another mission becomes the active one.
    """
    fact = mission.document.fact(row.evidence.id)
    view = fact_view(mission, fact, row.moment_tdb_s)
    if row.moment_tdb_s is None and view is None:
        return ""
    session.activate(mission.id)
    session.clock.pause()
    if view is not None and view.view_id:
        session.choose_view(view.view_id)
    if row.moment_tdb_s is not None:
        session.clock.seek(row.moment_tdb_s)
    if view is not None and view.focus:
        session.focus_on(view.focus, view.distance_km)
    return view.words if view is not None else "its moment"
