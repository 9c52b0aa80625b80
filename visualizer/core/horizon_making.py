"""Work out how high the ground stands around every place: the horizon maps that decide cast shadows.

Core. The elevation of the horizon is the greatest elevation, seen from a place, of the ground along an azimuth, with
the Moon's curvature: ground at height h1 and arc theta away stands at
tan(e) = (h1 - h0) / ((R + h1) sin theta) - tan(theta / 2). Steps along a ray grow with the distance, and far steps
take the highest ground near them, so that no mountain falls between two. `core.horizon` reads what comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.cube_faces import face_directions
from visualizer.core.horizon import LOWEST_DEG, SPAN_DEG

Field = NDArray[np.float32]
# Called with a map, a width in texels, and whether columns go on around.
Smooth = Callable[[Field, float, bool], Field]
# Called with a global map and directions, (n, n, 3).
Sample = Callable[[Field, Field], Field]
# Called with the share that is done, 0 to 1; may raise to stop.
Progress = Callable[[float], None]
AZIMUTHS: Final = 16
REACH_KM: Final = 200.0


def highest_near(field: Field, width: int, *, wraps: bool = False) -> Field:
    """Return the highest value in the square of an odd width about each texel.

    Parameters
    ----------
    wraps : whether columns go on around; beyond other edges lies what lies at them
    """
    half = width // 2
    tall = np.pad(field, ((half, half), (0, 0)), mode="edge")
    wide = np.pad(tall, ((0, 0), (half, half)), mode="wrap" if wraps else "edge")
    return _highest_run(_highest_run(wide, width, 0), width, 1)


def _highest_run(field: Field, width: int, axis: int) -> Field:
    """Return the highest of each so many neighbours along an axis: runs of 1, 2, 4 ... are put together."""
    run, best = 1, field
    while run < width:
        step = min(run, width - run)
        n = best.shape[axis] - step
        best = np.maximum(best.take(range(n), axis), best.take(range(step, step + n), axis))
        run += step
    return best


def ray_steps(even_km: float, reach_km: float, growth: float, near_km: float = 0.0) -> NDArray[np.float64]:
    """Return distances along a ray from `near_km` on: even steps, then each longer than the last by `growth`."""
    steps = [max(even_km, near_km)]
    while steps[-1] < reach_km:
        steps.append(steps[-1] + max(even_km, growth * steps[-1]))
    return np.array(steps)


def horizon_elevation(
    height_km: NDArray[np.floating],
    step_km: float,
    azimuth_rad: float,
    *,
    margin_px: int = 0,
    every_px: int = 1,
    near_km: float = 0.0,
    reach_km: float = REACH_KM,
    is_polar: bool = False,
    raised: dict[int, Field] | None = None,
) -> Field:
    """Return the elevation of the horizon over a square map in the plane.

    Parameters
    ----------
    height_km : (n, n), km above the sphere of 1737.4 km, row 0 at the top
    step_km : km, spacing of the texels
    azimuth_rad : direction looked in, from up in the map toward its right
    margin_px : texels along each edge that rays may reach but for which no answer is wanted
    every_px : 1 for an answer at every texel, 2 for one at the middle of every two by two
    near_km : km, where rays begin: what lies nearer is left to the slope of the ground itself
    reach_km : km, how far rays go; what lies outside the map counts as not there
    is_polar : whether the map is polar stereographic, true to scale at its middle (else true everywhere)
    raised : keeps the highest ground near each texel, by width, between calls for the same heights

    Returns
    -------
    (m, m) float32, rad, m = (n - 2 margin_px) / every_px
    """
    ground = np.asarray(height_km, dtype=np.float32)
    n, half = ground.shape[0], 0.5 * (every_px - 1)
    first = np.arange(margin_px, n - margin_px, every_px) + half
    plane_km = (first - 0.5 * (n - 1)) * step_km
    here = _shifted(ground, margin_px, every_px, 0.0, 0.0, half)
    steps = ray_steps(step_km, reach_km, 0.03, near_km)
    best, last_km, width = np.full(here.shape, -np.inf, np.float32), steps[0] - step_km, 1
    raised = {} if raised is None else raised
    for range_km in steps:
        width = max(int((range_km - last_km) / step_km) | 1, width)
        if width not in raised:
            raised[width] = highest_near(ground, width) if width > 1 else ground
        last_km = range_km
        right, down = range_km * np.sin(azimuth_rad), -range_km * np.cos(azimuth_rad)
        if range_km > 12 * step_km:  # far off, whole texels will do, at their own distance
            right, down = (step_km * (np.rint(v / step_km - half) + half) for v in (right, down))
        there = _shifted(raised[width], margin_px, every_px, right / step_km, down / step_km, half)
        stretch = _stretch(plane_km, right, down) if is_polar else np.float32(1)
        arc = np.float32(np.hypot(right, down) / RADIUS_MOON_KM) / stretch
        tangent = (there - here) / (np.float32(RADIUS_MOON_KM) + there) / np.sin(arc) - np.tan(arc / 2)
        np.maximum(best, tangent, out=best, where=np.isfinite(tangent))
    return np.arctan(best)


def _stretch(plane_km: NDArray[np.float64], right_km: float, down_km: float) -> Field:
    """Return the scale of a polar stereographic map half-way along rays from every texel."""
    x2 = ((plane_km + 0.5 * right_km) / (2 * RADIUS_MOON_KM)).astype(np.float32) ** 2
    y2 = ((plane_km + 0.5 * down_km) / (2 * RADIUS_MOON_KM)).astype(np.float32) ** 2
    return 1 + x2[None, :] + y2[:, None]


def _shifted(ground: Field, margin: int, every: int, right_px: float, down_px: float, half: float) -> Field:
    """Return the ground moved by a part of a texel, bilinear, NaN where it lies off the map."""
    n = ground.shape[0]
    count = (n - 2 * margin) // every
    out = np.zeros((count, count), np.float32)
    top, left = margin + half + down_px, margin + half + right_px
    row_0, col_0 = int(np.floor(top + 1e-9)), int(np.floor(left + 1e-9))
    for i, row_share in ((0, 1 - top + row_0), (1, top - row_0)):
        for j, col_share in ((0, 1 - left + col_0), (1, left - col_0)):
            if row_share * col_share > 1e-6:
                out += np.float32(row_share * col_share) * _window(ground, row_0 + i, col_0 + j, every, count)
    return out


def _window(ground: Field, row_0: int, col_0: int, every: int, count: int) -> Field:
    """Return every so-many-th texel from a corner on, NaN where there is none."""
    rows, cols = row_0 + every * np.arange(count), col_0 + every * np.arange(count)
    n = ground.shape[0]
    if rows[0] >= 0 and rows[-1] < n and cols[0] >= 0 and cols[-1] < n:
        return ground[rows[0] : rows[-1] + 1 : every, cols[0] : cols[-1] + 1 : every]
    out = np.full((count, count), np.nan, np.float32)
    good_rows, good_cols = ((v >= 0) & (v < n) for v in (rows, cols))
    out[np.ix_(good_rows, good_cols)] = ground[np.ix_(rows[good_rows], cols[good_cols])]
    return out


def globe_horizon(height_m: Field, azimuth_rad: float, near_km: float = 0.0, reach_km: float = REACH_KM) -> Field:
    """Return the elevation of the horizon all over the Moon, on a map of half as many rows.

    Parameters
    ----------
    height_m : (rows, 2 rows), m, global map
    azimuth_rad : from north through east, local at each texel
    near_km, reach_km : km, where rays begin and end

    Returns
    -------
    (rows / 2, rows) float32, rad

    Notes
    -----
    From all places of one latitude, the end of a ray of given azimuth and length lies at one latitude and one
    difference of longitude, so each row is answered by whole rows moved sideways.
    """
    rows = height_m.shape[0]
    ground = height_m / np.float32(1000)
    near = _laid_thrice(ground)
    far = _laid_thrice(highest_near(ground, 3, wraps=True))
    steps = ray_steps(np.pi * RADIUS_MOON_KM / rows, reach_km, 0.04, near_km)
    here = _halved(ground)
    out = np.empty_like(here)
    for i in range(rows // 2):
        lat = np.pi * (0.5 - (i + 0.5) / (rows // 2))
        out[i] = _row_horizon((near, far), here[i], lat, azimuth_rad, steps)
    return np.arctan(out)


def _halved(field: Field) -> Field:
    """Return the means of two by two texels."""
    rows, cols = field.shape
    return np.asarray(field.reshape(rows // 2, 2, cols // 2, 2).mean(axis=(1, 3), dtype=np.float32))


def _laid_thrice(ground: Field) -> Field:
    return np.concatenate([ground, ground, ground], axis=1)


def _row_horizon(
    maps: tuple[Field, Field], here: Field, lat: float, azimuth: float, steps: NDArray[np.float64]
) -> Field:
    """Return the tangents of the horizon's elevation along one row."""
    rows, cols = maps[0].shape[0], maps[0].shape[1] // 3
    arc = steps / RADIUS_MOON_KM
    sine = np.sin(lat) * np.cos(arc) + np.cos(lat) * np.sin(arc) * np.cos(azimuth)
    turn = np.arctan2(np.sin(azimuth) * np.sin(arc) * np.cos(lat), np.cos(arc) - np.sin(lat) * sine)
    row = np.clip((0.5 - np.arcsin(np.clip(sine, -1, 1)) / np.pi) * rows - 0.5, 0, rows - 1.001)
    col = cols + 0.5 + turn / (2 * np.pi) * cols  # of the first texel of the halved map
    row_0, col_0 = np.floor(row).astype(int), np.floor(col).astype(int)
    down, right = (row - row_0).astype(np.float32), (col - col_0).astype(np.float32)
    best = np.full(here.shape, -np.inf, np.float32)
    for k in range(len(steps)):
        wide = maps[0] if steps[k] < 70 else maps[1]
        pair = wide[row_0[k] : row_0[k] + 2, col_0[k] : col_0[k] + cols]
        line = pair[0] + down[k] * (pair[1] - pair[0])
        there = line[::2] + right[k] * (line[1::2] - line[::2])
        tangent = (there - here) * np.float32(1 / (RADIUS_MOON_KM * np.sin(arc[k]))) - np.float32(np.tan(arc[k] / 2))
        np.maximum(best, tangent, out=best)
    return best


