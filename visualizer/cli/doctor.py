"""The command doctor: what runs here, what OpenGL says, whether the bundled files are whole. Command line layer."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer

from visualizer import __version__
from visualizer.cli.texts import console, say_json
from visualizer.errors import PeriluneError

PACKAGES = ("numpy", "pyerfa", "jplephem", "spiceypy", "vispy", "PySide6_Essentials", "av",
            "Pillow", "pydantic", "typer", "rich", "psygnal", "platformdirs")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("doctor")(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False) -> None:
    """Check versions, OpenGL and the bundled files; exit code 2 if something is broken."""
    findings: dict[str, Any] = {
        "perilune": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "display": _display(),
    }
    broken: list[str] = []
    broken += [f"package {name} is missing" for name, found in findings["packages"].items() if found is None]
    findings["opengl"] = _checked(_opengl, broken)
    broken += _checked(_assets, broken) or []
    findings["missions"] = _checked(_missions, broken)
    findings["folders"] = {str(path): folder_problem(path) for path in _folders()}
    findings["broken"] = broken
    if as_json:
        say_json(findings)
    else:
        _print(findings)
    if broken:
        raise typer.Exit(2)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        # A frozen program carries modules without their metadata.
        return "bundled" if getattr(sys, "frozen", False) else None


def _display() -> str:
    from visualizer.cli.display import display_problem

    return display_problem() or "present"


def _checked(check: Any, broken: list[str]) -> Any:
    try:
        return check()
    except PeriluneError as error:
        broken.append(str(error))
    except Exception as error:
        broken.append(f"{type(error).__name__}: {error}")
    return None


def _opengl() -> dict[str, Any]:
    from dataclasses import asdict

    from visualizer.export.offscreen import OffscreenPainter

    with OffscreenPainter((64, 64), 1) as painter:
        return {**asdict(painter.facts), "is_software": painter.facts.is_software}


def _assets() -> list[str]:
    from visualizer.resources import damaged_assets

    return damaged_assets()


def _missions() -> list[str]:
    from visualizer.missions.catalogue import load_mission, mission_ids

    return [load_mission(mission_id).name for mission_id in mission_ids()]


def _folders() -> list[Path]:
    import platformdirs

    return [Path(platformdirs.user_config_dir("perilune", appauthor=False)),
            Path(platformdirs.user_data_dir("perilune", appauthor=False))]  # fmt: skip


def folder_problem(path: Path) -> str:
    """Return why nothing can be kept in a folder, empty if it can; the folder need not be there."""
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not there.is_dir():
        return f"{there} is not a folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written"


def _print(findings: dict[str, Any]) -> None:
    out = console()
    out.print(f"perilune {findings['perilune']}, Python {findings['python']}, {findings['platform']}")
    out.print("packages: " + ", ".join(f"{name} {found or 'MISSING'}" for name, found in findings["packages"].items()))
    out.print(f"display: {findings['display']}")
    gl = findings["opengl"]
    if gl:
        kind = ", drawn by the processor" if gl["is_software"] else ""
        out.print(f"OpenGL {gl['version']}, {gl['renderer']} ({gl['vendor']}){kind}")
        out.print(f"largest texture {gl['max_texture_px']} px, largest cube map {gl['max_cube_px']} px")
    if findings["missions"] is not None:
        out.print("missions: " + ", ".join(findings["missions"]))
    for folder, problem in findings["folders"].items():
        out.print(f"kept in {folder}" if not problem else f"nothing can be kept in {folder}: {problem}")
    for complaint in findings["broken"]:
        out.print(f"[bold red]broken:[/bold red] {complaint}")
    if not findings["broken"]:
        out.print("all is well: the bundled files are whole")
