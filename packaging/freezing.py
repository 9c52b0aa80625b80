"""Make the folder with the packaged program: PyInstaller in an environment with pinned versions, licences beside it.

Standard library only. The same commit and lock file give the same folder byte for byte, apart from times.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import set_up

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist" / "perilune"
LOCK = ROOT / "packaging" / "lock.txt"
BUILD_VENV = ROOT / ".venv-build"
BUILD_PYTHON = BUILD_VENV / ("Scripts/python.exe" if set_up.IN_WINDOWS else "bin/python")


class BuildError(Exception):
    """What stops the build, in one line."""


def commit_time_s() -> int:
    """Return the time of the commit that is built, s since 1970, so that archives do not tell when they were made."""
    known = os.environ.get("SOURCE_DATE_EPOCH", "")
    if known.isdigit():
        return int(known)
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    words = done.stdout.strip()
    return int(words) if words.isdigit() else 1_700_000_000


def locked_python() -> str:
    """Return a Python with exactly the versions of the lock file, installing them where they are not."""
    stamp = BUILD_VENV / "lock-stamp.txt"
    wanted = LOCK.read_text(encoding="utf-8")
    if not BUILD_PYTHON.exists() or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        set_up.say(f"installing the versions of {LOCK.relative_to(ROOT)} into {BUILD_VENV.name}")
        commands = (
            [sys.executable, "-m", "venv", "--clear", str(BUILD_VENV)],
            [str(BUILD_PYTHON), "-m", "pip", "install", "--quiet", "--requirement", str(LOCK)],
        )
        for command in commands:
            if set_up.call(command, env=set_up.install_environment()) != 0:
                raise BuildError(f"{' '.join(command[:4])} … failed; see the lines above")
        stamp.write_text(wanted, encoding="utf-8")
    # The project itself, as it is in the working tree.
    command = [str(BUILD_PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    if set_up.call([*command, "--editable", str(ROOT)], env=set_up.install_environment()) != 0:
        raise BuildError("the project could not be installed into the build's environment; see the lines above")
    return str(BUILD_PYTHON)


def present_python() -> str:
    """Return a Python that has PyInstaller: this one, or the development environment's."""
    if importlib.util.find_spec("PyInstaller") is not None:
        return sys.executable
    set_up.install({"freeze"})
    return str(set_up.PYTHON)


def freeze(python: str, with_icons: bool = True) -> float:
    """Build `dist/perilune`; return how long it took, s.

    Raises
    ------
    BuildError
        If a step fails.
    """
    began = time.monotonic()
    env = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(commit_time_s())}
    if with_icons:
        run_step([python, str(ROOT / "packaging" / "icon_files.py")], {**env, "QT_QPA_PLATFORM": "offscreen"})
    command = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    run_step([*command, str(ROOT / "packaging" / "perilune.spec")], env)
    run_step([python, str(ROOT / "packaging" / "licences.py"), str(FOLDER)], env)
    return time.monotonic() - began


def run_step(command: list[str], env: dict[str, str]) -> None:
    """Run one step of the build; raise `BuildError` where it fails."""
    if set_up.call(command, env=env) != 0:
        raise BuildError(f"{Path(command[1]).name if command[1:] else command[0]} failed; see the lines above")


def folder_size_mb(folder: Path) -> tuple[float, int]:
    """Return the size of a folder's files in MB, and how many there are."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return sum(file.stat().st_size for file in files) / 1e6, len(files)
