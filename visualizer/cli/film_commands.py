"""Films from the command line: animate, stories. Command line layer; no display is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visualizer.cli.film_progress import check_style, say_event, say_written, telling
from visualizer.cli.guard import complain
from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.texts import (
    ALIGN_HELP,
    PRESET_HELP,
    TIME_HELP,
    WITH_HELP,
    console,
    epoch_in_sight,
    positive,
    say_json,
    size_of,
)
from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.export.job import FilmJob
    from visualizer.model.story import Story

VIEW_HELP = "system, earth, moon, follow, craft, site, south-pole, rotating, photo-earth, photo-moon or zeeman."
FRAMES_MAX = 100_000
DEFAULT_SIZE = "1280x720"
DEFAULT_FPS = 30
DEFAULT_SECONDS = 20.0
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="NAME", help="Switch on, may be repeated: graticule, uncertainty, ..."),
]
Hide = Annotated[
    list[str] | None, typer.Option("--hide", metavar="NAME", help="Switch off, may be repeated: labels, clouds, ...")
]


def register(app: typer.Typer) -> None:
    """Add these commands; the hidden ones are for other processes of the program."""
    app.command("animate")(animate)
    app.command("stories")(stories)
    app.command("film-worker", hidden=True)(film_worker)
    app.command("story-pictures", hidden=True)(story_pictures)


def animate(
    what: Annotated[
        str | None, typer.Argument(metavar="[STORY|SCENE|MISSION]", help="A ready-made story, a file, or a mission.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Ends in .mp4, .webm or .gif; a folder for PNG pictures."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=f"For a mission, of the first frame: {TIME_HELP}")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Of the last frame; or +2h after the first.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Length for a mission; 20 unless said.")
    ] = None,
    fps: Annotated[int | None, typer.Option(metavar="N", help="Frames per second.")] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="In pixels.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help=PRESET_HELP)] = None,
    format_id: Annotated[str | None, typer.Option("--format", metavar="NAME", help="mp4, webm, gif or png.")] = None,
    supersample: Annotated[int, typer.Option(metavar="1-4", help="Pixels each side averaged into one.")] = 1,
    transparent: Annotated[bool, typer.Option("--transparent", help="PNG pictures without what is behind.")] = False,
    frames: Annotated[str | None, typer.Option(metavar="A:B", help="From frame A to the one before B.")] = None,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that draw.")] = 1,
    view: Annotated[str | None, typer.Option(metavar="NAME", help=f"For a mission: {VIEW_HELP}")] = None,
    others: Annotated[list[str] | None, typer.Option("--with", metavar="MISSION", help=WITH_HELP)] = None,
    align: Annotated[str | None, typer.Option("--align", metavar="MOMENT", help=ALIGN_HELP)] = None,
    show: Show = None,
    hide: Hide = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    job_file: Annotated[Path | None, typer.Option("--job", metavar="FILE", help="A job made in the window.")] = None,
    progress: Annotated[str, typer.Option(metavar="auto|json|none", help="How to tell how far it is.")] = "auto",
    camera: Annotated[str | None, typer.Option("--camera", hidden=True, help="Camera and options as JSON.")] = None,
) -> None:
    """Draw a film: of a storyboard, or of a mission's flight between two times.

    Stopped, even hard, the same command goes on where it was.
    """
    check_style(progress)
    positive("--workers", workers, 1, 64)
    if job_file is not None:
        job, target = _job_of_file(job_file, what, output)
    else:
        if what is None or output is None:
            raise CommandError("animate needs what is to be drawn and -o FILE, or --job FILE (see perilune stories)")
        times = {"--from": start, "--to": end, "--seconds": seconds, "--view": view, "--camera": camera}
        times |= {"--with": others, "--align": align}
        story, words = _story(what, times, show or [], hide or [])
        wanted = {"fps": fps, "size": size, "preset": preset, "format": format_id, "frames": frames} | words
        job = _job(story, output, wanted, supersample, transparent)
        target = output
    _draw(job, target, force=force, workers=workers, style=progress)


def _job_of_file(path: Path, what: str | None, output: Path | None) -> tuple[FilmJob, Path]:
    from visualizer.export.job import read_job

    if what is not None:
        raise CommandError(f"animate {what} --job {path}: give one of them")
    job, target = read_job(path)
    if output is None and not target:
        raise CommandError(f"--job {path}: it does not say what file to make; give -o FILE")
    return job, output or Path(target)


def _story(what: str, times: dict[str, Any], show: list[str], hide: list[str]) -> tuple[Story, dict[str, Any]]:
    """Return the storyboard that is meant, and what is wanted of a mission's film unless said."""
    from visualizer.missions.catalogue import mission_ids
    from visualizer.model.opening import is_story
    from visualizer.model.story import read_story
    from visualizer.model.story_shelf import ready_made_ids, ready_made_story

    if what in mission_ids() or what.partition("/")[0] in mission_ids():
        return _flight_story(what, times, show, hide), {"defaults": (DEFAULT_SIZE, DEFAULT_FPS)}
    given = [flag for flag, value in times.items() if value is not None and value != []]
    if given:
        raise CommandError(f"{given[0]}: only for a mission; a storyboard has its own")
    scene: dict[str, Any] = {}
    if what in ready_made_ids():
        story = ready_made_story(what)
    elif Path(what).suffix.lower() == ".perilune":
        story, scene = _scene_story(Path(what))
    elif Path(what).suffix.lower() == ".toml" or is_story(Path(what)):
        story = read_story(Path(what))
    else:
        require_mission_words(what)
        known = ", ".join((*ready_made_ids(), *mission_ids()))
        raise CommandError(f"animate {what}: there is no such story, mission or file; there are {known}")
    return _with_options(story, show, hide), {"defaults": (story.size, story.fps)} | scene


