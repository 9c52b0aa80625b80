"""The command bench: start to first picture, time of a frame's arithmetic, frames per second of each view.

Command line layer. The window is measured in a process of its own, on the user's display or a virtual one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from visualizer.cli.bench_scrub import register as register_scrub
from visualizer.cli.texts import console, positive, say_json, size_from_text
from visualizer.errors import GraphicsError

if TYPE_CHECKING:
    from visualizer.model.session import Session

BENCH_VIEWS: Final = ("moon", "earth", "system")
SIX: Final = ("luna-25", "chandrayaan-3", "kplo", "artemis-1", "im-1", "luna-24")
FRAME_STATES: Final = 400
STARTS: Final = 3
START_LIMIT_S: Final = 60.0
DEFAULT_SIZE: Final = "1280x720"


def register(app: typer.Typer) -> None:
    """Add these commands; the others are for the first."""
    app.command("bench")(bench)
    app.command("bench-window", hidden=True)(bench_window_command)
    register_scrub(app)


def bench(
    views: Annotated[bool, typer.Option("--views", help="Frames per second of each view too.")] = False,
    size: Annotated[str, typer.Option(metavar="WxH", help="Of the picture drawn for --views.")] = DEFAULT_SIZE,
    seconds: Annotated[float, typer.Option(metavar="SECONDS", help="For each view.")] = 5.0,
    data: Annotated[
        bool, typer.Option("--data", help="Reading of long files, events of a year, a burn family, states, missions.")
    ] = False,
    scrub: Annotated[bool, typer.Option("--scrub", help="From a move on the timeline to its picture.")] = False,
    export: Annotated[
        bool, typer.Option("--export", help="A film of 90 frames in Full HD, and one of 10,000 small frames.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Measure how quick it is here."""
    size_px = size_from_text(size)
    positive("--seconds", seconds, 0.1, 600)
    found: dict[str, Any] = {"frame_state_ms": frame_state_ms()}
    from visualizer.cli.display import borrowed_display

    with borrowed_display(size_px[0] + 200, size_px[1] + 200) as environment:
        found["start_s"] = start_s(environment) if environment else None
        if views:
            found |= _measure_views(environment, size, seconds)
            from visualizer.cli.bench_trails import measure_trails

            found["trails"] = measure_trails(_session(), size_px)
            from visualizer.cli.bench_memory import measure_memory

            found["gpu_mb"] = measure_memory(_six_missions(), size_px)
    if data:
        from visualizer.cli.bench_data import measure_data

        found["data"] = measure_data()
    if scrub:
        from visualizer.cli.bench_scrub import measure_scrub

        found["scrub"] = measure_scrub(lambda words, env: _run([*_program_words(), *words], env, START_LIMIT_S), size)
    if export:
        from visualizer.cli.bench_export import measure_export

        found["export"] = measure_export(many_frames=10_000)
    if as_json:
        say_json(found)
    else:
        _print(found)


def _six_missions() -> Session:
    """Return what the views are measured with: the paths of six missions, that of the first the active one."""
    from visualizer.missions.catalogue import load_mission
    from visualizer.model.session import Session

    return Session([load_mission(mission_id) for mission_id in SIX])


def _session() -> Session:
    from visualizer.missions.catalogue import load_mission
    from visualizer.model.session import Session

    return Session([load_mission("luna-25")])


