"""The project installs as a wheel that carries all it needs, and draws from there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def run(*command: str, cwd: Path) -> str:
    """Run a command; return what it printed, fail with what it complained about."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=clean_environment(), check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def clean_environment() -> dict[str, str]:
    """Return an environment in which the checkout is not found by accident."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--wheel", "--no-isolation", "--outdir", str(folder))
    run(sys.executable, "-m", "build", *options, str(project_root), cwd=folder)
    (built,) = folder.glob("perilune-*.whl")
    return built


@pytest.fixture(scope="module")
def fresh_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a new environment with the wheel; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("perilune колесо")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel), cwd=folder)
    site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # A plain line in a .pth file adds a folder, but does not run the .pth files (the checkout's own among them) in it.
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def test_the_wheel_carries_assets_shaders_and_the_command(wheel: Path, project_root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "perilune = visualizer.cli.main:main" in archive.read(entry_points).decode()
    for folder in ("assets", "shaders"):
        files = [file for file in (project_root / folder).rglob("*") if file.is_file()]
        assert files
        assert {f"visualizer/{file.relative_to(project_root).as_posix()}" for file in files} <= names
    assert not any(name.startswith(("tests/", "packaging/", "docs/")) for name in names)


def test_the_command_runs_from_the_wheel(fresh_python: Path, tmp_path: Path) -> None:
    script = "import visualizer, visualizer.resources as r; print(visualizer.__file__); print(r.root_path())"
    places = run(str(fresh_python), "-c", script, cwd=tmp_path).splitlines()
    assert all(Path(place).is_relative_to(fresh_python.parent.parent) for place in places), places
    assert "luna-25" in run(str(fresh_python.with_name("perilune")), "missions", cwd=tmp_path)


@pytest.mark.gl
def test_a_picture_is_drawn_from_the_wheel(fresh_python: Path, tmp_path: Path) -> None:
    import numpy as np
    from PIL import Image

    options = ("--at", "2023-08-17T05:23:00", "--view", "moon", "--size", "320x180", "-o", "frame.png")
    run(str(fresh_python.with_name("perilune")), "render", "luna-25", *options, cwd=tmp_path)
    with Image.open(tmp_path / "frame.png") as picture:
        pixels = np.asarray(picture.convert("L"))
    assert pixels.shape == (180, 320)
    assert pixels.max() > 120
    assert pixels.std() > 10
