"""The event loop in a scripted session of the real window: nothing but the picture's drawing keeps it long.

CPU time of the loop's own thread is compared, so that a machine that does other things changes nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.gl
BLOCKED_MS = 100.0


def watched(env, project_root) -> dict:
    """Go through the session once and return what was found."""
    words = [sys.executable, str(project_root / "tests" / "helpers" / "session.py")]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout)


def test_no_act_keeps_the_event_loop(x_display_env, project_root):
    env = {**x_display_env, "PYTHONPATH": f"{project_root}:{project_root / 'tests'}"}
    found = watched(env, project_root)
    assert found["errors"] == []
    assert found["steps"] > 80
    if found["longest_own_cpu_ms"] >= BLOCKED_MS:
        # A processor that is shared counts its waiting for memory as work: what blocks, blocks a second time.
        found = watched(env, project_root)
    assert found["longest_own_cpu_ms"] < BLOCKED_MS, found["longest"]
