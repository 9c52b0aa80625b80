"""Write flights to files: the format by the name's ending, whole or not at all.

Formats. Text goes into a new file beside its place, which is moved there at the end; nothing that exists is replaced
unless the caller says so.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from visualizer.errors import CommandError, ExportError
from visualizer.formats.celestia import xyzv_lines
from visualizer.formats.csv_table import csv_lines
from visualizer.formats.czml import czml_lines
from visualizer.formats.flight import Flight
from visualizer.formats.oem_write import kvn_lines, xml_lines
from visualizer.formats.stk import stk_lines

_LINES: Final[dict[str, Callable[[Flight, str], Iterator[str]]]] = {
    ".oem": kvn_lines, ".xml": xml_lines, ".e": stk_lines, ".csv": csv_lines, ".xyzv": xyzv_lines, ".czml": czml_lines,
}  # fmt: skip
ENDINGS: Final = (".bsp", *_LINES)


def write_flight(flight: Flight, path: Path, *, is_forced: bool = False) -> None:
    """Write a flight.

    Parameters
    ----------
    path : its ending says the format: .bsp, .oem, .xml, .e, .csv, .xyzv or .czml
    is_forced : replace a file that exists

    Raises
    ------
    CommandError
        If the ending is another, the file exists, or there is no such folder.
    ExportError
        If it cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise CommandError(f"exporting to {path.name}: the ending must be one of {', '.join(ENDINGS)}")
    if path.is_dir() or (path.exists() and not is_forced):
        raise CommandError(f"exporting to {path}: it exists; choose another name or add --force")
    if not path.parent.is_dir():
        raise CommandError(f"exporting to {path}: there is no folder {path.parent}")
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    try:
        if ending == ".bsp":
            _write_kernel(flight, path, created)
        else:
            _write_text(_LINES[ending](flight, created), path)
    except OSError as error:
        raise ExportError(f"exporting to {path}: {error.strerror or error}") from error


def _write_text(lines: Iterator[str], path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            while block := list(islice(lines, 4096)):
                file.write("\n".join(block) + "\n")
        _publish(Path(name), path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _publish(made: Path, path: Path) -> None:
    """Move a finished file to its place, readable as new files are."""
    mask = os.umask(0)
    os.umask(mask)
    made.chmod(0o666 & ~mask)
    made.replace(path)


def _write_kernel(flight: Flight, path: Path, created: str) -> None:
    """Write an SPK kernel by way of a temporary folder, whose short path suits SPICE."""
    from visualizer.formats.spk import spk_comments, spk_object_id, write_spk13

    with tempfile.TemporaryDirectory(prefix="perilune-") as folder:
        made = Path(folder) / "flight.bsp"
        write_spk13(made, spk_object_id(flight), flight.trajectory.arcs, spk_comments(flight, created))
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file, made.open("rb") as source:
                while block := source.read(1 << 20):
                    file.write(block)
            _publish(Path(name), path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
