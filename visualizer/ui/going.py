"""Going to what was found: a command is run, an event is gone to in time, a crater is flown to. Window layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

from visualizer.errors import CommandError
from visualizer.model.bookmarks import BookmarkStore
from visualizer.model.camera import CameraState
from visualizer.model.places import looking_distance_km
from visualizer.model.session import Session
from visualizer.model.session_scene import apply_snapshot
from visualizer.ui.canvas_input import FOCUS_DISTANCE_KM
from visualizer.ui.missions_panel import site_distance_km

# A planet or the Sun is looked at from behind the Moon, a little above its limb.
OVER_THE_LIMB: Final = {"elevation_rad": math.radians(12.5), "distance_km": 12_000.0, "fov_rad": math.radians(40.0)}


def go(window: Any, key: str) -> None:
    """Go to an entry of the palette.

    Parameters
    ----------
    window : the main window (`ui.panels.Desk`)
    key : as of `model.search.Entry`

    Raises
    ------
    CommandError
        If it cannot be gone to now.
    """
    kind, _, name = key.partition(":")
    acts: dict[str, Callable[[Any, str], None]] = {
        "command": lambda w, n: w.run(n), "event": _event, "site": _site, "mission": _mission, "body": _body,
        "feature": _ground, "place": _ground, "time": _time, "link": _link, "bookmark": _bookmark,
    }  # fmt: skip
    if kind not in acts:
        raise CommandError(f"{key}: there is nothing like this to go to")
    clock = window.session.clock
    with clock.history.as_one(lambda: clock.epoch_tdb_s) if kind in ("event", "time") else nullcontext():
        acts[kind](window, key if kind in ("feature", "place", "link") else name)


def _loaded(session: Session, mission_id: str) -> None:
    if mission_id not in session.missions:
        raise CommandError(f"mission {mission_id!r}: is not loaded (yet)")


def _event(window: Any, name: str) -> None:
    mission_id, _, event_id = name.rpartition("/")
    session: Session = window.session
    _loaded(session, mission_id)
    tdb_s = session.missions[mission_id].event(event_id).tdb_s
    session.activate(mission_id)
    window.go_to(tdb_s)


def _time(window: Any, name: str) -> None:
    mission_id, _, tdb_s = name.rpartition("/")
    _loaded(window.session, mission_id)
    window.session.activate(mission_id)
    window.go_to(float(tdb_s))


def _mission(window: Any, name: str) -> None:
    _loaded(window.session, name)
    window.session.turn_to(name)


def _site(window: Any, name: str) -> None:
    mission_id, _, site_id = name.rpartition("/")
    session: Session = window.session
    _loaded(session, mission_id)
    site = next(one for one in session.missions[mission_id].sites if one.id == site_id)
    session.set_shown(mission_id, True)
    session.focus_on(f"site:{name}", site_distance_km(site))


def _ground(window: Any, key: str) -> None:
    window.session.focus_on(key, looking_distance_km(key))


def _body(window: Any, name: str) -> None:
    if name in FOCUS_DISTANCE_KM:
        window.session.focus_on(name, FOCUS_DISTANCE_KM[name])
        return
    window.session.fly_to(CameraState("moon", f"toward:body:{name}", math.pi, **OVER_THE_LIMB))


def _link(window: Any, key: str) -> None:
    from visualizer.ui.opening import file_desk

    file_desk(window).open_link(key.removeprefix("link:"))


def _bookmark(window: Any, name: str) -> None:
    found = next((one for one in BookmarkStore().load() if one.id == name), None)
    if found is None:
        raise CommandError("bookmark: it is gone")
    if moved := apply_snapshot(window.session, found, found.title):
        window.say(moved)
