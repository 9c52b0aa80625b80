"""Bake the Moon: `python -m visualizer.bake.moon [lunar_features.csv] [--rows N]`.

Layer: bake. No imagery or terrain is used: the Moon is made by recipe from names, places, sizes and published laws,
and says so.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from .cubemap import face_directions, sample_equirect, save_image, srgb_encode
from .manifest import ASSETS, record
from .moon_albedo import build_albedo, coloured
from .moon_features import FEATURES_CSV, load_features, write_features
from .moon_grid import Field, to_rows
from .moon_relief import build_relief
from .moon_slope import code_slope, face_slope

RECIPE = "python -m visualizer.bake.moon"
SOURCES = [
    "IAU/USGS Gazetteer of Planetary Nomenclature, May 2026 (names, places, diameters)",
    "Pike 1977 (crater shapes); Head et al. 2010 and Robbins 2019 (crater counts)",
    "tables of basins, seas and rays in visualizer/bake/moon_features.py and moon_rays.py",
]
MADE = "made by recipe from published facts and laws, not measured: no imagery or terrain data"
HEIGHT_STEP_M = 2.0


def write_height(height_m: Field, path: Path) -> None:
    """Write the 16-bit map: metres = 0.5 value - 10,000, rounded to `HEIGHT_STEP_M`."""
    rounded = np.rint(to_rows(height_m, 2048) / HEIGHT_STEP_M) * HEIGHT_STEP_M
    value = np.clip((rounded + 10000) / 0.5, 0, 65535).astype(np.uint16)
    save_image(value, path, compress_level=9)


def write_albedo(albedo: Field, blueness: Field, path: Path, size_px: int = 1024) -> None:
    """Write the colour cube: sRGB code of albedo over 0.30."""
    faces = []
    for i_face in range(6):
        direction = face_directions(i_face, size_px)
        sampled = [sample_equirect(field, direction, order=3) for field in (albedo, blueness)]
        faces.append(np.rint(255 * srgb_encode(coloured(*sampled))).astype(np.uint8))
    save_image(np.concatenate(faces), path, quality=90, subsampling=0)


def write_slope(height_m: Field, path: Path, size_px: int = 2048) -> None:
    """Write the slope cube."""
    faces = [code_slope(face_slope(height_m, i_face, size_px)) for i_face in range(6)]
    save_image(np.concatenate(faces), path, quality=80, subsampling=0)


def bake(features_csv: Path, rows: int) -> None:
    """Make every file of `assets/moon` that comes from this recipe."""
    started, features, folder = time.monotonic(), load_features(features_csv), ASSETS / "moon"
    folder.mkdir(parents=True, exist_ok=True)
    height, mare = build_relief(rows, features)
    print(
        f"relief {time.monotonic() - started:.0f} s, {height.min():.0f} to {height.max():.0f} m, mare {mare.mean():.2f}"
    )
    write_height(height, folder / "height.png")
    write_slope(height, folder / "slope_cube.jpg")
    print(f"slopes {time.monotonic() - started:.0f} s")
    write_albedo(*build_albedo(2048, height, mare, features), folder / "albedo_cube.jpg")
    write_features(features, folder / "features.csv")
    print(f"albedo {time.monotonic() - started:.0f} s")
    for name in ("height.png", "slope_cube.jpg", "albedo_cube.jpg"):
        record(f"moon/{name}", recipe=RECIPE, sources=SOURCES, licence="MIT", note=MADE)
    record("moon/features.csv", recipe=RECIPE, sources=SOURCES[:1], licence="public domain (US government work)")


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features_csv", nargs="?", type=Path, default=FEATURES_CSV)
    parser.add_argument("--rows", type=int, default=4096, help="rows of the working map, a power of two")
    arguments = parser.parse_args()
    bake(arguments.features_csv, arguments.rows)


if __name__ == "__main__":
    main()
