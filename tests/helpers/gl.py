"""Whether pictures can be drawn here, found out once, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

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
