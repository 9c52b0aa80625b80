"""Bake the Moon: `python -m visualizer.bake.moon [lunar_features.csv] [--rows N] [--only albedo]`.

Layer: bake. No imagery or terrain is used: the Moon is made by recipe from names, places, sizes and published laws,
and says so.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .cubemap import face_directions, sample_equirect, save_image, srgb_encode
from .manifest import ASSETS, record
from .moon_albedo import build_albedo, coloured
from .moon_features import FEATURES_CSV, Feature, load_features, write_features
from .moon_grid import Field, to_rows
from .moon_horizon import globe_strip, polar_strip
from .moon_polar import PATCH_PX, STEP_KM
from .moon_relief import Relief, build_relief, pin_globe
from .moon_slope import code_slope, face_slope
from .moon_south import build_south, with_margin

RECIPE = "python -m visualizer.bake.moon"
SOURCES = [
    "IAU/USGS Gazetteer of Planetary Nomenclature, May 2026 (names, places, diameters)",
    "Pike 1977 (crater shapes); Head et al. 2010 and Robbins 2019 (crater counts)",
    "tables of basins, seas and rays in visualizer/bake/moon_features.py and moon_rays.py",
]
TONES = "tables of shores and soils in visualizer/bake/moon_shores.py, moon_soils.py and moon_albedo.py"
MADE = "made by recipe from published facts and laws, not measured: no imagery or terrain data"
HEIGHT_STEP_M = 2.0
HORIZON_QUALITY = 83
ALBEDO = "albedo_cube.jpg"
FILES = ("height.png", "slope_cube.jpg", ALBEDO, "south_height.png", "horizon_cube.jpg", "south_horizon.jpg")


def write_height(height_m: Field, path: Path) -> None:
    """Write a 16-bit map: metres = 0.5 value - 10,000, rounded to `HEIGHT_STEP_M`."""
    rounded = np.rint(height_m / HEIGHT_STEP_M) * HEIGHT_STEP_M
    value = np.clip((rounded + 10000) / 0.5, 0, 65535).astype(np.uint16)
    save_image(value, path, compress_level=9)


def write_albedo(albedo: Field, blueness: Field, path: Path, size_px: int) -> None:
    """Write the colour cube: sRGB code of albedo over 0.30."""
    faces = []
    for i_face in range(6):
        direction = face_directions(i_face, size_px)
        sampled = [sample_equirect(field, direction, order=order) for field, order in ((albedo, 3), (blueness, 1))]
        faces.append(np.rint(255 * srgb_encode(coloured(*sampled))).astype(np.uint8))
    save_image(np.concatenate(faces), path, quality=91, subsampling=2)


def write_slope(height_m: Field, path: Path, size_px: int) -> None:
    """Write the slope cube."""
    faces = [code_slope(face_slope(height_m, i_face, size_px)) for i_face in range(6)]
    save_image(np.concatenate(faces), path, quality=76, subsampling=0)


def write_horizons(height_m: Field, south_m: Field, step_km: float, folder: Path, size_px: int) -> None:
    """Write the horizons of the globe and of the polar patch, as seen over the heights that are shipped."""
    save_image(globe_strip(height_m, size_px), folder / "horizon_cube.jpg", quality=HORIZON_QUALITY)
    wide, margin = with_margin(south_m, height_m, step_km)
    save_image(
        polar_strip(wide / np.float32(1000), step_km, margin), folder / "south_horizon.jpg", quality=HORIZON_QUALITY
    )


def build_heights(rows: int, features: list[Feature]) -> tuple[Relief, Field]:
    """Return the globe, with the polar patch laid into it and brought to the pinned heights, and the patch, m."""
    started, coarser = time.monotonic(), 4096 // rows
    relief = build_relief(rows, features)
    south = build_south(relief, PATCH_PX // coarser, STEP_KM * coarser)
    pin_globe(relief.height_m)
    lowest, highest = relief.height_m.min(), relief.height_m.max()
    print(
        f"heights, {lowest:.0f} to {highest:.0f} m, mare {relief.mare.mean():.2f}: {time.monotonic() - started:.0f} s"
    )
    return relief, south


def bake(features_csv: Path, rows: int, folder: Path) -> None:
    """Make every file of the Moon that comes from this recipe; with fewer rows than 4096, all of it coarser."""
    started, features, coarser = time.monotonic(), load_features(features_csv), 4096 // rows
    folder.mkdir(parents=True, exist_ok=True)

    def told(what: str) -> None:
        print(f"{what}: {time.monotonic() - started:.0f} s", flush=True)

    relief, south = build_heights(rows, features)
    shipped = to_rows(relief.height_m, rows // 2)
    write_height(shipped, folder / "height.png")
    write_height(south, folder / "south_height.png")
    write_slope(relief.height_m, folder / "slope_cube.jpg", rows // 2)
    told("heights and slopes written")
    write_albedo(*build_albedo(rows, relief, features), folder / ALBEDO, rows // 2)
    told("albedo")
    write_horizons(shipped, south, STEP_KM * coarser, folder, rows // 8)
    write_features(features, folder / "features.csv")
    told("horizons")


def bake_albedo(features_csv: Path, rows: int, folder: Path) -> None:
    """Make the colour cube alone, as `bake` makes it, over heights that are worked out but not written."""
    features = load_features(features_csv)
    relief, _ = build_heights(rows, features)
    write_albedo(*build_albedo(rows, relief, features), folder / ALBEDO, rows // 2)


def record_all(names: Sequence[str] = FILES) -> None:
    """Enter files into the manifest, and the features where all are."""
    for name in names:
        sources = [*SOURCES, TONES] if name == ALBEDO else SOURCES
        record(f"moon/{name}", recipe=RECIPE, sources=sources, licence="MIT", note=MADE)
    if names == FILES:
        record("moon/features.csv", recipe=RECIPE, sources=SOURCES[:1], licence="public domain (US government work)")


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features_csv", nargs="?", type=Path, default=FEATURES_CSV)
    parser.add_argument("--rows", type=int, default=4096, help="rows of the working map, a power of two")
    parser.add_argument("--folder", type=Path, default=ASSETS / "moon", help="where to write; elsewhere for trials")
    parser.add_argument("--only", choices=("albedo",), help="one file alone, the others left as they are")
    arguments = parser.parse_args()
    (bake_albedo if arguments.only else bake)(arguments.features_csv, arguments.rows, arguments.folder)
    if arguments.folder == ASSETS / "moon":
        record_all((ALBEDO,) if arguments.only else FILES)


if __name__ == "__main__":
    main()
