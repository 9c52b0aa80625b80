"""The named views: number keys 1 to 7, `--view` on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.model.camera import CameraState
from visualizer.model.places import ground_name


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of a mission that a view belongs to."""

    mission_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class View:
    """A named view: `id` for files and the command line, `key` on the keyboard, `title` in menus.

    A view with a `moment` goes there in time as well, and makes that mission the active one.
    """

    id: str
    key: str
    title: str
    help: str
    moment: Moment | None = None


VIEWS: Final = (
    View("system", "1", "Earth-Moon system", "Both bodies and the whole transfer, from above the Moon's orbit"),
    View("earth", "2", "Earth", "The Earth, with parking orbit and departure"),
    View("moon", "3", "Moon", "The Moon, with the orbits about it"),
    View("follow", "4", "Follow spacecraft", "Beside the craft, the body below it underfoot"),
    View("craft", "5", "From spacecraft", "What lies before the craft: the horizon ahead, or the nearest body"),
    View("site", "6", "Landing or impact site", "On the ground where the flight ended, toward the Earth in its sky"),
    View("south-pole", "7", "South pole", "Straight down on the Moon's south pole"),
    View("rotating", "8", "Earth-Moon line", "All paths as seen in the frame that turns with the Moon"),
    View("photo-earth", "9", "Photograph of the Earth", "The Earth as Luna-25 photographed it on 13 August 2023",
         Moment("luna-25", "first-images")),
    View("photo-moon", "Ctrl+9", "Photograph of the Moon", "The Moon as Luna-25 photographed it on 13 August 2023",
         Moment("luna-25", "first-images")),
    View("zeeman", "0", "Photograph of Zeeman", "Crater Zeeman as Luna-25 passed over it on 17 August 2023",
         Moment("luna-25", "zeeman")),
)  # fmt: skip

_BY_ID: Final = {view.id: view for view in VIEWS}


def view_of_id(view_id: str) -> View:
    """Return a view by its id; raise `CommandError` that lists them."""
    try:
        return _BY_ID[view_id]
    except KeyError:
        raise CommandError(f"view {view_id!r}: unknown; one of {', '.join(_BY_ID)}") from None


def initial_camera(view_id: str, mission_id: str, site_id: str | None, is_low: bool) -> CameraState:
    """Return where a view starts.

    Parameters
    ----------
    view_id : one of `VIEWS`
    mission_id : whose craft and site
    site_id : where its flight ended, or None
    is_low : whether the craft is low above a body now, so that its horizon is worth seeing
    """
    view = view_of_id(view_id).id
    craft = f"craft:{mission_id}"
    if view == "site" and site_id is None:
        view = "moon"
    d = np.deg2rad
    states = {
        "system": CameraState("system", "earth-moon", d(66.0), d(40.0), 690_000.0, d(40.0)),
        "earth": CameraState("earth", "sun", d(-58.0), d(20.0), 31_000.0, d(40.0)),
        "moon": CameraState("moon", "sun", d(-58.0), d(-16.0), 8_300.0, d(40.0)),
        "follow": CameraState(craft, "orbit", d(36.0), d(20.0), 0.0095, d(48.0)),
        "craft": CameraState(craft, "orbit", d(180.0), d(-24.0 if is_low else -90.0), 0.0, d(52.0), "ahead"),
        "site": CameraState(f"site:{mission_id}/{site_id}", "site-earth", d(180.0), d(1.5), 0.25, d(62.0)),
        "south-pole": CameraState("moon", "moon-fixed", d(0.0), d(-89.5), 4_600.0, d(40.0)),
        "rotating": CameraState("system", "rotating", d(90.0), d(62.0), 760_000.0, d(40.0)),
        "photo-earth": CameraState(craft, "toward:earth", 0.0, 0.0, 0.0, d(4.0), "ahead"),
        "photo-moon": CameraState(craft, "toward:moon", 0.0, 0.0, 0.0, d(4.0), "ahead"),
        "zeeman": CameraState(craft, "toward:site:luna-25/zeeman-crater", 0.0, 0.0, 0.0, d(100.0), "ahead"),
    }
    return states[view]


def view_title(view_id: str, camera: CameraState, missions: Sequence[Mission]) -> str:
    """Say what a camera looks at, and whose mission is meant: the view's title while the camera is in that view.

    Parameters
    ----------
    missions : shown, the active one first
    """
    active = missions[0] if missions else None
    words = view_of_id(view_id).title
    start = initial_camera(view_id, active.id if active else "", camera.focus.rpartition("/")[2] or None, False)
    if (start.focus, start.axes, start.look) != (camera.focus, camera.axes, camera.look):
        words = focus_title(camera.focus, missions)
    return " · ".join([words, *([active.name] if active and active.name != words else [])])


def focus_title(focus: str, missions: Sequence[Mission]) -> str:
    """Say what a focus is: a body, a craft, a site."""
    kind, _, name = focus.partition(":")
    mission_id, _, site_id = name.rpartition("/") if kind == "site" else (name, "", "")
    owner = next((m for m in missions if m.id == mission_id), None)
    site = next((s for s in owner.sites if s.id == site_id), None) if owner else None
    if kind == "site" and site is not None:
        return site.title
    if kind == "craft" and owner is not None:
        return owner.name
    known = {"earth": "Earth", "moon": "Moon", "system": "Earth-Moon system"}
    return known.get(focus) or ground_name(focus) or (name.capitalize() if kind == "body" else name or focus)
