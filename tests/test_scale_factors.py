"""The window on screens of 1 to 2 pixels for each of Qt's, whole and between: nothing cropped, offset or cut."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.gl
# The faintest star that is drawn is far darker than this, the brightest of each edge far brighter.
DRAWN = 60


@pytest.mark.parametrize("factor", ["1.0", "1.25", "1.5", "2.0"])
def test_the_whole_picture_is_drawn_and_clicks_are_where_things_are(x_display_env, project_root, tmp_path, factor):
    env = {
        **x_display_env, "PYTHONPATH": f"{project_root}:{project_root / 'tests'}", "QT_SCALE_FACTOR": factor,
        "HOME": str(tmp_path),
    }  # fmt: skip
    words = [sys.executable, str(project_root / "tests" / "helpers" / "scale_check.py")]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["ratio"] == float(factor)
    assert found["picture_px"] == pytest.approx(found["size_px"], abs=1)
    assert found["size_px"] == pytest.approx([found["ratio"] * side for side in found["logical_px"]], abs=1)
    assert min(found["edges"]) > DRAWN
    assert found["marked"] > 20
    assert found["focus"] == "craft:luna-25"
    assert {name: lines for name, lines in found["cut"].items() if lines} == {}