def _scene_story(path: Path) -> tuple[Story, dict[str, Any]]:
    """Return a scene's storyboard, and the flights that come with the scene."""
    from visualizer.model.opening import missions_of
    from visualizer.model.scene_file import read_scene
    from visualizer.model.story import story_from_table

    scene = read_scene(path)
    if not scene.story:
        raise CommandError(f"{path}: this scene has no storyboard ([[story.shots]])")
    table = {"title": scene.title or path.stem, **scene.story}
    return story_from_table(table, f"{path}, story"), {"missions": tuple(missions_of(scene, (), path))}


def _with_options(story: Story, show: list[str], hide: list[str]) -> Story:
    """Return a storyboard with options switched in each of its shots."""
    _check_options(show, hide)
    if not show and not hide:
        return story
    shots = [
        shot.model_copy(update={"show": (*(n for n in shot.show if n not in hide), *show),
                                "hide": (*(n for n in shot.hide if n not in show), *hide)})
        for shot in story.shots
    ]  # fmt: skip
    return story.model_copy(update={"shots": tuple(shots)})


def _check_options(show: list[str], hide: list[str]) -> None:
    from visualizer.model.option_names import option_names

    for flag, names in (("--show", show), ("--hide", hide)):
        for name in names:
            if name not in option_names():
                raise CommandError(f"{flag} {name}: unknown; one of {', '.join(option_names())}")


def _flight_story(mission_id: str, times: dict[str, Any], show: list[str], hide: list[str]) -> Story:
    """Return the storyboard of one shot that a mission's film is."""
    from visualizer.cli.picture_commands import camera_of_words
    from visualizer.missions.alignment import CALENDAR
    from visualizer.missions.branch_missions import load_flight
    from visualizer.model.frame_state import Options
    from visualizer.model.option_names import with_names
    from visualizer.model.story_flight import flight_story
    from visualizer.model.views import view_of_id

    seconds = positive(
        "--seconds", times["--seconds"] if times["--seconds"] is not None else DEFAULT_SECONDS, 0.01, 86_400
    )
    require_mission_words(*(times["--with"] or ()))
    mission = load_flight(mission_id)
    start, end = times["--from"] or "T", times["--to"]
    first = epoch_in_sight(mission, start)
    last = epoch_in_sight(mission, end, first) if end else mission.trajectory.span_tdb_s[1]
    if last <= first:
        raise CommandError(f"--to {end}: must be after --from {start}")
    _check_options(show, hide)
    view = times["--view"] or "moon"
    view_of_id(view)
    camera, options = camera_of_words(times["--camera"]) if times["--camera"] else (view, Options())
    span = start, end or f"+{last - first:.3f}s"
    ids = tuple(dict.fromkeys((mission_id, *(times["--with"] or ()))))
    align = times["--align"] or CALENDAR
    return flight_story(mission.name, ids, span, seconds, camera, with_names(options, show, hide), align)


