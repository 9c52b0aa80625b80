"""Films: frames by number, drawn and encoded piece by piece, in a file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from visualizer.errors import CommandError, ExportError
from visualizer.export.encoding import DrawnFrame, FilmWriter
from visualizer.export.job import FilmJob
from visualizer.export.joining import join_film, verify_film
from visualizer.export.offscreen import BLACK, WHITE, OffscreenPainter
from visualizer.export.picture import check_folder, check_target, see_through, write_png
from visualizer.export.work import WorkFolder
from visualizer.model.frame_state import FrameState
from visualizer.model.story import Story
from visualizer.model.story_frames import ready_story

Progress = Callable[[int, int], None]
Drawing = Callable[[WorkFolder, list[range], Callable[[int], None]], None]
FRAMES_MOST: Final = 100_000


def write_film(
    path: Path, job: FilmJob, progress: Progress, *, force: bool = False, drawing: Drawing | None = None
) -> None:
    """Draw and encode a film; go on where an earlier run of the same job was stopped.

    Parameters
    ----------
    path : with the format's ending; a folder for PNG pictures
    progress : called with (frames done, frames in all), first with what an earlier run left
    force : replace what is there
    drawing : draws pieces and tells frames as they come; `draw_segments` unless said

    Raises
    ------
    ExportError
        If the file cannot be written or the disk fills up. No half-written file stays; finished pieces do, beside the
        target, and so they do where the run is stopped: the same job goes on with them.
    """
    check_film_target(path, job, force=force)
    work = WorkFolder(path, job)
    total, done = len(job.range), 0
    try:
        work.open()
        work.check_disk()
        missing = work.missing()
        done = work.n_done()
        progress(done, total)

        def tell(frames: int) -> None:
            nonlocal done
            done += frames
            progress(done, total)

        if missing:
            (drawing or draw_segments)(work, missing, tell)
        _deliver(work, path)
    except OSError as error:
        raise ExportError(f"writing {path}: {error.strerror or error}") from error
    finally:
        work.remove_if_empty()


def _deliver(work: WorkFolder, path: Path) -> None:
    whole = join_film(work)
    verify_film(whole, work.job)
    if path.is_dir():
        # An empty one: `check_film_target` saw to that.
        path.rmdir()
    whole.replace(path)
    work.remove()


def check_film_target(path: Path, job: FilmJob, *, force: bool) -> None:
    """Make sure that a film can be written, before long work; raise `ExportError` as `check_target` does."""
    if len(job.range) > FRAMES_MOST:
        raise ExportError(f"film of {len(job.range):,} frames: {FRAMES_MOST:,} at most")
    if job.format.suffix:
        check_target(path, job.format.suffix, force=force)
        return
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ExportError(f"writing {path}: it exists and is no empty folder; give another name")
    check_folder(path)


def draw_stills(story: Story, shots: list[int], size_px: tuple[int, int], folder: Path) -> Iterator[int]:
    """Draw the middle of some shots into `<number>.png` and yield each number; a shot that cannot be is left out."""
    with OffscreenPainter(size_px, 1) as painter:
        for number in shots:
            alone = story.model_copy(update={"shots": story.shots[: number + 1], "fade_in": 0.0, "fade_out": 0.0})
            try:
                ready = ready_story(alone).shots[number]
            except CommandError:
                continue
            pixels = painter.paint(_wordless(ready.layer(0.5).state()))
            write_png(folder / f"{number}.png", pixels, force=True, text={})
            yield number


def _wordless(state: FrameState) -> FrameState:
    """Return a frame without the words that are too small to be read in a small picture."""
    return replace(state, captions=(), options=replace(state.options, has_hud=False, has_labels=False))


def draw_segments(work: WorkFolder, segments: Iterable[range], tell: Callable[[int], None]) -> None:
    """Draw pieces of a job; `tell` is called with the number of frames since it was called before."""
    job = work.job
    with OffscreenPainter(job.size_px, job.supersample) as painter:
        writer, is_whole = FilmWriter(work), False
        try:
            for segment in segments:
                for number in segment:
                    work.wait_while_paused()
                    writer.put(segment, drawn_frame(painter, job, number))
                    tell(1)
            is_whole = True
        finally:
            writer.close(is_whole=is_whole)


def drawn_frame(painter: OffscreenPainter, job: FilmJob, number: int) -> DrawnFrame:
    """Draw frame `number`: it depends on the job and on its number alone."""
    layers = job.film.layers(number)
    if job.is_transparent and layers:
        # Two pictures cannot shine through one another: during a cross-fade the stronger one is seen.
        layer = max(layers, key=lambda one: one.weight)
        state = see_through(layer.state())
        return DrawnFrame(number, ((painter.raw(state, BLACK), layer.weight),), painter.raw(state, WHITE))
    return DrawnFrame(number, tuple((painter.raw(layer.state()), layer.weight) for layer in layers))
