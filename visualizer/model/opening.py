"""What a file turns out to be when it is opened: a scene, a mission document, or trajectories to take in.

Pure; made for a worker. `request_from_scene` is what the command line draws of a scene.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from visualizer.core.trajectory import Provenance
from visualizer.errors import CommandError, FileFormatError, MissionError
from visualizer.formats.recording import NO_HINTS, Hints
from visualizer.formats.watch import Watcher
from visualizer.missions.branch_missions import load_flight
from visualizer.missions.catalogue import Mission, assemble_mission, mission_of_flight
from visualizer.missions.document import MissionDocument, read_document
from visualizer.missions.importing import FoundFile, look_into, session_record, with_provenance
from visualizer.model.frame_state import SceneRequest
from visualizer.model.link import snapshot_of_link
from visualizer.model.pane_table import mission_ids_of
from visualizer.model.scene_file import ENDING, FlightFile, Scene, looks_like_scene, read_scene
from visualizer.model.scene_file import scene_of as scene_of
from visualizer.model.scene_parts import ghosts_of, show_parts
from visualizer.model.session_scene import patient, request_of_snapshot, session_of_snapshot
from visualizer.model.snapshot import Snapshot

HEAD: Final = 4_096
STORY_MARK: Final = b"[[shots]]"


@dataclass(frozen=True, eq=False, slots=True)
class OpenedScene:
    """A scene and the missions that it needs and that were not there."""

    path: Path
    scene: Scene
    missions: tuple[Mission, ...]


@dataclass(frozen=True, eq=False, slots=True)
class OpenedMission:
    """A mission from a document of the user's."""

    path: Path
    mission: Mission


Opened = OpenedScene | OpenedMission | FoundFile


def open_path(
    path: Path, there: Collection[str] = (), hints: Hints = NO_HINTS, watcher: Watcher = lambda _share: True
) -> Opened:
    """Read a file of any kind that can be opened.

    Parameters
    ----------
    there : ids of missions that are loaded
    hints, watcher : for trajectory files, as of `look_into`

    Raises
    ------
    PeriluneError
        One line about what is wrong.
    """
    head = _head(path)
    if path.suffix.lower() == ENDING or looks_like_scene(head):
        scene = read_scene(path)
        return OpenedScene(path, scene, tuple(missions_of(scene, there, path)))
    if path.suffix.lower() == ".toml":
        if STORY_MARK in head and b"[spacecraft]" not in head:
            raise CommandError(f"{path}: is a storyboard; open it in the panel Storyboard (Ctrl+T)")
        return OpenedMission(path, open_document(path, there))
    return look_into(path, hints, watcher)


def is_story(path: Path) -> bool:
    """Tell whether a file is a storyboard, by how it begins."""
    return path.is_file() and STORY_MARK in _head(path)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileFormatError(path, "is a folder; open the files in it")
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError:
        raise FileFormatError(path, "there is no such file") from None
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror or error})") from None


def open_document(path: Path, there: Collection[str] = ()) -> Mission:
    """Load a mission document of the user's with its trajectory files, which lie beside it."""
    document = read_document(path)
    if document.id in there:
        raise MissionError(f"{path}: a mission with the id {document.id!r} is open already; give it another id")
    folders = (path.parent, path.parent / "trajectories", path.parent.parent / "trajectories")
    folder = next((f for f in folders if _solution(f, document)[0].is_file()), None)
    if folder is None:
        kernel, table = (one.name for one in _solution(path.parent, document))
        raise MissionError(f"{path}: its trajectory files {kernel} and {table} are not beside it")
    return assemble_mission(document, *_solution(folder, document))


def _solution(folder: Path, document: MissionDocument) -> tuple[Path, Path]:
    return folder / f"{document.trajectory}.bsp", folder / f"{document.trajectory}.toml"


def missions_of(scene: Scene, there: Collection[str] = (), path: Path | None = None) -> list[Mission]:
    """Load the missions that a scene shows and that are not there, from the catalogue and from its own files."""
    own = [_flight(one, path) for one in scene.flights if one.id not in there]
    found = [*own, *missing_missions(scene, {*there, *(one.id for one in own)})]
    known = {*there, *(one.id for one in found)}
    return [*found, *(load_flight(i) for i in mission_ids_of(scene.panes) if i not in known)]


def missing_missions(snapshot: Snapshot, there: Collection[str]) -> list[Mission]:
    """Load the missions that a snapshot shows and that are not there; raise `MissionError` for one not known."""
    return [load_flight(mission_id) for mission_id in snapshot.missions if mission_id not in there]


def _flight(one: FlightFile, path: Path | None) -> Mission:
    """Read one flight of a scene from its file."""
    file = Path(one.file)
    if not file.is_absolute() and path is not None:
        file = path.parent / file
    found = look_into(file)
    objects = [f for f in found.flights if one.object in ("", f.recording.name)]
    if len(objects) != 1:
        names = ", ".join(f.recording.name for f in found.flights)
        raise CommandError(f"flight {one.id!r}: {file} has {names}; the scene must say which by `object`")
    flight = with_provenance(objects[0], Provenance(one.provenance)) if one.provenance else objects[0]
    record = session_record(flight, found.sha256, one.title) | {"colour": one.colour}
    return mission_of_flight(one.id, flight.flight, record)


def request_from_scene(path: Path) -> tuple[Scene, SceneRequest, float]:
    """Return a scene file, what is drawn of it, and when (TDB seconds past J2000).

    Raises
    ------
    PeriluneError
        If it cannot be read or shown; one line.
    """
    scene = read_scene(path)
    missions = missions_of(scene, (), path)
    session = session_of_snapshot(scene, missions, str(path))
    session.add_missions(missions)
    failures = show_parts(session, scene, str(path))
    if failures:
        raise CommandError(failures[0])
    if scene.what_if:
        session.lay_over(replace(session.added, ghosts=ghosts_of(scene, session)()))
    return scene, patient(session.request()), session.clock.epoch_tdb_s


def request_from_link(text: str) -> tuple[SceneRequest, float]:
    """Return what is drawn of a link, and when (TDB seconds past J2000); raises as `request_from_scene` does."""
    snapshot = snapshot_of_link(text)
    return request_of_snapshot(snapshot, missing_missions(snapshot, ()), "link")
