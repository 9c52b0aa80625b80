"""A site on the turning Moon, and positions counted from it: along the way, aside, height.

Missions, powered flight. Along is the angle past the site on the great circle by which the craft comes (negative while
it is still to go), aside the angle off that circle, height over the site. All are in mean-Earth axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, unit
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.moon_axes import ROT_ME_FROM_PA, moon_rotation_rate_rad_s, rot_moon_me_from_icrf
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import SolveError

GROUND_STEP_S = 7200.0
SEARCH_STEP_S = 10.0


@dataclass(frozen=True, slots=True)
class Ground:
    """A site on the Moon: deg in mean-Earth axes, east-positive; m over the 1737.4 km sphere."""

    lat_deg: float
    lon_deg: float
    height_m: float = 0.0

    @property
    def up(self) -> FloatArray:
        """Its direction in mean-Earth axes, (3,)."""
        return position_on_sphere_km(np.deg2rad(self.lat_deg), np.deg2rad(self.lon_deg), 1.0)

    @property
    def radius_km(self) -> float:
        """Its distance from the Moon's centre."""
        return RADIUS_MOON_KM + 1e-3 * self.height_m


@dataclass(frozen=True, eq=False)
class OrbitState:
    """One state about the Moon: (3,) km and (3,) km/s, ICRF axes."""

    tdb_s: float
    position_km: FloatArray
    velocity_km_s: FloatArray


@dataclass(frozen=True, eq=False)
class SiteAxes:
    """Rows in mean-Earth axes: up at the site, the way ahead there, the normal of that plane."""

    ground: Ground
    rows: FloatArray

    @classmethod
    def through(cls, ground: Ground, state: OrbitState) -> SiteAxes:
        """Return the axes of the great circle through a site and the place below a state."""
        place, speed = fixed_from_icrf(np.array([state.tdb_s]), state.position_km[None], state.velocity_km_s[None])
        flown = np.cross(place[0], speed[0])
        across = np.cross(unit(place[0]), ground.up)
        # Straight above the site only the speed tells a plane.
        normal = flown - (flown @ ground.up) * ground.up if np.linalg.norm(across) < 1e-6 else across
        normal = unit(normal) * (1.0 if flown @ normal > 0.0 else -1.0)
        return cls(ground, np.stack([ground.up, np.cross(normal, ground.up), normal]))

    def coordinates(self, state: OrbitState) -> tuple[FloatArray, FloatArray]:
        """Return (along rad, aside rad, height km) and their rates, (3,) each."""
        place, speed = fixed_from_icrf(np.array([state.tdb_s]), state.position_km[None], state.velocity_km_s[None])
        (x, y, z), (u, v, w) = self.rows @ place[0], self.rows @ speed[0]
        radius = float(np.linalg.norm(place))
        level = np.hypot(x, y)
        climb = float(place[0] @ speed[0]) / radius
        value = np.array([np.arctan2(y, x), np.arcsin(z / radius), radius - self.ground.radius_km])
        return value, np.array([(x * v - y * u) / level**2, (w * radius - z * climb) / (radius * level), climb])

    def arc(
        self, name: str, kind: str, provenance: Provenance, tdb_s: FloatArray, value: FloatArray, rate: FloatArray
    ) -> Arc:
        """Return an arc from (along, aside, height) and their rates, (3, n) each, at epochs (n,)."""
        (along, aside, _), radius = value, self.ground.radius_km + value[2]
        ca, sa, cb, sb = np.cos(along), np.sin(along), np.cos(aside), np.sin(aside)
        outward = np.stack([cb * ca, cb * sa, sb], axis=-1)
        ahead, off = np.stack([-sa, ca, 0.0 * ca], axis=-1), np.stack([-sb * ca, -sb * sa, cb], axis=-1)
        place = radius[:, None] * outward
        speed = (
            rate[2][:, None] * outward + (radius * cb * rate[0])[:, None] * ahead + (radius * rate[1])[:, None] * off
        )
        return _icrf_arc(name, kind, provenance, tdb_s, place @ self.rows, speed @ self.rows)


