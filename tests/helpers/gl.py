"""Whether pictures can be drawn here, found out once in a process of its own, and what became of the GL tests."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

PROBE = """
import vispy
vispy.use(app="egl", gl="gl2")
from vispy import app, gloo
canvas = app.Canvas(size=(16, 16), show=True)
canvas.set_current()
print(gloo.gl.glGetParameter(gloo.gl.GL_RENDERER))
"""


@cache
def probe() -> tuple[str, str]:
    """Return the name of the renderer, or an empty text and the reason why there is none."""
    environment = {**os.environ, "EGL_PLATFORM": os.environ.get("EGL_PLATFORM", "surfaceless")}
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=120, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return "", "OpenGL gave no answer within 120 s"
    if done.returncode == 0 and done.stdout.strip():
        return done.stdout.strip().splitlines()[-1], ""
    said = done.stderr.strip().splitlines() or [f"the probe ended with code {done.returncode}"]
    return "", f"no OpenGL without a display: {said[-1]}"


class Outcomes:
    """Notes what became of each GL test, says what drew the pictures, and fails CI where there were none.

    It lives in the process that the reports come to: with workers that is the one that shares tests out.
    """

    def __init__(self) -> None:
        self.results: list[str] = []

    def only_skipped(self) -> bool:
        """Tell whether there were GL tests and each of them was skipped."""
        return bool(self.results) and set(self.results) == {"skipped"}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note whether a GL test ran; `is_gl` is set where it runs."""
        if getattr(report, "is_gl", False) and (report.when == "call" or report.skipped):
            self.results.append(report.outcome)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """In CI, no picture at all is a failure."""
        if os.environ.get("CI") and self.only_skipped() and exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what drew the pictures, or that there were none."""
        if not self.results:
            return
        renderer, reason = probe()
        terminalreporter.line(f"pictures drawn by: {renderer or 'nothing'}")
        if self.only_skipped():
            terminalreporter.line(
                f"every GL test was skipped ({reason or 'see above'}); in CI that is a failure", red=True
            )
