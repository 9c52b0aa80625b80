"""The command open: files, links and missions in the window; `perilune FILE` is the same. Command line layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visualizer.errors import CommandError


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("open")(open_)


def open_(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Missions by name, scenes, trajectory files, or a perilune: link."),
    ],
) -> None:
    """Open missions, files or a link in the window; `perilune FILE` and `perilune MISSION` do the same."""
    from visualizer.cli.display import require_display
    from visualizer.cli.guard import write_report

    targets = with_missions_as_link(targets)
    check_targets(targets)
    require_display()
    from visualizer.scene.visuals.textures import start_reading

    # Pictures are decoded in threads while the rest is imported.
    start_reading()
    from visualizer.ui.app import run_window

    raise typer.Exit(run_window(write_report, targets))


def with_missions_as_link(targets: list[str]) -> list[str]:
    """Return files and links as they are, and the missions that are named among them as one link that shows them."""
    from visualizer.missions.catalogue import load_mission, mission_ids
    from visualizer.model.link import link_of
    from visualizer.model.session import first_sight_tdb_s
    from visualizer.model.snapshot import Snapshot, time_text

    known = mission_ids()
    named = tuple(dict.fromkeys(one for one in targets if one in known and not Path(one).exists()))
    if not named:
        return targets
    first = load_mission(named[0])
    view = "moon" if any(phase.kind == "orbit" for phase in first.phases) else "system"
    shown = Snapshot(time=time_text(first_sight_tdb_s(first)), missions=named, view=view)
    return [link_of(shown), *(one for one in targets if one not in named)]


def check_targets(targets: list[str]) -> None:
    """Look at files and links before a window opens.

    Raises
    ------
    PeriluneError
        If a file is not there or a scene or link is broken; one line.
    """
    from visualizer.formats.detect import format_of
    from visualizer.model.link import is_link, snapshot_of_link
    from visualizer.model.scene_file import ENDING, read_scene

    for target in targets:
        path = Path(target)
        if is_link(target):
            snapshot_of_link(target)
        elif path.suffix.lower() == ENDING:
            read_scene(path)
        elif not path.exists():
            raise CommandError(
                f"opening {target}: there is no such file or mission; see perilune missions and perilune --help"
            )
        elif path.is_file() and path.suffix.lower() != ".toml" and not _is_scene(path):
            format_of(path)


def _is_scene(path: Path) -> bool:
    from visualizer.model.scene_file import looks_like_scene

    try:
        with path.open("rb") as file:
            return looks_like_scene(file.read(4_096))
    except OSError:
        return False
