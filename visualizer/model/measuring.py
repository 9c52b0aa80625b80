"""Measuring between any two things: range, range rate, speed, light time, angle, line of sight, way over the ground.

Model, pure. Positions are geometric, of one instant, as everywhere in the picture. Bodies are smooth where they could
stand in the way: the Earth's ellipsoid, the spheres of Moon and Sun; hills are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core import geometry, shadow
from visualizer.core.arrays import FloatArray, angle_between_rad, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_EARTH_POLE_KM, RADIUS_MOON_KM, RADIUS_SUN_KM
from visualizer.core.geodesic import arc_on_earth, arc_on_sphere
from visualizer.core.sky import Sky, sky_at
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.model.ghosts import Ghost
from visualizer.model.things import CAMERA, Stage, ThingState, state_of, title_of

IntArray = npt.NDArray[np.intp]
SEPARATOR: Final = " | "
# A craft within this height over a body has a point below it, for ways over the ground.
NEAR_GROUND_KM: Final = 20_000.0
# An end that stands on the ground is taken to see all that is above its horizon.
SKIM: Final = 1.0 - 1e-9
BLOCKERS: Final = {0: "", EARTH.naif_id: "Earth", MOON.naif_id: "Moon", SUN.naif_id: "Sun"}


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: from, to, seen from; names of things. `is_pinned`: said in the picture and charted."""

    first: str
    second: str
    third: str = "earth"
    is_pinned: bool = False

    @property
    def text(self) -> str:
        """As it is saved: `craft:luna-25 | station:Bear Lakes | earth`."""
        return SEPARATOR.join((self.first, self.second, self.third))


def measure_of_text(text: str) -> Measure:
    """Return a measure as it was saved; raise `CommandError` where it is none."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (2, 3) or not all(parts):
        raise CommandError(f"measure {text!r}: write FROM | TO or FROM | TO | SEEN-FROM")
    return Measure(parts[0], parts[1], parts[2] if len(parts) == 3 else "earth")


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured, at one epoch or many, shapes (...); NaN where it does not exist.

    Attributes
    ----------
    tdb_s : epochs, TDB s past J2000
    range_km, range_rate_km_s, speed_km_s : distance, its rate, and the relative speed
    light_s : light time over the distance, geometric
    angle_rad : between the two as seen from the third
    blocked_by : SPICE id of the body in the line of sight, 0 where it is free, -1 where one of the two does not exist
    ground_km, azimuth_rad : shortest way over the ground from the first to the second and the direction it sets out
        in, from north over east; from the point below where one of them flies within 20,000 km of that body
    elevation_rad, other_elevation_rad : of the second over the first's horizon, and of the first over the second's
    """

    tdb_s: FloatArray
    range_km: FloatArray
    range_rate_km_s: FloatArray
    speed_km_s: FloatArray
    light_s: FloatArray
    angle_rad: FloatArray
    blocked_by: IntArray
    ground_km: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    other_elevation_rad: FloatArray


@dataclass(frozen=True, slots=True)
class MeasureQuantity:
    """What of a measure can be charted: key, title, unit, whether a logarithmic axis suits it."""

    key: str
    title: str
    unit: str
    is_log: bool
    of: Callable[[Measured], FloatArray]


MEASURE_QUANTITIES: Final = (
    MeasureQuantity("range", "Range", "km", True, lambda m: m.range_km),
    MeasureQuantity("range_rate", "Range rate", "km/s", False, lambda m: m.range_rate_km_s),
    MeasureQuantity("speed", "Relative speed", "km/s", False, lambda m: m.speed_km_s),
    MeasureQuantity("light_time", "Light time", "s", True, lambda m: m.light_s),
    MeasureQuantity("angle", "Angle between them", "deg", False, lambda m: np.rad2deg(m.angle_rad)),
    MeasureQuantity("sight", "Line of sight", "1 free, 0 blocked", False,
                    lambda m: np.where(m.blocked_by < 0, np.nan, (m.blocked_by == 0).astype(np.float64))),
    MeasureQuantity("ground", "Way over the ground", "km", True, lambda m: m.ground_km),
    MeasureQuantity("elevation", "Elevation of the second at the first", "deg", False,
                    lambda m: np.rad2deg(m.elevation_rad)),
)  # fmt: skip


def measure_series(
    measure: Measure, missions: Mapping[str, Mission] | Sequence[Mission], epochs: FloatArray,
    ghosts: Mapping[str, Ghost] | None = None,
) -> Measured:  # fmt: skip
    """Measure along some epochs, for charts.

    Parameters
    ----------
    measure : what; as seen from the camera there is no angle
    missions : loaded ones, by id or in any order
    epochs : (n,) TDB seconds past J2000; craft that do not fly then give NaN

    Raises
    ------
    CommandError
        If one of the things is not there.
    """
    by_id = missions if isinstance(missions, Mapping) else {mission.id: mission for mission in missions}
    tdb_s = np.asarray(epochs, dtype=np.float64)
    return measured(measure, Stage(sky_at(tdb_s), by_id, ghosts or {}))


