"""The part of bench that scrubs the timeline: from a move of the mouse to the picture, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from visualizer.cli.texts import console, size_from_text

# What stands around the picture in the window.
AROUND_PX = (600, 420)


def register(app: typer.Typer) -> None:
    """Add the command that the other process runs."""
    app.command("bench-scrub", hidden=True)(bench_scrub_command)


def bench_scrub_command(size: Annotated[str, typer.Option()] = "1280x720") -> None:
    """Scrub the timeline of the real window and print figures as one line of JSON."""
    from visualizer.cli.display import require_display

    require_display()
    from visualizer.missions.catalogue import load_mission
    from visualizer.model.session import Session
    from visualizer.ui.bench_scrub import bench_scrub

    typer.echo(json.dumps(bench_scrub(Session([load_mission("luna-25")]), size_from_text(size))))


def measure_scrub(run: Callable[[list[str], dict[str, str]], str], size: str) -> dict[str, Any] | None:
    """Scrub in a window on the user's or a virtual display; None where there is neither.

    Parameters
    ----------
    run : starts the program with words and an environment, and returns what it prints
    size : of the picture
    """
    from visualizer.cli.display import borrowed_display

    width, height = size_from_text(size)
    with borrowed_display(width + AROUND_PX[0], height + AROUND_PX[1]) as environment:
        if environment is None:
            return None
        found: dict[str, Any] = json.loads(run(["bench-scrub", "--size", size], environment).splitlines()[-1])
        return found


def print_scrub(found: dict[str, Any] | None) -> None:
    """Say what was measured."""
    out = console()
    if found is None:
        out.print("scrubbing: not measured, no display and no Xvfb")
        return
    single, drag = found["single_ms"], found["dragging_ms"]
    out.print(f"scrubbing from end to end, picture {found['picture']}, {found['renderer']}")
    out.print(
        f"  a move to its picture: {single['median']:.0f} ms median, {single['p95']:.0f} ms at the 95th percentile"
    )
    out.print(
        f"  while dragging: pictures {drag['median']:.0f} ms old, {drag['p95']:.0f} at the 95th percentile; "
        f"{found['pictures_per_s']:.0f} a second, {found['cpu_ms']:.0f} ms of processor time each"
    )
