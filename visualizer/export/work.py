"""The folder where a film grows: finished pieces, so that after a stop only what is missing is drawn.

It lies beside the target and says whose pieces it holds. A piece appears under its name only when it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Final

from visualizer.errors import ExportError
from visualizer.export.job import FilmJob, write_job
from visualizer.export.partial import MANIFEST, PAUSE, kept_hash, remove_work, work_path

PAUSED_S: Final = 0.2
# What is left free on a disk beyond the film itself.
SPARE_BYTES: Final = 50_000_000


class WorkFolder:
    """The pieces of one job.

    Parameters
    ----------
    target : the file, or the folder of pictures, that is made
    job : what is drawn
    """

    def __init__(self, target: Path, job: FilmJob) -> None:
        self.target, self.job = target, job
        self.path = work_path(target)

    def open(self) -> None:
        """Make the folder, or take what is there if it is of this job; another job's pieces are thrown away."""
        if self.path.exists() and kept_hash(self.target) != self.job.hash:
            shutil.rmtree(self.path)
        self.path.mkdir(parents=True, exist_ok=True)
        for left in (*self.path.glob("*.new*"), self.path / PAUSE):
            left.unlink(missing_ok=True)
        self._beside(MANIFEST).unlink(missing_ok=True)
        job_file = self._beside(MANIFEST)
        write_job(job_file, self.job, str(self.target))
        table = json.loads(job_file.read_text(encoding="utf-8"))
        job_file.write_text(json.dumps({"hash": self.job.hash, "job": table}), encoding="utf-8")
        job_file.replace(self.path / MANIFEST)

    def _beside(self, name: str) -> Path:
        return self.path / f"{Path(name).stem}.new{os.getpid()}{Path(name).suffix}"

    def piece(self, frames: range) -> Path:
        """Return the path of a finished piece."""
        ending = ".png" if self.job.format.has_frame_files else self.job.format.suffix
        return self.path / f"{frames.start:08d}{ending}"

    def growing(self, frames: range) -> Path:
        """Return the path under which a piece is written until it is whole."""
        return self._beside(self.piece(frames).name)

    def finish(self, frames: range) -> None:
        """Give a piece that is whole its name."""
        self.growing(frames).replace(self.piece(frames))

    def missing(self) -> list[range]:
        """Return the pieces that are still to be drawn."""
        return [frames for frames in self.job.segments if not self.piece(frames).is_file()]

    def n_done(self) -> int:
        """Return how many frames are finished."""
        return len(self.job.range) - sum(len(frames) for frames in self.missing())

    def check_disk(self) -> None:
        """Raise `ExportError` where the disk has no room for what is missing and for the whole film beside it."""
        width, height = self.job.size_px
        whole = self.job.format.bytes_per_px * width * height
        wanted = whole * (len(self.job.range) * 2 - self.n_done()) + SPARE_BYTES
        free = shutil.disk_usage(self.path.parent).free
        if free < wanted:
            raise ExportError(
                f"writing {self.target}: it may need {_size(wanted)} and the disk has {_size(free)} free; "
                "make room, or give a folder on another disk"
            )

    def wait_while_paused(self) -> None:
        """Wait as long as a file `pause` lies in the folder."""
        while (self.path / PAUSE).exists():
            time.sleep(PAUSED_S)

    def remove(self) -> None:
        """Throw everything away."""
        remove_work(self.target)

    def remove_if_empty(self) -> None:
        """Throw the folder away if no piece is finished."""
        if self.path.exists() and not any(self.piece(frames).is_file() for frames in self.job.segments):
            self.remove()


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