def measured(measure: Measure, stage: Stage, camera_pos_km: FloatArray | None = None) -> Measured:
    """Measure at the stage's epochs.

    Parameters
    ----------
    camera_pos_km : (3,) relative to the Earth, ICRF axes, for angles as seen from the camera
    """
    first, second = state_of(measure.first, stage), state_of(measure.second, stage)
    sight, drift = second.pos_km - first.pos_km, second.vel_km_s - first.vel_km_s
    away = norm(sight)
    rate = np.where(away > 0.0, np.einsum("...i,...i->...", sight, drift) / np.where(away > 0.0, away, 1.0), 0.0)
    ground, azimuth = ground_way(first, second, stage.sky)
    return Measured(
        tdb_s=stage.sky.tdb_s,
        range_km=away,
        range_rate_km_s=np.where(np.isnan(away), np.nan, rate),
        speed_km_s=norm(drift),
        light_s=geometry.light_time_s(away),
        angle_rad=_angle(measure, first, second, stage, camera_pos_km),
        blocked_by=blocked_by(first, second, stage.sky),
        ground_km=ground,
        azimuth_rad=azimuth,
        elevation_rad=_elevation(first, second, stage.sky),
        other_elevation_rad=_elevation(second, first, stage.sky),
    )


def _angle(
    measure: Measure, first: ThingState, second: ThingState, stage: Stage, camera_pos_km: FloatArray | None
) -> FloatArray:
    if measure.third == CAMERA:
        if camera_pos_km is None:
            return np.full(np.shape(first.pos_km)[:-1], np.nan)
        place = camera_pos_km
    else:
        place = state_of(measure.third, stage).pos_km
    one, other = first.pos_km - place, second.pos_km - place
    is_there = (norm(one) > 0.0) & (norm(other) > 0.0)
    return np.where(is_there, angle_between_rad(one, other), np.nan)


def blocked_by(first: ThingState, second: ThingState, sky: Sky) -> IntArray:
    """Return the SPICE id of the body that stands between two things, 0 where none does, -1 where one is missing.

    Of several the first one's nearest counts. A body does not hide its own centre, nor what stands on it and sees
    above its own horizon.
    """
    found = np.zeros(np.shape(first.pos_km)[:-1], dtype=np.intp)
    nearest = np.full(found.shape, np.inf)
    bodies = ((EARTH, RADIUS_EARTH_EQUATOR_KM), (MOON, RADIUS_MOON_KM), (SUN, RADIUS_SUN_KM))
    for body, radius in bodies:
        if any(end.is_centre and end.body_id == body.naif_id for end in (first, second)):
            continue
        centre = sky.body_pos_km(body.naif_id)
        one, other = first.pos_km - centre, second.pos_km - centre
        if body is EARTH:
            one, other = _rounded(one, sky), _rounded(other, sky)
        least = np.minimum(radius, np.minimum(norm(one), norm(other))) * SKIM
        is_hidden = shadow.is_occulted(one, other, least) & (norm(one) < nearest)
        found[is_hidden] = body.naif_id
        nearest = np.where(is_hidden, norm(one), nearest)
    found[np.isnan(norm(first.pos_km - second.pos_km))] = -1
    return found


def _rounded(pos_earth_km: FloatArray, sky: Sky) -> FloatArray:
    """Return places in Earth-fixed axes, stretched along the pole so that the ellipsoid becomes a sphere."""
    fixed = rotate(sky.rot_itrs_from_icrf, pos_earth_km)
    return np.asarray(fixed * np.array([1.0, 1.0, RADIUS_EARTH_EQUATOR_KM / RADIUS_EARTH_POLE_KM]))


def _elevation(here: ThingState, there: ThingState, sky: Sky) -> FloatArray:
    """Return the elevation of a thing over the horizon of a place; NaN where `here` does not stand on a body."""
    if here.stands_on is None:
        return np.full(np.shape(here.pos_km)[:-1], np.nan)
    up_fixed = geometry.position_on_sphere_km(here.lat_rad, here.lon_rad, 1.0)
    rot = sky.rot_itrs_from_icrf if here.stands_on == EARTH.naif_id else sky.rot_me_from_icrf
    up = np.einsum("...ji,j->...i", rot, up_fixed)
    sight = there.pos_km - here.pos_km
    return np.where(norm(sight) > 0.0, geometry.elevation_rad(sight, up), np.nan)


def ground_way(first: ThingState, second: ThingState, sky: Sky) -> tuple[FloatArray, FloatArray]:
    """Return the way over the ground, km, and its first azimuth, rad; NaN where the two have no ground in common."""
    nothing = np.full(np.shape(first.pos_km)[:-1], np.nan)
    body_id = first.stands_on or second.stands_on
    if body_id is None or any(end.is_centre or end.stands_on not in (None, body_id) for end in (first, second)):
        return nothing, nothing
    lat, lon = _below(first, body_id, sky)
    other_lat, other_lon = _below(second, body_id, sky)
    if body_id == EARTH.naif_id:
        return arc_on_earth(lat, lon, other_lat, other_lon)
    return arc_on_sphere(lat, lon, other_lat, other_lon, RADIUS_MOON_KM)