def _job(story: Story, output: Path, wanted: dict[str, Any], supersample: int, transparent: bool) -> FilmJob:
    from visualizer.export.formats import format_of_target
    from visualizer.export.job import FilmJob

    size, fps = wanted["defaults"]
    size_px = size_of(wanted["size"], wanted["preset"], size)
    fps = int(positive("--fps", wanted["fps"] if wanted["fps"] is not None else fps, 1, 240))
    found = format_of_target(output, wanted["format"])
    if not found.has_frame_files and (size_px[0] % 2 or size_px[1] % 2):
        raise CommandError(f"--size {size_px[0]}x{size_px[1]}: a film needs an even width and height")
    positive("--seconds times --fps", story.seconds * fps, 1, FRAMES_MAX)
    positive("--supersample", supersample, 1, 4)
    job = FilmJob(story, size_px, fps, found.id, supersample, transparent, missions=wanted.get("missions", ()))
    return replace(job, frames=_frames(wanted["frames"], job.film.n_frames)) if wanted["frames"] else job


def _frames(text: str, n_frames: int) -> tuple[int, int]:
    """Read `A:B`; either may be left out."""
    first, colon, after = text.partition(":")
    try:
        found = int(first or 0), int(after or n_frames)
    except ValueError:
        found = (-1, -1)
    if not colon or not 0 <= found[0] < found[1] <= n_frames:
        raise CommandError(f"--frames {text}: the film has {n_frames}; write two numbers in order as 0:{n_frames}")
    return found


def _draw(job: FilmJob, target: Path, *, force: bool, workers: int, style: str) -> None:
    from visualizer.export.film import write_film
    from visualizer.export.partial import kept_hash
    from visualizer.export.programs import draw_by_workers

    drawing = draw_by_workers(workers) if workers > 1 else None
    if style == "json":
        say_event("begin", job=job.hash, frames=len(job.range), file=str(target))
    done = 0
    try:
        with telling("drawing", style) as tell:

            def note(now: int, total: int) -> None:
                nonlocal done
                done = now
                tell(now, total)

            write_film(target, job, note, force=force, drawing=drawing)
    except KeyboardInterrupt:
        if kept_hash(target) != job.hash:
            raise
        complain(f"stopped after {done} of {len(job.range)} frames; the same command goes on from there")
        raise typer.Exit(130) from None
    say_written(target, style)


def film_worker(
    target: Annotated[Path, typer.Argument()], pieces: Annotated[str, typer.Option(help="Their first frames.")]
) -> None:
    """Draw some pieces of a film that another process makes; say a line for each frame."""
    from visualizer.export.film import draw_segments
    from visualizer.export.programs import FRAME, work_of_target

    work = work_of_target(target)
    wanted = {int(first) for first in pieces.split(",")}

    def tell(_frames: int) -> None:
        typer.echo(FRAME)

    draw_segments(work, [frames for frames in work.job.segments if frames.start in wanted], tell)


def story_pictures(
    path: Annotated[Path, typer.Argument()],
    folder: Annotated[Path, typer.Argument()],
    shots: Annotated[str, typer.Option(help="Their numbers, from 0.")],
    size: Annotated[str, typer.Option()] = "256x144",
) -> None:
    """Draw the middle frame of some shots of a story into `<number>.png`; say a line for each."""
    from visualizer.export.film import draw_stills
    from visualizer.model.story import read_story

    for number in draw_stills(read_story(path), [int(n) for n in shots.split(",")], size_of(size, None, size), folder):
        typer.echo(f"picture {number}")


def stories(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """List the ready-made stories."""
    from rich.table import Table

    from visualizer.model.story_shelf import ready_made_ids, ready_made_story

    found = {story_id: ready_made_story(story_id) for story_id in ready_made_ids()}
    if as_json:
        say_json([
            {"id": i, "title": s.title, "summary": s.summary, "seconds": s.seconds, "shots": len(s.shots)}
            for i, s in found.items()
        ])  # fmt: skip
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Story", "Title", "Length", "What it shows"):
        table.add_column(heading)
    for story_id, story in found.items():
        table.add_row(story_id, story.title, f"{story.seconds:g} s", story.summary)
    console().print(table)
    console().print("Draw one with: perilune animate STORY --preset 1080p -o FILE.mp4")
