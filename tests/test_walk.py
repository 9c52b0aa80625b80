"""A random walk over the real window ends without an exception, a leak or a frozen window.

The walk of ten minutes: `python tests/helpers/walk.py --seconds 600 --seed 1` on a display, in an empty home.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.gl
SECONDS = 25.0
# A block of the event loop that a user would call frozen, on a machine that does other things too.
FROZEN_MS = 6_000.0


def test_a_random_walk_ends_well(x_display_env, project_root):
    words = [sys.executable, str(project_root / "tests" / "helpers" / "walk.py"), "--seconds", str(SECONDS)]
    env = {**x_display_env, "PYTHONPATH": f"{project_root}:{project_root / 'tests'}"}
    done = subprocess.run([*words, "--seed", "7"], env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["actions"] > 40
    assert found["longest_block_ms"] < FROZEN_MS, found["longest"]
