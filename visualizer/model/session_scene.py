"""From a session to a snapshot and back, and what a picture of a scene needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError
from visualizer.missions.alignment import CALENDAR, anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.model.frame_state import Options, SceneRequest
from visualizer.model.option_names import differing_names, with_names
from visualizer.model.session import Session
from visualizer.model.snapshot import Snapshot, camera_of, time_text

# Ends of flights are written to the second.
SAME_TIME_S: Final = 1.0


def snapshot_of(session: Session) -> Snapshot:
    """Return what a session shows now, in words; the camera only where it left its view's place."""
    show, hide = differing_names(session.options)
    has_moved = camera_of(session.camera) != camera_of(session.starting_camera(session.view_id))
    return Snapshot(
        time=time_text(session.clock.epoch_tdb_s),
        missions=tuple(session.shown_ids),
        active=None if session.active_id == session.shown_ids[0] else session.active_id,
        view=session.view_id,
        camera=camera_of(session.camera) if has_moved else None,
        align=session.lineup.anchor,
        show=show,
        hide=hide,
    )


def require_missions(wanted: Iterable[str], there: Iterable[str], what: str) -> None:
    """Raise `CommandError` that names the first mission that is not there."""
    known = list(there)
    missing = [mission_id for mission_id in wanted if mission_id not in known]
    if missing:
        raise CommandError(
            f"{what}: the mission {missing[0]!r} is not here; there are {', '.join(known)} (import its file first)"
        )


def apply_snapshot(session: Session, snapshot: Snapshot, what: str = "scene", *, at_once: bool = False) -> str:
    """Show what a snapshot says; nothing changes where it cannot.

    Parameters
    ----------
    what : it is, for complaints
    at_once : whether the camera jumps or flies there

    Returns
    -------
    where the clock went instead, if nothing flies at its time; else empty

    Raises
    ------
    CommandError
        If a mission that it shows is not loaded, or its camera looks at what there is not.
    """
    require_missions(snapshot.missions, [*session.missions, *branch_ids(session.missions.values())], what)
    _require_alignment(session, snapshot, what)
    _require_camera(session, snapshot, what)
    with session.clock.history.as_one(lambda: session.clock.epoch_tdb_s):
        _apply(session, snapshot, at_once=at_once)
    return moved_words(snapshot, session.clock.epoch_tdb_s, what)


def moved_words(snapshot: Snapshot, shown_tdb_s: float, what: str) -> str:
    """Return what is to be said where another time is shown than a snapshot's; empty where it is the same."""
    if abs(shown_tdb_s - snapshot.tdb_s) <= SAME_TIME_S:
        return ""
    wanted, shown = (utc_text_from_tdb_s(t, separator=" ") for t in (snapshot.tdb_s, shown_tdb_s))
    return f"{what}: nothing that it shows flies at its time, {wanted} UTC; shown is the nearest, {shown} UTC"


def _apply(session: Session, snapshot: Snapshot, *, at_once: bool) -> None:
    session.clock.pause()
    # Missions change by the calendar: laid side by side, the clock would follow each of them.
    session.lineup.align(CALENDAR)
    _show_missions(session, snapshot)
    session.options = with_names(Options(), snapshot.show, snapshot.hide)
    session.changed.emit("options")
    session.lineup.align(snapshot.align)
    session.clock.seek(snapshot.tdb_s)
    if snapshot.view is not None:
        session.choose_view(snapshot.view, at_once=at_once)
        # Views of single moments went there.
        session.clock.seek(snapshot.tdb_s)
    if snapshot.camera is not None:
        session.fly_to(snapshot.camera.state(), at_once=at_once)
        session.changed.emit("view")


def branch_ids(missions: Iterable[Mission]) -> list[str]:
    """Return the ids under which the branches of missions can be shown."""
    return [f"{mission.id}/{branch.id}" for mission in missions for branch in mission.branches]


def _require_alignment(session: Session, snapshot: Snapshot, what: str) -> None:
    active = session.missions.get(snapshot.active_id)
    if active is not None and anchor_tdb_s(active, snapshot.align) is None:
        raise CommandError(f"{what}: {active.name} has no moment {snapshot.align!r} to lay missions side by side by")


def _require_camera(session: Session, snapshot: Snapshot, what: str) -> None:
    if snapshot.camera is None:
        return
    _, is_toward, other = snapshot.camera.axes.partition("toward:")
    for focus in (snapshot.camera.focus, *([other] if is_toward else [])):
        kind, _, name = focus.partition(":")
        mission_id, _, site_id = name.rpartition("/") if kind == "site" else (name, "", "")
        if kind in ("craft", "site") and mission_id not in snapshot.missions:
            raise CommandError(f"{what}: the camera looks at {focus!r}, but {mission_id!r} is not among its missions")
        if kind == "site" and site_id not in {site.id for site in _owner(session, mission_id).sites}:
            raise CommandError(f"{what}: the camera looks at {focus!r}; {mission_id} has no such site")


def _owner(session: Session, mission_id: str) -> Mission:
    return session.missions.get(mission_id) or session.missions[mission_id.partition("/")[0]]


def _show_missions(session: Session, snapshot: Snapshot) -> None:
    for mission_id in snapshot.missions:
        session.set_shown(mission_id, True)
    session.activate(snapshot.active_id)
    for mission_id in [one for one in session.shown_ids if one not in snapshot.missions]:
        session.set_shown(mission_id, False)
    session.shown_ids.sort(key=snapshot.missions.index)
    session.changed.emit("missions")


def request_of_snapshot(
    snapshot: Snapshot, missions: Iterable[Mission], what: str = "scene"
) -> tuple[SceneRequest, float]:
    """Return what is drawn of a snapshot, and when, TDB seconds past J2000.

    Parameters
    ----------
    missions : loaded; those that the snapshot shows must be among them

    Raises
    ------
    CommandError
        If a mission is not there or the camera cannot be put where it says.
    """
    session = session_of_snapshot(snapshot, missions, what)
    return patient(session.request()), session.clock.epoch_tdb_s


def session_of_snapshot(snapshot: Snapshot, missions: Iterable[Mission], what: str = "scene") -> Session:
    """Return a session that shows a snapshot; raises as `request_of_snapshot` does."""
    by_id = {mission.id: mission for mission in missions}
    require_missions(snapshot.missions, by_id, what)
    session = Session([by_id[mission_id] for mission_id in snapshot.missions], snapshot.tdb_s)
    apply_snapshot(session, snapshot, what, at_once=True)
    return session


def patient(request: SceneRequest) -> SceneRequest:
    """Return what a file is drawn of: nothing is still on its way, and heights of the ground are waited for."""
    others = tuple(patient(other) for other in request.others)
    return replace(request, is_patient=True, flight_from=None, others=others)


def snapshot_words(snapshot: Snapshot, names: Iterable[Mission] = ()) -> str:
    """Return a snapshot in one line for people: time, missions."""
    by_id = {mission.id: mission.name for mission in names}
    shown = ", ".join(by_id.get(mission_id, mission_id) for mission_id in snapshot.missions[:3])
    more = f" and {len(snapshot.missions) - 3} more" if len(snapshot.missions) > 3 else ""
    return f"{snapshot.time.replace('T', ' ')[:16]} UTC, {shown}{more}"
