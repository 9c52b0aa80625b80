"""Bake the star catalogue: `python -m visualizer.bake.stars [bright_stars.csv]`.

Layer: bake. Directions are the J2000 places of the Yale Bright Star Catalogue as unit vectors; its FK5 axes differ
from the ICRF by less than 0.1 arcsecond, far below a pixel.
"""

from __future__ import annotations

import argparse
import csv
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import AssetError

from .cubemap import direction_of_lat_lon
from .manifest import ASSETS, record

STARS_CSV = Path(__file__).resolve().parents[3] / "shared" / "facts" / "bright_stars.csv"
UNKNOWN_TEMPERATURE_K = 6600.0  # nearly white, for the few stars without a colour index


def write_npz(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Write arrays as a compressed .npz whose bytes depend on nothing but the arrays.

    Parameters
    ----------
    path : file to write
    arrays : name to array; entries are written in this order with a fixed date
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())


def read_stars(path: Path = STARS_CSV) -> dict[str, NDArray[np.generic]]:
    """Return the catalogue as arrays, brightest first.

    Returns
    -------
    dict of `dir_icrf_unit` (n, 3) float32, `v_mag` (n,) float32, `temperature_k` (n,) float32 K
        (`UNKNOWN_TEMPERATURE_K` where the table has none), `hr` (n,) int32,
    `name` (n,) unicode, empty where a star has none

    Raises
    ------
    AssetError
        If the table is not there.
    """
    if not path.is_file():
        raise AssetError(f"reading the star catalogue: {path} is absent; give the path of bright_stars.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (float(row["v_mag"]), int(row["hr"])))
    ra_deg = [float(row["ra_deg_j2000"]) for row in rows]
    dec_deg = [float(row["dec_deg_j2000"]) for row in rows]
    return {
        "dir_icrf_unit": direction_of_lat_lon(dec_deg, ra_deg).astype(np.float32),
        "v_mag": np.array([float(row["v_mag"]) for row in rows], np.float32),
        "temperature_k": np.array([float(row["temperature_k"] or UNKNOWN_TEMPERATURE_K) for row in rows], np.float32),
        "hr": np.array([int(row["hr"]) for row in rows], np.int32),
        "name": np.array([row["name"].strip() for row in rows]),
    }


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stars_csv", nargs="?", type=Path, default=STARS_CSV)
    stars = read_stars(parser.parse_args().stars_csv)
    write_npz(ASSETS / "stars" / "bright_stars.npz", stars)
    record(
        "stars/bright_stars.npz",
        recipe="python -m visualizer.bake.stars",
        sources=["Yale Bright Star Catalogue, 5th revised edition (Hoffleit and Warren 1991), to V 6.5"],
        licence="public domain (catalogue facts)",
    )
    print(f"{len(stars['hr'])} stars")


if __name__ == "__main__":
    main()
