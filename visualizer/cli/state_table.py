"""States of a flight as rows: what `perilune state` prints.

Command line layer. Epochs are worked through in batches, so that a million rows need no more memory than ten
thousand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from visualizer.cli.texts import positive, require_in_flight, utc_of
from visualizer.core.arrays import FloatArray, rotate
from visualizer.core.constants import EARTH_ROTATION_RAD_S
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.geometry import velocity_in_rotating_axes_km_s
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s
from visualizer.core.sky import Sky, sky_at
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import flight_state

CENTERS: Final = ("earth", "moon")
AXES: Final = ("icrf", "moon-fixed", "earth-fixed")
ROWS_MAX: Final = 1_000_000
STEP_DEFAULT_S: Final = 60.0
BATCH: Final = 4_000
SLACK_S: Final = 1e-4
RATE_STEP_S: Final = 30.0


def epochs_between(mission: Mission, start_tdb_s: float, end_tdb_s: float | None, step_s: float | None) -> FloatArray:
    """Return the epochs asked for, ends included where the step meets them.

    Raises
    ------
    CommandError
        If the step is not above zero, the end is before the start, or there would be over a million rows.
    EpochRangeError
        If an epoch lies outside the flight.
    """
    if end_tdb_s is None:
        if step_s is not None:
            raise CommandError("--step: needs --until")
        return np.array([start_tdb_s])
    step = positive("--step", STEP_DEFAULT_S if step_s is None else step_s, 1e-3, 1e9)
    if end_tdb_s < start_tdb_s:
        raise CommandError(f"--until {utc_of(end_tdb_s)}: is before the start, {utc_of(start_tdb_s)}")
    require_in_flight(mission, end_tdb_s, utc_of(end_tdb_s))
    # TDB runs up to a few microseconds apart from UTC within days; the end still counts as met.
    count = math.floor((end_tdb_s - start_tdb_s + SLACK_S) / step) + 1
    if count > ROWS_MAX:
        raise CommandError(f"--step {step:g}: {count:,} rows are more than {ROWS_MAX:,}; take a longer step")
    return np.minimum(start_tdb_s + step * np.arange(count), mission.trajectory.span_tdb_s[1])


def state_rows(mission: Mission, epochs_tdb_s: FloatArray, center: str | None, axes: str) -> Iterator[dict[str, Any]]:
    """Work the rows out, batch by batch.

    Parameters
    ----------
    center : 'earth' or 'moon' for vectors, altitude, latitude and longitude; None: whichever the craft is about
    axes : one of `AXES`; velocity is as seen in them, so rotating axes take their rotation out

    Raises
    ------
    CommandError
        If center or axes are others.
    """
    if center is not None and center not in CENTERS:
        raise CommandError(f"--center {center!r}: one of {', '.join(CENTERS)}")
    if axes not in AXES:
        raise CommandError(f"--axes {axes!r}: one of {', '.join(AXES)}")
    for first in range(0, len(epochs_tdb_s), BATCH):
        yield from _batch(mission, epochs_tdb_s[first : first + BATCH], center, axes)


def _batch(mission: Mission, epochs: FloatArray, center: str | None, axes: str) -> Iterator[dict[str, Any]]:
    sky = sky_at(epochs)
    flight = flight_state(mission.trajectory, epochs, sky=sky, about=center or "auto")
    is_moon = flight.is_about_moon
    position = np.where(is_moon[:, np.newaxis], flight.pos_moon_km, flight.pos_earth_km)
    velocity = np.where(is_moon[:, np.newaxis], flight.vel_moon_km_s, flight.vel_earth_km_s)
    position, velocity = _in_axes(position, velocity, sky, axes)
    sigma = mission.trajectory.sigma_km(epochs)
    arcs = mission.trajectory.arcs
    for i, arc in enumerate(mission.trajectory.arc_index(epochs)):
        yield {
            "utc": utc_of(float(epochs[i])),
            "tdb_s": float(epochs[i]),
            "center": "moon" if is_moon[i] else "earth",
            "axes": axes,
            "position_km": position[i].tolist(),
            "velocity_km_s": velocity[i].tolist(),
            "altitude_km": float(flight.altitude_km[i]),
            "lat_deg": math.degrees(flight.lat_rad[i]),
            "lon_deg": (math.degrees(flight.lon_rad[i]) + 180.0) % 360.0 - 180.0,
            "range_earth_km": float(flight.range_earth_km[i]),
            "range_moon_km": float(flight.range_moon_km[i]),
            "provenance": arcs[int(arc)].provenance.value,
            "sigma_km": sigma[i].tolist(),
        }


def _in_axes(position: FloatArray, velocity: FloatArray, sky: Sky, axes: str) -> tuple[FloatArray, FloatArray]:
    if axes == "icrf":
        return position, velocity
    if axes == "moon-fixed":
        rot = sky.rot_me_from_icrf
        spin = rotate(ROT_ME_FROM_PA, moon_rotation_rate_rad_s(sky.tdb_s))
        turned = rotate(rot, position)
        return turned, velocity_in_rotating_axes_km_s(turned, rotate(rot, velocity), spin)
    rot = sky.rot_itrs_from_icrf
    return rotate(rot, position), rotate(rot, velocity) + rotate(_earth_axes_rate(sky.tdb_s), position)


def _earth_axes_rate(tdb_s: FloatArray) -> FloatArray:
    """Return the time derivative of the rotation to Earth-fixed axes, (n, 3, 3) 1/s.

    Notes
    -----
    From the rotation 30 s before and after, so that precession, nutation and polar motion are in it; the chord of
    a turn is shorter than its arc by sin(x)/x. At the Moon's distance this is good to 1e-6 km/s.
    """
    half_turn = EARTH_ROTATION_RAD_S * RATE_STEP_S
    chord = rot_itrs_from_icrf(tdb_s + RATE_STEP_S) - rot_itrs_from_icrf(tdb_s - RATE_STEP_S)
    return np.asarray(chord / (2.0 * RATE_STEP_S) * (half_turn / math.sin(half_turn)))
