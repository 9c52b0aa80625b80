"""Commands that draw files: render and animate. Command line layer; no display is needed."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.mission_commands import MissionId
from visualizer.cli.progress import progress_of
from visualizer.cli.texts import TIME_HELP, epoch_in_flight, positive, size_from_text, utc_of
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from visualizer.missions.catalogue import Mission
    from visualizer.model.frame_state import SceneRequest

VIEW_HELP = "system, earth, moon, follow, craft, site, south-pole, rotating, photo-earth, photo-moon or zeeman."
Size = Annotated[str, typer.Option(metavar="WxH", help="In pixels.")]
View = Annotated[str, typer.Option(metavar="NAME", help=VIEW_HELP)]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Camera = Annotated[str | None, typer.Option("--camera", hidden=True, help="Camera and options as JSON.")]
Lines = Annotated[bool, typer.Option("--progress-lines", hidden=True, help="Progress for a program.")]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="NAME", help="Switch on, may be repeated: graticule, uncertainty, ..."),
]
Hide = Annotated[
    list[str] | None, typer.Option("--hide", metavar="NAME", help="Switch off, may be repeated: labels, clouds, ...")
]
FRAMES_MAX = 100_000


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("render")(render)
    app.command("animate")(animate)


def render(
    mission_id: MissionId,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=TIME_HELP)],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.png", help="The file to write.")],
    view: View = "moon",
    size: Size = "1920x1080",
    show: Show = None,
    hide: Hide = None,
    force: Force = False,
    camera: Camera = None,
    progress_lines: Lines = False,
) -> None:
    """Draw one picture into a PNG file."""
    from visualizer.missions.catalogue import load_mission

    size_px = size_from_text(size)
    mission = load_mission(mission_id)
    tdb_s = epoch_in_flight(mission, at)
    request = with_options(scene_request(mission, tdb_s, view, camera), show or [], hide or [])
    from visualizer.export.picture import check_target, render_picture, write_png

    check_target(output, ".png", force=force)
    pixels = render_picture(request, tdb_s, size_px)
    write_png(output, pixels, force=force, text=_origin(mission, utc_of(tdb_s), view))
    _say_written(output, progress_lines)


def animate(
    mission_id: MissionId,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help=f"Of the first frame: {TIME_HELP}")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Of the last frame; or +2h after the first.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.mp4", help="The file to write.")],
    seconds: Annotated[float, typer.Option(metavar="SECONDS", help="Length of the film.")] = 20.0,
    fps: Annotated[int, typer.Option(metavar="N", help="Frames per second.")] = 30,
    size: Size = "1280x720",
    view: View = "moon",
    show: Show = None,
    hide: Hide = None,
    force: Force = False,
    camera: Camera = None,
    progress_lines: Lines = False,
) -> None:
    """Draw the flight between two times into an MP4 file."""
    from visualizer.missions.catalogue import load_mission

    size_px = size_from_text(size)
    if size_px[0] % 2 or size_px[1] % 2:
        raise CommandError(f"--size {size}: a film needs an even width and height")
    positive("--fps", fps, 1, 240)
    positive("--seconds", seconds, 0.01, 86_400)
    positive("--seconds times --fps", seconds * fps, 1, FRAMES_MAX)
    mission = load_mission(mission_id)
    first = epoch_in_flight(mission, start)
    last = epoch_in_flight(mission, end, first)
    if last <= first:
        raise CommandError(f"--to {end}: must be after --from {start}")
    request = with_options(scene_request(mission, first, view, camera), show or [], hide or [])
    from visualizer.export.film import FilmPlan, write_film

    plan = FilmPlan(lambda _epoch: request, first, last, seconds, fps, size_px)
    with _progress("drawing", progress_lines) as tell:
        write_film(output, plan, tell, force=force)
    _say_written(output, progress_lines)


def scene_request(mission: Mission, tdb_s: float, view: str, camera: str | None) -> SceneRequest:
    """Return what is drawn: a named view, or the camera that the window wrote down.

    Raises
    ------
    CommandError
        If the view is unknown or the camera's words are broken.
    """
    from visualizer.model.session import Session

    session = Session([mission], tdb_s)
    session.choose_view(view, at_once=True)
    request = session.request()
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
    from visualizer.model.camera import CameraState
    from visualizer.model.frame_state import Options

    try:
        words: dict[str, Any] = json.loads(camera)
        return replace(request, camera=CameraState(**words["camera"]), options=Options(**words.get("options", {})))
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"--camera: not understood ({error})") from None


def _origin(mission: Mission, utc: str, view: str) -> dict[str, str]:
    from visualizer import __version__

    return {
        "Title": f"{mission.name}, {utc} UTC, view {view}",
        "Software": f"Perilune {__version__}",
        "Description": "Drawn from a reconstructed trajectory; bodies from JPL DE440 and DE421.",
    }


def _say_written(path: Path, is_quiet: bool) -> None:
    if not is_quiet:
        size = path.stat().st_size
        typer.echo(f"{path}  {size / 1e6:.1f} MB" if size >= 1e6 else f"{path}  {size / 1e3:.0f} kB")


@contextmanager
def _progress(title: str, as_lines: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what tells the progress: a bar or plain words for people, lines for a program."""
    if as_lines:
        yield lambda done, total: typer.echo(f"progress {done} {total}")
        return
    with progress_of(title) as tell:
        yield lambda done, total: tell(f"{title} {done} of {total} frames", done / total)