def frame_state_ms() -> dict[str, float]:
    """Time `build_frame_state` at epochs all along the flight, in every view that `--views` draws."""
    from visualizer.model.frame_state import build_frame_state

    session = _session()
    first, last = session.active.trajectory.span_tdb_s
    taken = []
    for number in range(FRAME_STATES + 10):
        if number % 40 == 0:
            session.choose_view(BENCH_VIEWS[number // 40 % len(BENCH_VIEWS)], at_once=True)
        # A stride that shares no factor with the count visits the whole flight in a scattered order.
        epoch = first + (last - first) * ((number * 137) % FRAME_STATES + 0.5) / FRAME_STATES
        request = session.request()
        began = time.perf_counter()
        build_frame_state(request, epoch)
        taken.append(1e3 * (time.perf_counter() - began))
    ordered = sorted(taken[10:])
    return {"median": round(median(ordered), 3), "p95": round(ordered[int(0.95 * len(ordered))], 3)}


def start_s(environment: dict[str, str]) -> dict[str, float]:
    """Open the window a few times and time it from the start of the process to the first picture, s."""
    times = [_one_start(environment) for _ in range(STARTS + 1)][1:]
    return {"median": round(median(times), 3), "least": round(min(times), 3), "most": round(max(times), 3)}


def _one_start(environment: dict[str, str]) -> float:
    env = {**environment, "PERILUNE_BENCH_START": "1", "PERILUNE_BENCH_BEGUN": repr(time.time())}
    lines = _run(_program_words(), env, START_LIMIT_S).splitlines()
    told = [line.split()[1] for line in lines if line.startswith("first-picture ")]
    if not told:
        raise GraphicsError("opening the window: it closed without a first picture")
    return float(told[0])


def _measure_views(environment: dict[str, str] | None, size: str, seconds: float) -> dict[str, Any]:
    if environment is None:
        return {"drawn": "off-screen", "size": size, **_views_off_screen(size_from_text(size), seconds)}
    virtual = environment.get("DISPLAY") != os.environ.get("DISPLAY")
    words = [*_program_words(), "bench-window", "--size", size, "--seconds", str(seconds)]
    found = json.loads(_run(words, environment, 60.0 + 6 * (seconds + 40.0)).splitlines()[-1])
    return {"drawn": "window on a virtual display" if virtual else "window", "size": size, **found}


def _program_words() -> list[str]:
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "visualizer"]


def _run(words: list[str], environment: dict[str, str], limit_s: float) -> str:
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        raise GraphicsError(f"opening the window: no picture within {limit_s:.0f} s") from None
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise GraphicsError(reason.removeprefix("perilune: "))
    return done.stdout


def _views_off_screen(size_px: tuple[int, int], seconds: float) -> dict[str, Any]:
    from visualizer.export.offscreen import OffscreenPainter

    session, views = _six_missions(), {}
    with OffscreenPainter(size_px, 1) as painter:
        for view_id in BENCH_VIEWS:
            session.choose_view(view_id, at_once=True)
            session.clock.play(1)
            views[view_id] = _draw_for(session, painter, seconds)
        return {"renderer": painter.facts.renderer, "views": views}


def _draw_for(session: Session, painter: Any, seconds: float) -> dict[str, float]:
    walls, cpus = [], []
    for _ in range(5):
        painter.draw(session.frame_state())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(walls) < 20:
        session.advance(1.0 / 60.0)
        wall, cpu = time.perf_counter(), time.process_time()
        painter.draw(session.frame_state())
        walls.append(time.perf_counter() - wall)
        cpus.append(1e3 * (time.process_time() - cpu))
    rates = sorted(1.0 / wall for wall in walls)
    return {
        "fps_median": round(median(rates), 2),
        "fps_p05": round(rates[int(0.05 * (len(rates) - 1))], 2),
        "cpu_ms_median": round(median(cpus), 3),
    }


def bench_window_command(
    size: Annotated[str, typer.Option()] = DEFAULT_SIZE, seconds: Annotated[float, typer.Option()] = 5.0
) -> None:
    """Draw each view in a real window and print figures as one line of JSON."""
    from visualizer.cli.display import require_display

    require_display()
    from visualizer.ui.bench_views import bench_window

    typer.echo(json.dumps(bench_window(_six_missions(), BENCH_VIEWS, size_from_text(size), seconds)))


def _print(found: dict[str, Any]) -> None:
    out = console()
    start, state = found["start_s"], found["frame_state_ms"]
    words = f"{start['median']:.2f} s ({start['least']:.2f} to {start['most']:.2f})" if start else "no display, no Xvfb"
    out.print(f"start to first picture: {words}")
    out.print(f"build_frame_state: {state['median']:.2f} ms median, {state['p95']:.2f} ms at the 95th percentile")
    if "views" in found:
        out.print(f"{found['size']}, {found['drawn']}, {found['renderer']}")
        for name, v in found["views"].items():
            speed = f"{v['fps_median']:.1f} frames/s median, {v['fps_p05']:.1f} at the 5th percentile"
            python = f", {v['python_ms_median']:.1f} of it Python" if "python_ms_median" in v else ""
            out.print(f"  {name:8} {speed}, {v['cpu_ms_median']:.1f} ms of processor time a frame{python}")
    if "trails" in found:
        _print_trails(found["trails"])
    if "gpu_mb" in found:
        tiers = ", ".join(f"{tier} {held:.0f} MB" for tier, held in found["gpu_mb"].items())
        out.print(f"graphics memory held at the most: {tiers}")
    if "data" in found:
        _print_data(found["data"])
    if "export" in found:
        from visualizer.cli.bench_export import export_lines

        console().print("\n".join(export_lines(found["export"])))
    if "scrub" in found:
        from visualizer.cli.bench_scrub import print_scrub

        print_scrub(found["scrub"])


def _print_trails(trails: dict[str, Any]) -> None:
    added = ", ".join(
        f"{v} {trails[v]['wall_ms']:.1f} ms ({trails[v]['cpu_ms']:.1f} of processor)" for v in ("system", "moon")
    )
    console().print(f"twelve more paths of {trails['points']:,} points add to a frame, off-screen: {added}")


def _print_data(data: dict[str, Any]) -> None:
    out = console()
    for name, reading in data["read"].items():
        out.print(f"a million states from .{name}: {reading['seconds']:.2f} s, {reading['peak_mb']:.0f} MB")
    out.print(f"every event in a year of low lunar orbit, all stations: {data['events_year_s']:.2f} s")
    out.print(f"the last burn for 128 lengths: {data['whatif_128_s']:.2f} s")
    out.print(
        f"a craft's state at one epoch: {data['evaluate_one_us']:.1f} us, "
        f"at 100,000: {data['evaluate_100000_ms']:.1f} ms of processor time"
    )
    out.print(
        f"every bundled mission loaded: {data['catalogue_s']:.3f} s; trajectories {data['trajectories_mb']:.1f} MB"
    )
    search = data["search"]
    out.print(
        f"search: {search['entries']:,} entries in {search['index_ms']:.0f} ms, "
        f"the slowest key {search['key_ms_worst']:.1f} ms; a session written down: {search['session_ms']:.1f} ms"
    )
