"""Cut the Moon's orientation to 1970-2040 and the Earth's daily table: `python -m visualizer.bake.orientation`.

The Moon: DE421 principal axes from the package lunarsky (a binary PCK of Chebyshev angles). The Earth: IERS
final and predicted values from astropy-iers-data, with the 1962- series below the start of the finals.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import astropy_iers_data
import lunarsky
import numpy as np
import spiceypy
from astropy.utils.iers import IERS_A, IERS_B
from jplephem.daf import DAF

from visualizer.bake.manifest import ASSETS, record
from visualizer.core.arrays import FloatArray

MOON_NAME = "orientation/moon_pa_de421_1970_2040.bpc"
EARTH_NAME = "orientation/earth_iers.npz"
SECONDS = (-946857600.0, 1262390400.0)


def cut_moon_pck(source: Path, target: Path) -> None:
    """Copy the Chebyshev records that cover the span into a new binary PCK."""
    target.unlink(missing_ok=True)
    with source.open("rb") as file:
        daf = DAF(file)
        _, values = next(iter(daf.summaries()))
        body, axes, _, first, last = (int(v) for v in values[2:])
        start_s, interval_s, size, count = daf.read_array(last - 3, last)
        records = np.array(daf.read_array(first, last - 4)).reshape(int(count), int(size))
    low = int((SECONDS[0] - start_s) // interval_s)
    high = int(-(-(SECONDS[1] - start_s) // interval_s))
    kept = records[low:high]
    degree = (int(size) - 2) // 3 - 1
    handle = spiceypy.pckopn(str(target), "DE421 Moon PA 1970-2040", 0)
    begin_s = start_s + low * interval_s
    end_s = begin_s + len(kept) * interval_s
    reference = spiceypy.frmnam(axes)
    spiceypy.pckw02(
        handle, body, reference, begin_s, end_s, "DE421 Moon PA", interval_s, len(kept), degree,
        np.ascontiguousarray(kept[:, 2:]).reshape(-1), begin_s,
    )  # fmt: skip
    spiceypy.pckcls(handle)


def earth_table() -> dict[str, FloatArray]:
    """Return daily MJD, UT1 - TAI and pole coordinates, 1962 to the end of the predictions."""
    data = Path(astropy_iers_data.__file__).parent / "data"
    series, recent = IERS_B.open(str(data / "eopc04.1962-now")), IERS_A.open(str(data / "finals2000A.all"))
    # The series C04 is the reference where it goes; the bulletins' rapid and predicted values follow it.
    last = float(series["MJD"][-1].value)
    is_later = (recent["MJD"].value > last) & np.isfinite(np.asarray(recent["UT1_UTC"].value))
    parts = [(series, np.ones(len(series), dtype=bool)), (recent, is_later)]
    mjd, ut1_utc, pole_x, pole_y = (
        np.concatenate([np.asarray(table[name].value)[kept] for table, kept in parts])
        for name in ("MJD", "UT1_UTC", "PM_x", "PM_y")
    )
    arcsec = np.pi / 648000.0
    return {
        "mjd_utc": mjd,
        "ut1_minus_tai_s": ut1_utc - _tai_minus_utc_s(mjd),
        "pole_x_rad": pole_x * arcsec,
        "pole_y_rad": pole_y * arcsec,
    }


def _tai_minus_utc_s(mjd_utc: FloatArray) -> FloatArray:
    import erfa

    tai1, tai2, _ = erfa.ufunc.utctai(2400000.5, mjd_utc)
    # A UTC day with a leap second is stretched, so count whole days: at 0 h both dates are exact.
    return np.asarray(((tai1 - 2400000.5) + (tai2 - mjd_utc)) * 86400.0)


def write_npz(path: Path, arrays: dict[str, FloatArray]) -> None:
    """Write an .npz whose bytes depend on the arrays alone (no times of day inside)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(values), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def main() -> None:
    """Write both files and their lines in the manifest."""
    (ASSETS / "orientation").mkdir(exist_ok=True)
    pck = Path(lunarsky.__file__).parent / "data" / "pck" / "moon_pa_de421_1900-2050.bpc"
    cut_moon_pck(pck, ASSETS / MOON_NAME)
    write_npz(ASSETS / EARTH_NAME, earth_table())
    recipe = "python -m visualizer.bake.orientation"
    record(
        MOON_NAME,
        recipe=recipe,
        sources=["JPL DE421 lunar libration, moon_pa_de421_1900-2050.bpc (NAIF), from the PyPI package lunarsky"],
        licence="NAIF kernel, free use",
    )
    record(
        EARTH_NAME,
        recipe=recipe,
        sources=["IERS EOP 14 C04 and finals2000A.all, from the PyPI package astropy-iers-data"],
        licence="IERS data, free use with citation",
    )


if __name__ == "__main__":
    main()