def _below(thing: ThingState, body_id: int, sky: Sky) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude of a place, or of the point below what flies near the body; NaN far from it."""
    shape = np.shape(thing.pos_km)[:-1]
    if thing.stands_on is not None:
        return np.full(shape, thing.lat_rad), np.full(shape, thing.lon_rad)
    offset = thing.pos_km - sky.body_pos_km(body_id)
    if body_id == EARTH.naif_id:
        known = np.where(np.isnan(offset), 0.0, offset) + np.where(np.isnan(offset), 1e4, 0.0)
        lat, lon, height = geometry.earth_geodetic(rotate(sky.rot_itrs_from_icrf, known))
    else:
        lat, lon = geometry.spherical_subpoint(rotate(sky.rot_me_from_icrf, offset))
        height = norm(offset) - RADIUS_MOON_KM
    is_near = (height < NEAR_GROUND_KM) & ~np.isnan(offset[..., 0])
    return np.where(is_near, lat, np.nan), np.where(is_near, lon, np.nan)


def sight_unit(first: ThingState, second: ThingState) -> FloatArray:
    """Return the direction from the first thing to the second, (..., 3), ICRF axes."""
    return unit(second.pos_km - first.pos_km)


# -- in words ---------------------------------------------------------------------------------------------


def distance_text(km: float) -> str:
    """Write a distance with as many digits as make sense."""
    if not np.isfinite(km):
        return "–"
    if abs(km) < 1.0:
        return f"{km * 1000.0:,.1f} m"
    return f"{km:,.3f} km" if abs(km) < 1000.0 else f"{km:,.1f} km"


def speed_text(km_s: float) -> str:
    """Write a speed or a rate."""
    if not np.isfinite(km_s):
        return "–"
    return f"{km_s * 1000.0:,.3f} m/s" if abs(km_s) < 0.01 else f"{km_s:,.4f} km/s"


def light_text(seconds: float) -> str:
    """Write a light time."""
    if not np.isfinite(seconds):
        return "–"
    if seconds < 0.1:
        return f"{seconds * 1000.0:,.4f} ms"
    return f"{seconds:,.4f} s" if seconds < 120.0 else f"{seconds / 60.0:,.3f} min"


def angle_text(rad: float) -> str:
    """Write an angle in degrees, or in seconds of arc where it is small."""
    if not np.isfinite(rad):
        return "–"
    deg = float(np.rad2deg(rad))
    return f"{deg:,.3f}°" if abs(deg) >= 0.01 else f'{deg * 3600.0:,.2f}"'


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A line of a measure: name, value, what exactly is meant."""

    name: str
    value: str
    help: str


def measure_rows(measure: Measure, values: Measured, titles: tuple[str, str, str]) -> list[MeasureRow]:
    """Return every line of a measure at one epoch, always the same ones in the same order."""
    first, second, third = titles
    return [
        MeasureRow("Range", distance_text(float(values.range_km)), f"From {first} to {second}, geometric"),
        MeasureRow("Range rate", speed_text(float(values.range_rate_km_s)), "How fast the range grows"),
        MeasureRow("Relative speed", speed_text(float(values.speed_km_s)), "Length of the difference of velocities"),
        MeasureRow("Light time", light_text(float(values.light_s)), "One way, geometric"),
        MeasureRow("Angle", angle_text(float(values.angle_rad)), f"Between the two as seen from {third}"),
        MeasureRow("Line of sight", sight_text(int(values.blocked_by)), "Past smooth bodies; hills are not counted"),
        MeasureRow("Elevation", _elevation_text(values), f"Over the horizon at {first}, and at {second}"),
        MeasureRow("Over the ground", distance_text(float(values.ground_km)),
                   "Shortest way over the sphere or ellipsoid, from the point below what flies"),
        MeasureRow("Azimuth", angle_text(float(values.azimuth_rad)), f"In which that way leaves {first}, from north"),
    ]  # fmt: skip


def _elevation_text(values: Measured) -> str:
    parts = [angle_text(float(e)) for e in (values.elevation_rad, values.other_elevation_rad) if np.isfinite(e)]
    return ", ".join(parts) or "–"


def sight_text(body_id: int) -> str:
    """Say what stands in the way."""
    if body_id < 0:
        return "–"
    return f"blocked by the {BLOCKERS[body_id]}" if body_id else "free"


def hud_text(measure: Measure, values: Measured, missions: Mapping[str, Mission], ghosts: Mapping[str, Ghost]) -> str:
    """Return the line that a pinned measure has in the picture."""
    names = " – ".join(title_of(key, missions, ghosts) for key in (measure.first, measure.second))
    if not np.isfinite(values.range_km):
        return f"{names}: not in flight"
    blocked = int(values.blocked_by)
    sight = f", behind the {BLOCKERS[blocked]}" if blocked > 0 else ""
    rate = float(values.range_rate_km_s)
    return f"{names}: {distance_text(float(values.range_km))}, {'+' if rate >= 0.0 else ''}{speed_text(rate)}{sight}"
