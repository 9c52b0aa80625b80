"""Going to an event of the timeline: its time and, if wanted, its view.

Window layer.
"""

from __future__ import annotations

from typing import Final, Literal

from visualizer.missions.catalogue import Event, Mission, Site
from visualizer.model.session import Session
from visualizer.ui.missions_panel import site_distance_km

Look = Literal["", "craft", "site"]
# Events that belong to a place on the ground; of several kinds of sites the first that there is.
SITE_KINDS: Final = {
    "launch": ("launch",),
    "landing": ("landing", "impact"),
    "impact": ("impact", "landing"),
}


def site_of_event(mission: Mission, event: Event) -> Site | None:
    """Return the place on the ground that an event belongs to, or None: most happen in flight."""
    sites = (site for kind in SITE_KINDS.get(event.kind, ()) for site in mission.sites if site.kind == kind)
    return next(sites, None)


def own_look(mission: Mission, event: Event) -> Look:
    """Return what there is to see at an event: the site of a launch or a landing, else the craft."""
    return "site" if site_of_event(mission, event) is not None else "craft"


def go_to_event(session: Session, mission: Mission, event: Event, look: Look = "") -> None:
    """Pause and go to an event; its mission becomes the active one, and the camera goes there if wanted."""
    session.clock.pause()
    session.activate(mission.id)
    session.clock.seek(event.tdb_s)
    if look == "craft":
        session.choose_view("follow")
    elif look == "site":
        look_at_site(session, mission, site_of_event(mission, event))


def look_at_site(session: Session, mission: Mission, site: Site | None) -> None:
    """Fly to a site; nothing happens without one."""
    if site is not None:
        session.focus_on(f"site:{mission.id}/{site.id}", site_distance_km(site))