def code_elevation(elevation_rad: Field) -> NDArray[np.uint8]:
    """Return elevations as bytes."""
    share = np.clip((np.degrees(elevation_rad) - LOWEST_DEG) / SPAN_DEG, 0, 1)
    return np.asarray(np.rint(255 * np.sqrt(share)), dtype=np.uint8)


def _untold(_share: float) -> None:
    """Say nothing."""


def globe_strip(
    height_m: Field, size_px: int, smooth: Smooth, sample: Sample, told: Progress = _untold
) -> NDArray[np.uint8]:
    """Return the coded horizons of the globe on cube faces, azimuth after azimuth, six faces each, downward.

    Relief and answer are smoothed to what the faces' texels can hold.

    Parameters
    ----------
    height_m : (rows, 2 rows), m, global map
    size_px : of a face
    smooth, sample : how maps are smoothed and read between texels
    told : called before each azimuth with the share that is done
    """
    directions = [face_directions(i_face, size_px) for i_face in range(6)]
    ground = smooth(height_m, 1.0, True)
    near_km = 3 * np.pi * RADIUS_MOON_KM / (2 * len(ground))
    strip = []
    for k in range(AZIMUTHS):
        told(k / AZIMUTHS)
        elevation = smooth(globe_horizon(ground, 2 * np.pi * k / AZIMUTHS, near_km), 1.2, True)
        strip += [code_elevation(sample(elevation, direction)) for direction in directions]
    return np.concatenate(strip)


def polar_strip(
    height_km: Field, step_km: float, margin_px: int, every_px: int, smooth: Smooth, told: Progress = _untold
) -> NDArray[np.uint8]:
    """Return the coded horizons of a polar map, azimuth after azimuth downward, smoothed like the globe's.

    Parameters
    ----------
    height_km, step_km, margin_px, every_px : as `horizon_elevation` has them
    smooth, told : as `globe_strip`
    """
    ground, strip = smooth(height_km, 1.0, False), []
    raised: dict[int, Field] = {}
    for k in range(AZIMUTHS):
        told(k / AZIMUTHS)
        elevation = horizon_elevation(
            ground, step_km, 2 * np.pi * k / AZIMUTHS, margin_px=margin_px, every_px=every_px, near_km=3 * step_km,
            is_polar=True, raised=raised,
        )  # fmt: skip
        strip.append(code_elevation(smooth(elevation, 1.4, False)))
    return np.concatenate(strip)
