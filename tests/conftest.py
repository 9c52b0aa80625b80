"""What holds for all tests: the order of tiers, an empty home, silence, no leaks.

Marks: `qt`, `gl`, `frozen`, `slow`; `expects_log(pattern, ...)` and `expects_qt_message(pattern, ...)` announce what a
test makes the program say.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Before anything imports VisPy or Qt: pictures need no display, widgets are drawn nowhere.
os.environ.setdefault("EGL_PLATFORM", "surfaceless")
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from helpers import gl, leaks, silence, tiers

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA")
_home = pytest.StashKey[str]()


# ---------------------------------------------------------------- the run


def pytest_configure(config: pytest.Config) -> None:
    """Give the run, and all that it starts, an empty home."""
    home = tempfile.mkdtemp(prefix="perilune-tests-")
    config.stash[_home] = home
    # With workers, reports come together in the process that started them.
    if not tiers.is_worker(config):
        config.pluginmanager.register(gl.Outcomes(), "gl-outcomes")
    os.environ.update(dict.fromkeys(FOLDERS, home))
    # A shared machine is slow at times, and CI gives the same verdict twice.
    hypothesis.settings.register_profile("perilune", deadline=None, derandomize=bool(os.environ.get("CI")))
    hypothesis.settings.load_profile("perilune")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that home."""
    shutil.rmtree(config.stash[_home], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the quick tiers first, or with workers the longest files."""
    tiers.arrange(config, items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a GL test where nothing can be drawn, and say why."""
    if item.get_closest_marker("gl"):
        _, reason = gl.probe()
        if reason:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[pytest.TestReport]:
    """Let the report of a GL test say that it is one: it may be read in another process."""
    report = yield
    report.is_gl = item.get_closest_marker("gl") is not None
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Share the tests out among workers, where there are several."""
    from helpers.workers import Sharing

    return Sharing(config, log)


# ---------------------------------------------------------------- every test


@pytest.fixture(scope="module", autouse=True)
def settled_heap() -> None:
    """Set what is there before a module apart: looking for leaks goes through what is new, not through it all."""
    gc.collect()
    gc.freeze()


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
