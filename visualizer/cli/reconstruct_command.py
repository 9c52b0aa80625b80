"""The command reconstruct: solve a flight again from its published facts. Command line layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visualizer.cli.mission_words import require_mission_words
from visualizer.cli.progress import progress_of
from visualizer.errors import ExportError

if TYPE_CHECKING:
    from visualizer.core.trajectory import Trajectory
    from visualizer.missions.by_facts.writing import FlightByFacts

COMPARED_EPOCHS = 2_000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("reconstruct")(reconstruct)


def reconstruct(
    mission: Annotated[
        str, typer.Argument(metavar="MISSION", help="Such as luna-25, or a mission document (.toml) of your own.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="out/MISSION by default.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is in the folder.")] = False,
    coarse: Annotated[
        bool, typer.Option("--coarse", help="A quick trial with a small gravity field; not for Luna-25.")
    ] = False,
    add: Annotated[bool, typer.Option("--add", help="Put a flight of your own among your missions.")] = False,
) -> None:
    """Solve a flight again from its published facts, and compare it with the one that is shipped."""
    if mission.endswith(".toml"):
        _own(Path(mission), output, force=force, coarse=coarse, add=add)
        return
    from visualizer.missions.catalogue import document_path, load_mission
    from visualizer.missions.document import read_document

    require_mission_words(mission)
    shipped = load_mission(mission)
    folder = output or Path("out") / mission
    if read_document(document_path(mission)).flight is not None:
        check_folder(folder, force=force)
        trajectory = _by_facts(document_path(mission), folder, coarse=coarse).trajectory
    else:
        trajectory = _as_written(mission, folder, force=force)
    typer.echo(f"written: {folder}")
    apart = largest_difference_km(trajectory, shipped.trajectory)
    typer.echo(f"from the shipped trajectory it differs by {apart * 1e3:,.3f} m at most")


def _as_written(mission_id: str, folder: Path, *, force: bool) -> Trajectory:
    """Solve a mission that has a solver of its own."""
    from visualizer.missions.reconstruction import reconstruct as solve
    from visualizer.missions.reconstruction import write_solution

    check_folder(folder, force=force)
    with progress_of("solving") as tell:
        solution = solve(mission_id, tell)
    write_solution(solution, folder)
    return solution.trajectory


def _by_facts(document_path: Path, folder: Path, *, coarse: bool) -> FlightByFacts:
    """Solve a document that has a `[flight]` part, and write what was found."""
    from visualizer.missions.by_facts.solving import solve_document
    from visualizer.missions.by_facts.writing import FlightByFacts
    from visualizer.missions.document import read_document

    document = read_document(document_path)
    with progress_of("solving") as tell:
        flight = FlightByFacts(solve_document(document, tell, coarse=coarse))
    flight.write(folder)
    return flight


def _own(path: Path, output: Path | None, *, force: bool, coarse: bool, add: bool) -> None:
    """Solve a document of the user's."""
    from visualizer.errors import MissionError

    if not path.is_file():
        raise MissionError(f"reconstructing {path}: there is no such file")
    folder = output or Path("out") / path.stem
    check_folder(folder, force=force)
    flight = _by_facts(path, folder, coarse=coarse)
    typer.echo(f"written: {folder}")
    solved = flight.solved
    typer.echo(f"chi-square {solved.look.chi_square:.2f} of {len(solved.linear.residuals)} residuals")
    for line in flight.fact_lines():
        typer.echo(line)
    if add:
        typer.echo(f"among your missions as {_added(path, folder, flight)}")


def _added(path: Path, folder: Path, flight: FlightByFacts) -> str:
    """Put a solved flight into the user's catalogue and return its id."""
    from visualizer.formats.flight import Flight
    from visualizer.missions.user_catalogue import Origin, file_sha256
    from visualizer.missions.user_catalogue import add as put

    document = flight.solved.table.document
    said = ("solved from the facts of a mission document", f"its table and kernel: {folder.absolute()}")
    craft = document.spacecraft
    made = Flight(craft.name, str(craft.naif_id), flight.trajectory, {}, (), (), ())
    return put(made, Origin(path, "mission document", file_sha256(path), said), document.name)


def check_folder(folder: Path, *, force: bool) -> None:
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
