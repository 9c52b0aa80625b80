"""The user's own missions: files that he imported, kept in the platform's data folder.

Missions. Each has a folder named by its id: `mission.json` (where it came from, checksum, what was assumed), the file
itself as it was, and `flight.npz`, the converted trajectory, so that loading reads arrays and computes nothing. A
folder appears whole or not at all.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.errors import FileFormatError, MissionError
from visualizer.formats.flight import Flight
from visualizer.formats.recording import Covariance
from visualizer.missions.document import MissionDocument, Spacecraft
from visualizer.resources import asset_path

VERSION: Final = 1
ID_MAX: Final = 40
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported flight came from: the file, its format, its sha256, and what was said on importing."""

    path: Path
    format_name: str
    sha256: str
    said: tuple[str, ...] = ()


def bundled_mission_ids() -> tuple[str, ...]:
    """Return the ids of the missions that come with the app, sorted."""
    return tuple(sorted(path.stem for path in asset_path("missions").glob("*.toml")))


def folder() -> Path:
    """Return the folder of the user's missions (it need not exist)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("perilune", appauthor=False)) / "missions"


def user_mission_ids() -> tuple[str, ...]:
    """Return the ids of the user's missions, sorted."""
    root = folder()
    if not root.is_dir():
        return ()
    names = (path.name for path in root.iterdir() if (path / "mission.json").is_file())
    return tuple(sorted(name for name in names if _ID.fullmatch(name) and name not in bundled_mission_ids()))


def file_sha256(path: Path) -> str:
    """Return a file's checksum, read piece by piece."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def id_from_name(name: str) -> str:
    """Return an id that no mission has yet, made from a name."""
    stem = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:ID_MAX].strip("-") or "flight"
    taken = {*bundled_mission_ids(), *user_mission_ids()}
    number, mission_id = 1, stem
    while mission_id in taken:
        number += 1
        mission_id = f"{stem}-{number}"
    return mission_id


def imported_as(checksum: str, name: str) -> str | None:
    """Return the id of the mission that came from the same file and object, if there is one."""
    for mission_id in user_mission_ids():
        record = _record(mission_id)
        if record.get("sha256") == checksum and record.get("object") == name:
            return mission_id
    return None


def add(flight: Flight, origin: Origin, title: str, colour: int | None = None) -> str:
    """Put a flight into the user's catalogue.

    Returns
    -------
    the id it got

    Raises
    ------
    MissionError
        If the folder cannot be written.
    """
    mission_id, root = id_from_name(title), folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
        try:
            source = made / "source"
            source.mkdir()
            shutil.copyfile(origin.path, source / _safe_name(origin.path.name))
            _write_arrays(flight, made / "flight.npz")
            text = json.dumps(record_of(flight, origin, title, colour), indent=1, ensure_ascii=False)
            (made / "mission.json").write_text(text, encoding="utf-8")
            made.chmod(0o755)
            made.rename(root / mission_id)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise MissionError(f"importing {origin.path}: {root} cannot be written ({error.strerror})") from error
    return mission_id


def forget(name: str) -> str:
    """Remove a mission of the user's by id or name; return its id.

    Raises
    ------
    MissionError
        If it is not the user's, or cannot be removed.
    """
    ids = user_mission_ids()
    found = [i for i in ids if i == name] or [i for i in ids if _record(i).get("name") == name]
    if name in bundled_mission_ids():
        raise MissionError(f"forgetting {name!r}: it comes with the app and stays")
    if len(found) != 1:
        have = f"you have {', '.join(ids)}" if ids else "you have imported none"
        raise MissionError(
            f"forgetting {name!r}: {'several have' if found else 'there is no mission of'} that name; {have}"
        )
    place = folder() / found[0]
    gone = place.with_name(f".old-{found[0]}")
    try:
        shutil.rmtree(gone, ignore_errors=True)
        place.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise MissionError(f"forgetting {name!r}: {place} cannot be removed ({error.strerror})") from error
    return found[0]


def user_colours() -> list[int]:
    """Return the numbers of colours that the user's missions have."""
    kept = (_record(mission_id).get("colour") for mission_id in user_mission_ids())
    return [number for number in kept if isinstance(number, int)]


def _safe_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-100:].lstrip(".") or "file"


