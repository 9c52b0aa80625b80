"""Where measured maps lie, whether they are whole, and whether they are wanted.

Maps. Made files live in the user's cache folder beside a record of their checksums; `use` hangs them before the
bundled ones in `resources`, for everything that reads `moon/...`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from visualizer import resources
from visualizer.errors import CommandError
from visualizer.maps.sets import SETS, MapSet, set_of_id

RECORD: Final = "maps.json"
# Grows when the made files change their form: older ones are made again from what was fetched.
FORM: Final = 2
PREFIX: Final = "moon/"


@dataclass(frozen=True, slots=True)
class Installed:
    """Measured maps on this machine: set, folder, whether they are used, bytes on disk."""

    set: MapSet
    folder: Path
    is_used: bool
    bytes: int


def maps_folder() -> Path:
    """Return the folder of all measured maps."""
    from platformdirs import user_cache_path

    return user_cache_path("perilune", appauthor=False) / "maps"


def fetched_folder() -> Path:
    """Return the folder of the files as they came."""
    return maps_folder() / "fetched"


def made_folder() -> Path:
    """Return the folder of the files that are drawn with."""
    return maps_folder() / "moon"


def write_record(map_set: MapSet, folder: Path, is_used: bool = True) -> None:
    """Write down what is there; only a folder with a record counts as whole."""
    sums = {path.name: sha256(path.read_bytes()).hexdigest() for path in made_files(folder)}
    _write(folder, {"set": map_set.id, "form": FORM, "is_used": is_used, "files": sums})


def _write(folder: Path, record: dict[str, object]) -> None:
    part = folder / (RECORD + ".part")
    part.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / RECORD)


def made_files(folder: Path) -> list[Path]:
    """Return the pictures of a folder, sorted."""
    return sorted(path for path in folder.glob("*") if path.suffix in (".jpg", ".png"))


def installed() -> Installed | None:
    """Return the measured maps that are whole by their record, or None; checks no checksum, so it is quick."""
    record = _record(made_folder())
    if record is None:
        return None
    names, folder = record["files"], made_folder()
    if not isinstance(names, dict) or not all((folder / name).is_file() for name in names):
        return None
    size = sum(path.stat().st_size for path in maps_folder().rglob("*") if path.is_file())
    return Installed(set_of_id(str(record["set"])), folder, bool(record["is_used"]), size)


def _record(folder: Path) -> dict[str, object] | None:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    has_form = isinstance(record, dict) and record.get("form") == FORM
    return record if has_form and record.get("set") in {one.id for one in SETS} else None


def damaged() -> list[str]:
    """Return the names of made files whose bytes are not those that were written."""
    record = _record(made_folder())
    files = record["files"] if record else {}
    assert isinstance(files, dict)
    return [
        name
        for name, checksum in files.items()
        if not (made_folder() / name).is_file() or sha256((made_folder() / name).read_bytes()).hexdigest() != checksum
    ]


def choose(is_used: bool) -> None:
    """Use measured maps from now on, or the made ones again; raise `CommandError` if none are installed."""
    there = installed()
    if there is None:
        raise CommandError("using measured maps: none are installed; fetch them with: perilune assets fetch moon")
    record = _record(there.folder)
    assert record is not None
    _write(there.folder, {**record, "is_used": is_used})
    use()


def use() -> bool:
    """Put the measured maps before the bundled ones if they are there and wanted; tell whether they are."""
    there = installed()
    if there is None or not there.is_used:
        resources.stop_overriding(PREFIX)
        return False
    resources.override(PREFIX, there.folder)
    return True


def remove() -> int:
    """Remove everything that was fetched and made; return the bytes that became free."""
    folder = maps_folder()
    if not folder.is_dir():
        return 0
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    resources.stop_overriding(PREFIX)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise CommandError(f"removing maps: {folder} cannot be removed ({error.strerror or error})") from error
    return size


def install(map_set: MapSet, files: list[Path], make: Callable[[MapSet, list[Path], Path], None]) -> Installed:
    """Make, record and use maps; what is not whole is never used, and what was there stays until then.

    Parameters
    ----------
    map_set : which
    files : the fetched files in the order of the set
    make : writes the made files of a set from the fetched ones into the folder it is given
    """
    fresh = maps_folder() / "moon.part"
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        make(map_set, files, fresh)
        write_record(map_set, fresh)
        shutil.rmtree(made_folder(), ignore_errors=True)
        fresh.replace(made_folder())
    except OSError as error:
        raise CommandError(f"making maps in {fresh.parent}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    use()
    there = installed()
    assert there is not None
    return there
