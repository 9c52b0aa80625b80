"""The bench of films: the whole export over the bare drawing of the same frames, and memory over many frames."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from visualizer.export.film import write_film
from visualizer.export.job import FilmJob
from visualizer.export.offscreen import OffscreenPainter
from visualizer.model.story_shelf import ready_made_story

STORY: Final = "last-orbit"
SIZE_PX: Final = (1920, 1080)
FPS: Final = 30
# From the fall: two missions, one shot, the Moon large.
FRAMES: Final = (700, 790)
MANY_SIZE_PX: Final = (96, 54)


def measure_export(size_px: tuple[int, int] = SIZE_PX, many_frames: int = 0) -> dict[str, Any]:
    """Draw some frames bare and as a film; draw many small ones and watch memory.

    Parameters
    ----------
    size_px : of the film that is timed
    many_frames : how many frames memory is watched over; none if 0

    Returns
    -------
    seconds, frames per second, their ratio; megabytes of memory after a tenth of the many frames and after all
    """
    story = ready_made_story(STORY)
    job = FilmJob(story, size_px, FPS, frames=FRAMES)
    film_s, bare_s = _film_s(job), _bare_s(job)
    found = {
        "size": f"{size_px[0]}x{size_px[1]}", "frames": len(job.range), "bare_s": round(bare_s, 2),
        "film_s": round(film_s, 2), "ratio": round(film_s / bare_s, 3), "fps": round(len(job.range) / film_s, 2),
    }  # fmt: skip
    if many_frames:
        found["memory"] = _memory_mb(story_job(many_frames))
    return found


def story_job(n_frames: int) -> FilmJob:
    """Return a small film of so many frames: the story's fall, as long as that takes."""
    story = ready_made_story(STORY)
    shot = story.shots[2].model_copy(update={"seconds": n_frames / FPS, "captions": (), "transition": "cut"})
    return FilmJob(story.model_copy(update={"shots": (shot,), "fade_in": 0.0, "fade_out": 0.0}), MANY_SIZE_PX, FPS)


def _bare_s(job: FilmJob) -> float:
    """Draw the frames without reading them back."""
    with OffscreenPainter(job.size_px, job.supersample) as painter:
        for layer in job.film.layers(job.range.start):
            painter.draw(layer.state())
        began = time.perf_counter()
        for number in job.range:
            for layer in job.film.layers(number):
                painter.draw(layer.state())
        return time.perf_counter() - began


def _film_s(job: FilmJob) -> float:
    """Make the film, from its first frame to the verified file; what is read once is read before."""
    with tempfile.TemporaryDirectory(prefix="perilune-bench-") as folder:
        write_film(Path(folder) / "warm.mp4", FilmJob(job.story, MANY_SIZE_PX, FPS, frames=FRAMES), _quiet)
        began = time.perf_counter()
        write_film(Path(folder) / "film.mp4", job, _quiet)
        return time.perf_counter() - began


def _memory_mb(job: FilmJob) -> dict[str, float]:
    """Make a long film and note this process's memory on the way."""
    tenth, found = len(job.range) // 10, {}

    def note(done: int, total: int) -> None:
        if done == tenth:
            found["after_tenth_mb"] = resident_mb()
        if done == total:
            found["after_all_mb"] = resident_mb()

    with tempfile.TemporaryDirectory(prefix="perilune-bench-") as folder:
        write_film(Path(folder) / "film.mp4", job, note)
    return {"frames": len(job.range), **found}


def resident_mb() -> float:
    """Return this process's memory now, MB; its largest so far where the system tells no more."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return round(int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    if sys.platform == "win32":
        return float("nan")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1e6 if sys.platform == "darwin" else 1e3), 1)


def _quiet(_done: int, _total: int) -> None:
    """Take progress and say nothing."""


def export_lines(found: dict[str, Any]) -> list[str]:
    """Return the figures in words."""
    lines = [
        f"film of {found['frames']} frames, {found['size']}: {found['film_s']:.1f} s "
        f"({found['fps']:.1f} frames/s), {found['ratio']:.2f} times the bare drawing of {found['bare_s']:.1f} s"
    ]
    if "memory" in found:
        memory = found["memory"]
        lines.append(
            f"memory over {memory['frames']:,} frames: {memory['after_tenth_mb']:.0f} MB after a tenth, "
            f"{memory['after_all_mb']:.0f} MB after all"
        )
    return lines
