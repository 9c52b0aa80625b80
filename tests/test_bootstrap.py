"""The set-up script: what it asks of the system, when it installs again, what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "packaging"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import set_up

    return set_up


@pytest.fixture
def system_packages(set_up):
    import system_packages

    return system_packages


@pytest.fixture
def checkout(set_up, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty checkout whose environment always runs; what would be called is noted in `set_up.calls`."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    calls: list[list[str]] = []
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(set_up, "make_venv", lambda uv: None)
    monkeypatch.setattr(set_up, "call", lambda command, env=None: calls.append(command) or 0)
    monkeypatch.setattr(set_up, "calls", calls, raising=False)
    return tmp_path


def test_it_installs_once(set_up, checkout: Path) -> None:
    set_up.install(set())
    set_up.install(set())
    assert [command[-1] for command in set_up.calls] == ["."]


def test_more_extras_and_another_project_file_install_again(set_up, checkout: Path) -> None:
    set_up.install(set())
    set_up.install({"test"})
    set_up.install(set())
    (checkout / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    set_up.install(set())
    assert [command[-1] for command in set_up.calls] == [".", ".[test]", ".[test]"]


def test_a_failed_installation_leaves_no_stamp(set_up, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "call", lambda command, env=None: 1)
    with pytest.raises(set_up.BootstrapError, match="installation failed"):
        set_up.install(set())
    assert set_up.read_stamp() == {}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"key": 1, "extras": 3}'])
def test_a_broken_stamp_counts_as_none(set_up, checkout: Path, content: str) -> None:
    set_up.STAMP.write_text(content, encoding="utf-8")
    set_up.install(set())
    assert len(set_up.calls) == 1


def test_an_old_python_is_refused_in_one_line() -> None:
    script = f"import runpy, sys; sys.version_info = (3, 6, 8); runpy.run_path({str(FOLDER / 'bootstrap.py')!r}, "
    script += "run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_the_door_is_read_by_any_python() -> None:
    source = (FOLDER / "bootstrap.py").read_text(encoding="ascii")
    words = {name for name in ("__future__", "f'", 'f"', ":=", "->") if name in source}
    assert not words


def test_arguments_of_pytest_pass_through(set_up) -> None:
    assert set_up.parse(["test", "-k", "moon", "--help"]) == ("test", ["-k", "moon", "--help"])


def test_tests_have_workers_unless_the_user_says_otherwise(set_up, checkout: Path, monkeypatch) -> None:
    monkeypatch.setattr(set_up, "system_complaint", lambda window, xvfb=False: None)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(set_up, "x_display_answers", lambda: True)
    assert set_up.run_tests(["-n", "0", "-k", "moon"]) == 0
    command = set_up.calls[-1]
    assert command[1:5] == ["-m", "pytest", "-n", "auto"]
    # Of two numbers the later one counts.
    assert command[-4:] == ["-n", "0", "-k", "moon"]


def test_unknown_words_are_refused() -> None:
    command = [sys.executable, str(FOLDER / "bootstrap.py"), "run", "--fast"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--fast" in done.stderr


@pytest.fixture
def bare_debian(system_packages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand on a Debian that has no library at all, as a user who is not root."""
    monkeypatch.setattr(system_packages, "IN_LINUX", True)
    monkeypatch.setattr(system_packages, "_loads", lambda library: False)
    monkeypatch.setattr(system_packages, "_has_driver", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)


def test_a_user_is_told_the_exact_command(system_packages, bare_debian: None) -> None:
    complaint = system_packages.system_complaint(window=True, xvfb=True)
    assert "\n" not in complaint
    assert "libEGL.so.1" in complaint
    command = complaint.partition("run: ")[2]
    assert command.startswith("sudo apt-get update && sudo apt-get install libegl1 libgl1 ")
    assert {"libxcb-cursor0", "libgl1-mesa-dri", "xvfb"} <= set(command.split())


def test_drawing_alone_asks_for_nothing_of_x11(system_packages, bare_debian: None) -> None:
    assert "xcb" not in system_packages.system_complaint(window=False)


def test_nothing_missing_is_no_complaint(system_packages, bare_debian: None, monkeypatch) -> None:
    monkeypatch.setattr(system_packages, "_loads", lambda library: True)
    monkeypatch.setattr(system_packages, "_has_driver", lambda: True)
    assert system_packages.system_complaint(window=True) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are always there outside Linux")
def test_no_display_is_said_in_words(set_up, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert "there is no display" in set_up.display_problem()


def fail_on_the_virtual_display(set_up, monkeypatch: pytest.MonkeyPatch) -> None:
    with set_up.virtual_display() as display:
        monkeypatch.setenv("DISPLAY", display["DISPLAY"])
        assert set_up.display_problem() is None
        raise ZeroDivisionError


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_the_virtual_display_ends_even_after_a_failure(set_up, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ZeroDivisionError):
        fail_on_the_virtual_display(set_up, monkeypatch)
    assert "does not answer" in set_up.display_problem()