def spin_rad_s(tdb_s: FloatArray) -> FloatArray:
    """Return the Moon's angular velocity in mean-Earth axes, (..., 3) rad/s."""
    return np.asarray(moon_rotation_rate_rad_s(tdb_s) @ ROT_ME_FROM_PA.T)


def fixed_from_icrf(
    tdb_s: FloatArray, position_km: FloatArray, velocity_km_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return place and speed over the turning ground in mean-Earth axes, (n, 3) each."""
    rot = rot_moon_me_from_icrf(tdb_s)
    place = np.einsum("nij,nj->ni", rot, position_km)
    return place, np.einsum("nij,nj->ni", rot, velocity_km_s) - np.cross(spin_rad_s(tdb_s), place)


def _icrf_arc(
    name: str, kind: str, provenance: Provenance, tdb_s: FloatArray, place: FloatArray, speed: FloatArray
) -> Arc:
    rot = rot_moon_me_from_icrf(tdb_s)
    moving = speed + np.cross(spin_rad_s(tdb_s), place)
    position, velocity = (np.einsum("nji,nj->ni", rot, part) for part in (place, moving))
    return Arc(name, MOON.naif_id, tdb_s, position, velocity, provenance, kind)


def stay(
    ground: Ground, start_tdb_s: float, end_tdb_s: float, provenance: Provenance, name: str = "on the Moon"
) -> Arc:
    """Return the arc of a craft that stands on a site."""
    count = max(3, round((end_tdb_s - start_tdb_s) / GROUND_STEP_S))
    tdb_s = np.linspace(start_tdb_s, end_tdb_s, count + 1)
    place = np.repeat((ground.radius_km * ground.up)[None], len(tdb_s), axis=0)
    return _icrf_arc(name, "surface", provenance, tdb_s, place, np.zeros_like(place))


def ground_offsets_km(orbit: Arc, ground: Ground, tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far ahead on the ground track a site is (negative: behind) and how far aside, (n,) km each.

    Aside counts towards the orbit's normal, on the sphere of the site.
    """
    position, velocity = orbit.table.evaluate(tdb_s)
    place, speed = fixed_from_icrf(tdb_s, position, velocity)
    below, normal = unit(place), unit(np.cross(place, speed))
    ahead = np.cross(normal, below)
    return (
        ground.radius_km * np.arctan2(ahead @ ground.up, below @ ground.up),
        ground.radius_km * np.arcsin(normal @ ground.up),
    )


def ignition_tdb_s(orbit: Arc, ground: Ground, to_go_km: float, near_tdb_s: float) -> float:
    """Return when the way along the ground track to a site is so long, nearest to an epoch.

    Raises
    ------
    SolveError
        If the arc never comes so near.
    """
    count = max(8, round((orbit.end_tdb_s - orbit.start_tdb_s) / SEARCH_STEP_S))
    tdb_s = np.linspace(orbit.start_tdb_s, orbit.end_tdb_s, count + 1)
    left = ground_offsets_km(orbit, ground, tdb_s)[0] - to_go_km
    # The way to go falls through the wanted one; half a revolution later it jumps from -pi to pi.
    found = np.flatnonzero((left[:-1] > 0.0) & (left[1:] <= 0.0))
    if len(found) == 0:
        raise SolveError(f"{orbit.name}: it is never {to_go_km:,.0f} km short of {ground.lat_deg}, {ground.lon_deg}")
    step = found[np.argmin(np.abs(tdb_s[found] - near_tdb_s))]
    low, high = float(tdb_s[step]), float(tdb_s[step + 1])
    for _ in range(60):
        middle = 0.5 * (low + high)
        is_short = ground_offsets_km(orbit, ground, np.array([middle]))[0][0] > to_go_km
        low, high = (middle, high) if is_short else (low, middle)
    return high


def passage(orbit: Arc, ground: Ground, near_tdb_s: float) -> tuple[float, float]:
    """Return when an orbit passes a site, nearest to an epoch, and how far aside (km, towards its normal)."""
    tdb_s = ignition_tdb_s(orbit, ground, 0.0, near_tdb_s)
    return tdb_s, float(ground_offsets_km(orbit, ground, np.array([tdb_s]))[1][0])
