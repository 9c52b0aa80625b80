"""Compare a picture with a stored one by absolute error, and keep both where they differ."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

IMAGES = Path(__file__).resolve().parents[1] / "images"
FAILURES = Path(__file__).resolve().parents[1] / "failures"


def compare(name: str, pixels: np.ndarray, mean_limit: float, worst_limit: float) -> str:
    """Return what is wrong with a picture, or an empty text.

    Parameters
    ----------
    mean_limit : largest mean absolute error over all channels, of 255
    worst_limit : largest 99.9th percentile of it

    Notes
    -----
    With PERILUNE_GOLDEN=write in the environment the picture becomes the reference.
    """
    path = IMAGES / f"{name}.png"
    if os.environ.get("PERILUNE_GOLDEN") == "write":
        Image.fromarray(pixels).save(path, optimize=True)
        return ""
    with Image.open(path) as image:
        wanted = np.asarray(image.convert("RGB")).astype(int)
    error = np.abs(pixels.astype(int) - wanted)
    mean, worst = float(error.mean()), float(np.percentile(error, 99.9))
    if mean <= mean_limit and worst <= worst_limit:
        return ""
    FAILURES.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(FAILURES / f"{name}-actual.png")
    Image.fromarray(wanted.astype(np.uint8)).save(FAILURES / f"{name}-wanted.png")
    Image.fromarray(np.minimum(error * 4, 255).astype(np.uint8)).save(FAILURES / f"{name}-difference.png")
    return (
        f"{name}: mean error {mean:.2f} (limit {mean_limit}), 99.9 % {worst:.0f} (limit {worst_limit}); see {FAILURES}"
    )
