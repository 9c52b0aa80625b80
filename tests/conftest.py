"""What holds for all tests: the order of tiers, an empty home, silence, no leaks.

Marks: `qt`, `gl`, `frozen`, `slow`; `expects_log(pattern, ...)` and `expects_qt_message(pattern, ...)` announce what a
test makes the program say.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Before anything imports VisPy or Qt: pictures need no display, widgets are drawn nowhere.
os.environ.setdefault("EGL_PLATFORM", "surfaceless")
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from helpers import gl, leaks, silence, tiers

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA")
_home = pytest.StashKey[str]()
_gl_results = pytest.StashKey[list[str]]()


# ---------------------------------------------------------------- the run


def pytest_configure(config: pytest.Config) -> None:
    """Give the run, and all that it starts, an empty home."""
    home = tempfile.mkdtemp(prefix="perilune-tests-")
    config.stash[_home] = home
    config.stash[_gl_results] = []
    os.environ.update(dict.fromkeys(FOLDERS, home))
    # A shared machine is slow at times, and CI gives the same verdict twice.
    hypothesis.settings.register_profile("perilune", deadline=None, derandomize=bool(os.environ.get("CI")))
    hypothesis.settings.load_profile("perilune")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that home."""
    shutil.rmtree(config.stash[_home], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the quick tiers first."""
    tiers.arrange(config, items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a GL test where nothing can be drawn, and say why."""
    if item.get_closest_marker("gl"):
        _, reason = gl.probe()
        if reason:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note for each GL test whether it ran."""
    report = yield
    if item.get_closest_marker("gl") and (report.when == "call" or report.skipped):
        item.config.stash[_gl_results].append(report.outcome)
    return report


def only_skipped(config: pytest.Config) -> bool:
    """Tell whether there were GL tests and each of them was skipped."""
    results = config.stash[_gl_results]
    return bool(results) and set(results) == {"skipped"}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI, no picture at all is a failure."""
    if os.environ.get("CI") and only_skipped(session.config) and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what drew the pictures, or that there were none."""
    if not config.stash[_gl_results]:
        return
    renderer, reason = gl.probe()
    terminalreporter.line(f"pictures drawn by: {renderer or 'nothing'}")
    if only_skipped(config):
        terminalreporter.line(f"every GL test was skipped ({reason or 'see above'}); in CI that is a failure", red=True)


# ---------------------------------------------------------------- every test


@pytest.fixture(autouse=True)
def own_folders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and state of one test do not reach the next."""
    home = tempfile.mkdtemp(dir=request.config.stash[_home])
    for name in FOLDERS[1:4]:
        monkeypatch.setenv(name, home)


@pytest.fixture(autouse=True)
def silent_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning or worse without announcing it by `expects_log`."""
    yield
    said = silence.unexpected(silence.loud_records(caplog), silence.announced(request.node, "expects_log"))
    if said:
        pytest.fail("logged unexpectedly: " + "; ".join(said), pytrace=False)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    extra = leaks.new_threads(before)
    if extra:
        pytest.fail("threads left behind: " + ", ".join(extra), pytrace=False)


@pytest.fixture(autouse=True)
def quiet_qt(request: pytest.FixtureRequest) -> Iterator[None]:
    """In Qt tests, fail on what Qt complains about and on widgets, timers and threads left behind."""
    if not request.node.get_closest_marker("qt"):
        yield
        return
    request.getfixturevalue("qapp")
    before = leaks.qt_objects()
    with silence.qt_messages() as said:
        yield
        after = leaks.qt_objects()
    patterns = [*silence.HARMLESS_QT, *silence.announced(request.node, "expects_qt_message")]
    complaints = [f"Qt said: {message}" for message in silence.unexpected(said, patterns)]
    complaints += [f"left behind: {name}" for key, name in after.items() if key not in before]
    if complaints:
        pytest.fail("; ".join(complaints), pytrace=False)


# ---------------------------------------------------------------- on request


@pytest.fixture(scope="session")
def qapp():
    """Return the one QApplication, on the offscreen platform."""
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication(["perilune"])


@pytest.fixture
def x_display_env() -> dict[str, str]:
    """Return the environment for a process that opens a real window on X11; skip where there is no display."""
    if not os.environ.get("DISPLAY"):
        pytest.skip("there is no X display; `packaging/bootstrap.py test` starts one where Xvfb is installed")
    return {**os.environ, "QT_QPA_PLATFORM": "xcb"}


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the folder of reference figures beside the repository; skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"there is no {folder.name}/ beside the repository")
    return folder
