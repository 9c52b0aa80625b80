"""The command reconstruct: solve a flight again from its published facts. Command line layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visualizer.cli.mission_commands import MissionId
from visualizer.cli.progress import progress_of
from visualizer.errors import ExportError

if TYPE_CHECKING:
    from visualizer.core.trajectory import Trajectory

COMPARED_EPOCHS = 2_000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("reconstruct")(reconstruct)


def reconstruct(
    mission_id: MissionId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="out/MISSION by default.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is in the folder.")] = False,
) -> None:
    """Solve a flight again from its published facts, and compare it with the one that is shipped."""
    from visualizer.missions.catalogue import load_mission

    shipped = load_mission(mission_id)
    folder = output or Path("out") / mission_id
    _check_folder(folder, force=force)
    from visualizer.missions.reconstruction import reconstruct as solve
    from visualizer.missions.reconstruction import write_solution

    with progress_of("solving") as tell:
        solution = solve(mission_id, tell)
    write_solution(solution, folder)
    typer.echo(f"written: {folder}")
    apart = largest_difference_km(solution.trajectory, shipped.trajectory)
    typer.echo(f"from the shipped trajectory it differs by {apart * 1e3:,.3f} m at most")


def _check_folder(folder: Path, *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"writing {folder}: it is a file, not a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise ExportError(f"writing {folder}: it is not empty; give another --output, or --force to replace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".perilune-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ExportError(f"writing {folder}: {error.strerror}") from error


def largest_difference_km(first: Trajectory, second: Trajectory) -> float:
    """Return the largest distance between two flights where both are known, km."""
    import numpy as np

    start = max(first.span_tdb_s[0], second.span_tdb_s[0]) + 1e-3
    end = min(first.span_tdb_s[1], second.span_tdb_s[1]) - 1e-3
    epochs = np.linspace(start, end, COMPARED_EPOCHS)
    for gap_start, gap_end in (*first.gaps_tdb_s, *second.gaps_tdb_s):
        epochs = epochs[(epochs < gap_start) | (epochs > gap_end)]
    apart = first.state_km(epochs, 399)[0] - second.state_km(epochs, 399)[0]
    return float(np.max(np.linalg.norm(apart, axis=-1)))
