"""The command that draws a picture into a file. Command line layer; no display is needed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.film_progress import check_style, say_written
from visualizer.cli.guard import complain
from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import (
    ALIGN_HELP,
    PRESET_HELP,
    TIME_HELP,
    WITH_HELP,
    epoch_in_sight,
    positive,
    size_of,
    utc_of,
)
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visualizer.missions.catalogue import Mission
    from visualizer.model.camera import CameraState
    from visualizer.model.frame_state import Options, SceneRequest
    from visualizer.model.snapshot import Snapshot

VIEW_HELP = "system, earth, moon, follow, craft, site, south-pole, rotating, photo-earth, photo-moon or zeeman."
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Camera = Annotated[str | None, typer.Option("--camera", hidden=True, help="Camera and options as JSON.")]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="NAME", help="Switch on, may be repeated: graticule, uncertainty, ..."),
]
Hide = Annotated[
    list[str] | None, typer.Option("--hide", metavar="NAME", help="Switch off, may be repeated: labels, clouds, ...")
]
# Above, pictures are not supersampled unless it is asked for.
SMOOTH_MOST_PX = 8192


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("render")(render)


def render(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A mission, a .perilune scene or a perilune: link.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.png", help="The file to write.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=f"Of a mission: {TIME_HELP}")] = None,
    view: Annotated[str | None, typer.Option(metavar="NAME", help=f"moon unless said: {VIEW_HELP}")] = None,
    others: Annotated[list[str] | None, typer.Option("--with", metavar="MISSION", help=WITH_HELP)] = None,
    align: Annotated[str | None, typer.Option("--align", metavar="MOMENT", help=ALIGN_HELP)] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="In pixels; 1920x1080 unless said.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help=PRESET_HELP)] = None,
    supersample: Annotated[int | None, typer.Option(metavar="1-4", help="Pixels each side averaged into one.")] = None,
    transparent: Annotated[bool, typer.Option("--transparent", help="Nothing where nothing is drawn.")] = False,
    show: Show = None,
    hide: Hide = None,
    force: Force = False,
    camera: Camera = None,
    progress: Annotated[str, typer.Option(metavar="auto|json|none", help="How to tell how far it is.")] = "auto",
) -> None:
    """Draw one picture into a PNG file: of a mission at a time, of a scene or of a link."""
    check_style(progress)
    size_px = size_of(size, preset, "1920x1080")
    if supersample is not None:
        positive("--supersample", supersample, 1, 4)
    smooth = supersample or (2 if max(size_px) <= SMOOTH_MOST_PX else 1)
    request, tdb_s, words = _asked(
        what, {"--at": at, "--view": view, "--camera": camera, "--with": others, "--align": align}
    )
    request = with_options(request, show or [], hide or [])
    from visualizer.export.picture import check_target, draw_picture
    from visualizer.model.frame_state import build_frame_state

    check_target(output, ".png", force=force)
    state, text = build_frame_state(request, tdb_s), _origin(f"{words[0]}, {utc_of(tdb_s)} UTC{words[1]}", request)
    draw_picture(output, state, size_px, smooth, is_transparent=transparent, force=force, text=text)
    say_written(output, progress)


def _asked(what: str, flags: dict[str, Any]) -> tuple[SceneRequest, float, tuple[str, str]]:
    """Return what is drawn of a mission, a scene or a link, when, and words about it."""
    from visualizer.model.link import is_link, snapshot_of_link
    from visualizer.model.scene_file import ENDING

    if not is_link(what) and Path(what).suffix.lower() != ENDING:
        return _asked_of_mission(what, flags)
    given = [flag for flag, value in flags.items() if value]
    if given:
        raise CommandError(f"{given[0]}: only for a mission; a scene or a link has its own")
    from visualizer.model.opening import request_from_link, request_from_scene

    if is_link(what):
        request, tdb_s = request_from_link(what)
        _say_moved(snapshot_of_link(what), tdb_s, "link")
        return request, tdb_s, (request.missions[0].name, "")
    scene, request, tdb_s = request_from_scene(Path(what))
    _say_moved(scene, tdb_s, what)
    return request, tdb_s, (scene.title or Path(what).stem, "")


def _say_moved(snapshot: Snapshot, shown_tdb_s: float, what: str) -> None:
    from visualizer.model.session_scene import moved_words

    if words := moved_words(snapshot, shown_tdb_s, what):
        complain(words)


def _asked_of_mission(mission_id: str, flags: dict[str, Any]) -> tuple[SceneRequest, float, tuple[str, str]]:
    from visualizer.missions.branch_missions import load_flight

    require_mission_words(mission_id, *(flags["--with"] or ()))
    mission, view = load_flight(mission_id), flags["--view"] or "moon"
    if flags["--at"] is None:
        raise CommandError(f"render {mission_id}: --at TIME is missing; {TIME_HELP}")
    tdb_s = epoch_in_sight(mission, flags["--at"])
    request = scene_request(mission, tdb_s, view, flags["--camera"], flags["--with"] or (), flags["--align"])
    return request, tdb_s, (mission.name, f", view {view}")


def scene_request(
    mission: Mission, tdb_s: float, view: str, camera: str | None, other_ids: Iterable[str] = (),
    align: str | None = None,
) -> SceneRequest:  # fmt: skip
    """Return what is drawn: a named view, or the camera that the window wrote down.

    Parameters
    ----------
    other_ids : missions or branches beside it
    align : of `missions.alignment.ANCHORS`, by the calendar unless said

    Raises
    ------
    CommandError
        If the view or the moment is unknown, the mission lacks the moment, or the camera's words are broken.
    """
    from visualizer.missions.alignment import CALENDAR
    from visualizer.model.session_scene import patient
    from visualizer.model.side_by_side import session_with

    session = session_with(mission, other_ids, tdb_s, align or CALENDAR)
    session.choose_view(view, at_once=True)
    request = patient(session.request())
    return _with_camera(request, camera) if camera else request


def with_options(request: SceneRequest, show: list[str], hide: list[str]) -> SceneRequest:
    """Return the request with what is named switched on or off.

    Raises
    ------
    CommandError
        If there is no such thing to switch, listing what there is.
    """
    from visualizer.model.commands import OPTION_NAMES

    for flag, names in (("--show", show), ("--hide", hide)):
        for name in names:
            if name not in OPTION_NAMES:
                raise CommandError(f"{flag} {name}: unknown; one of {', '.join(OPTION_NAMES)}")
    changes = {f"has_{name.replace('-', '_')}": True for name in show}
    changes |= {f"has_{name.replace('-', '_')}": False for name in hide}
    return replace(request, options=replace(request.options, **changes))


def _with_camera(request: SceneRequest, camera: str) -> SceneRequest:
    state, options = camera_of_words(camera)
    return replace(request, camera=state, options=options)


def camera_of_words(text: str) -> tuple[CameraState, Options]:
    """Return camera and options that a window wrote down as JSON.

    Raises
    ------
    CommandError
        If they are broken.
    """
    from visualizer.model.camera import CameraState
    from visualizer.model.frame_state import Options

    try:
        words: dict[str, Any] = json.loads(text)
        return CameraState(**words["camera"]), Options(**words.get("options", {}))
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"--camera: not understood ({error})") from None


def _origin(title: str, request: SceneRequest) -> dict[str, str]:
    from visualizer import __version__
    from visualizer.missions.mission_card import known_shortly

    known = ", ".join(f"{one.name} ({known_shortly(one.trajectory)})" for one in request.missions)

    return {
        "Title": title,
        "Software": f"Perilune {__version__}",
        "Description": f"Missions, and how their paths are known: {known}. Bodies from JPL DE440 and DE421.",
    }
