"""Drawing by processes of the program's own: each draws some of the pieces, all are joined at the end."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Final

from visualizer.errors import ExportError
from visualizer.export.job import job_from_text
from visualizer.export.partial import MANIFEST, work_path
from visualizer.export.starting import program_words
from visualizer.export.work import WorkFolder

WORKERS_MOST: Final = 64
STOP_S: Final = 10.0
# What a worker says for each frame.
FRAME: Final = "frame"


def draw_by_workers(n_workers: int) -> Callable[[WorkFolder, list[range], Callable[[int], None]], None]:
    """Return what draws pieces by so many processes, for `film.write_film`."""

    def draw(work: WorkFolder, missing: list[range], tell: Callable[[int], None]) -> None:
        shares = [share for share in (missing[k::n_workers] for k in range(n_workers)) if share]
        processes = [_start(work.target, share) for share in shares]
        try:
            _follow(processes, tell)
        finally:
            _end(processes)

    return draw


def _start(target: Path, share: list[range]) -> subprocess.Popen[str]:
    first = ",".join(str(frames.start) for frames in share)
    words = [*program_words(), "film-worker", str(target), "--pieces", first]
    return subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def _follow(processes: list[subprocess.Popen[str]], tell: Callable[[int], None]) -> None:
    """Tell frames as they come until every process has ended; raise `ExportError` at the first that fails."""
    said: Queue[str | None] = Queue()
    readers = [threading.Thread(target=_read, args=(process, said), daemon=True) for process in processes]
    for reader in readers:
        reader.start()
    open_ends = len(processes)
    while open_ends:
        line = said.get()
        if line is None:
            open_ends -= 1
            failed = [p for p in processes if p.poll() not in (None, 0)]
            if failed:
                raise ExportError(_reason(failed[0]))
        elif line.strip() == FRAME:
            tell(1)
    for reader in readers:
        reader.join()
    for process in processes:
        if process.wait() != 0:
            raise ExportError(_reason(process))


def _read(process: subprocess.Popen[str], said: Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said.put(line)
    process.wait()
    said.put(None)


def _reason(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    lines = process.stderr.read().strip().splitlines() or [f"a drawing process ended with code {process.returncode}"]
    return lines[-1].removeprefix("perilune: ")


def _end(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def work_of_target(target: Path) -> WorkFolder:
    """Return the work folder that a process drew up for a target, for one that helps it.

    Raises
    ------
    ExportError
        If there is none, or it is of a job that gives other frames here.
    """
    manifest = work_path(target) / MANIFEST
    try:
        table = json.loads(manifest.read_text(encoding="utf-8"))
        wanted, text = table["hash"], json.dumps(table["job"])
    except (OSError, ValueError, KeyError) as error:
        raise ExportError(f"helping with {target}: there is no job to help with ({error})") from None
    job, _ = job_from_text(text, manifest)
    if job.hash != wanted:
        raise ExportError(f"helping with {target}: its job {wanted} gives other frames here ({job.hash})")
    return WorkFolder(target, job)