# ---------------------------------------------------------------- what is stored


def record_of(flight: Flight, origin: Origin, title: str, colour: int | None = None) -> dict[str, Any]:
    """Return what is written down about an imported flight."""
    return {
        "version": VERSION, "name": title, "object": flight.name, "object_id": flight.object_id,
        "origin": str(origin.path.absolute()), "file": _safe_name(origin.path.name), "format": origin.format_name,
        "sha256": origin.sha256, "imported": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "said": list(origin.said), "notices": list(flight.notices), "metadata": dict(flight.metadata),
        "comments": list(flight.comments), "covariance_axes": [c.axes for c in flight.covariances],
        "arcs": [
            {"name": arc.name, "kind": arc.kind, "provenance": arc.provenance.value, "centre_id": arc.centre_id}
            for arc in flight.trajectory.arcs
        ],
        **({} if colour is None else {"colour": colour}),
    }  # fmt: skip


def _write_arrays(flight: Flight, path: Path) -> None:
    arrays: dict[str, Any] = {}
    for number, arc in enumerate(flight.trajectory.arcs):
        arrays |= {f"t{number}": arc.tdb_s, f"p{number}": arc.position_km, f"v{number}": arc.velocity_km_s}
    arrays["covariance_tdb_s"] = np.array([c.tdb_s for c in flight.covariances], dtype=np.float64)
    arrays["covariance"] = np.array([c.matrix for c in flight.covariances], dtype=np.float64).reshape(-1, 6, 6)
    np.savez(path, allow_pickle=False, **arrays)


def _record(mission_id: str) -> dict[str, Any]:
    path = folder() / mission_id / "mission.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileFormatError(path, f"is damaged ({error}); remove it with: perilune forget {mission_id}") from error
    if not isinstance(record, dict) or record.get("version") != VERSION:
        raise FileFormatError(path, f"is of another version; remove it with: perilune forget {mission_id}")
    return record


# ---------------------------------------------------------------- loading


def load_user_flight(mission_id: str) -> tuple[Flight, dict[str, Any]]:
    """Return a stored flight and its record.

    Raises
    ------
    MissionError
        If there is no such mission.
    FileFormatError
        If its files are damaged.
    """
    if mission_id not in user_mission_ids():
        raise MissionError(
            f"mission {mission_id!r}: not among yours; you have {', '.join(user_mission_ids()) or 'none'}"
        )
    record, path = _record(mission_id), folder() / mission_id / "flight.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            arcs = tuple(
                Arc(entry["name"], entry["centre_id"], data[f"t{i}"], data[f"p{i}"], data[f"v{i}"],
                    Provenance(entry["provenance"]), entry["kind"])
                for i, entry in enumerate(record["arcs"])
            )  # fmt: skip
            covariances = tuple(
                Covariance(float(t), axes, matrix)
                for t, axes, matrix in zip(
                    data["covariance_tdb_s"], record["covariance_axes"], data["covariance"], strict=True
                )
            )
        trajectory = Trajectory(record["name"], arcs)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise FileFormatError(path, f"is damaged ({error}); remove it with: perilune forget {mission_id}") from error
    flight = Flight(record["object"], record["object_id"], trajectory, record["metadata"], tuple(record["comments"]),
                    covariances, tuple(record["notices"]))  # fmt: skip
    return flight, record


def document_of(mission_id: str, record: dict[str, Any]) -> MissionDocument:
    """Return a document that says where the flight came from; it has no facts, engines or masses."""
    craft = Spacecraft.model_construct(
        name=record["name"], naif_id=0, naif_id_note=f"the file calls it {record['object_id'] or record['object']}",
        launch_mass_kg=0.0, propellant_kg=0.0, source=record["origin"], engines=(), instruments=(),
    )  # fmt: skip
    notes = "; ".join([*record["said"], *record["notices"]]) or "the file says of each segment how it is known"
    origin = f"{record['file']} ({record['format']}, sha256 {record['sha256'][:12]})"
    outcome = f"Imported {record['imported']} from {origin}. {notes}."
    return MissionDocument.model_construct(
        id=mission_id, name=record["name"], agency="", trajectory=mission_id, outcome=outcome, spacecraft=craft,
        events=(), phases=(), sites=(), facts=(), priors=(),
    )  # fmt: skip
