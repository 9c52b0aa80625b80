"""Where things are and which way axes point at one epoch: what cameras and labels ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from visualizer.core import geometry
from visualizer.core.arrays import FloatArray, cross, length, perpendicular, unit
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_EARTH_POLE_KM, RADIUS_MOON_KM
from visualizer.core.relief import bundled_relief, drawn_height_km
from visualizer.core.sky import PLANETS, Sky
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission, Site
from visualizer.missions.flight_state import FlightState
from visualizer.model.attitude import lift_of_origin_km
from visualizer.model.places import ground_place_deg

CLEARANCE_KM = 0.002
HIGHEST_PEAK_KM = 11.0
ROUGH_KM = 6_000.0
OBLIQUITY_RAD = np.deg2rad(23.4392911)
EARTH_ID, MOON_ID = 399, 301


@dataclass(frozen=True)
class Around:
    """One epoch's geometry for cameras.

    Attributes
    ----------
    sky : bodies now
    missions : the shown missions by id
    flights : their craft now, by mission id
    ghosts : flights that never were, by id: place relative to the Earth, position and velocity about their own centre
    """

    sky: Sky
    missions: dict[str, Mission]
    flights: dict[str, FlightState]
    ghosts: dict[str, tuple[FloatArray, FloatArray, FloatArray]] = field(default_factory=dict)

    def focus_position_km(self, focus: str) -> FloatArray:
        """Return the focus relative to the Earth, ICRF, km."""
        if focus == "earth":
            return np.zeros(3)
        if focus == "moon":
            return self.sky.moon_pos_km
        if focus == "system":
            return self.sky.moon_pos_km * 0.5
        kind, _, name = focus.partition(":")
        if kind == "craft" and name in self.flights:
            return self._craft_position_km(name)
        if kind == "ghost" and name in self.ghosts:
            return self.ghosts[name][0]
        if kind == "site":
            return self.site_position_km(self._site(name))
        place = ground_place_deg(focus)
        if place is not None:
            return self.site_position_km(Site(focus, name, MOON_ID, *place, 0.0, "feature"))
        if kind == "body":
            return self._body_position_km(name)
        raise CommandError(f"focus {focus!r}: nothing of that name is shown")

    def _craft_position_km(self, name: str) -> FloatArray:
        """Return where a craft's model has its origin: above its path where it stands on its feet."""
        flight, mission = self.flights[name], self.missions.get(name)
        lift_km = lift_of_origin_km(mission, float(flight.own_tdb_s)) if mission is not None else 0.0
        return flight.pos_earth_km + flight.pos_moon_km * (lift_km / length(flight.pos_moon_km))

    def _body_position_km(self, name: str) -> FloatArray:
        if name == "sun":
            return self.sky.sun_pos_km
        for planet in PLANETS:
            if planet.name.lower() == name and planet.naif_id in self.sky.planet_pos_km:
                return self.sky.planet_pos_km[planet.naif_id]
        raise CommandError(f"focus 'body:{name}': unknown; one of sun, {', '.join(p.name.lower() for p in PLANETS)}")

    def _site(self, name: str) -> Site:
        mission_id, _, site_id = name.rpartition("/")
        mission = self.missions.get(mission_id)
        sites = [site for site in mission.sites if site.id == site_id] if mission else []
        if not sites:
            raise CommandError(f"site {name!r}: nothing of that name is shown")
        return sites[0]

    def site_position_km(self, site: Site, camera_pos_km: FloatArray | None = None) -> FloatArray:
        """Return where a site on the Earth or the Moon is now, relative to the Earth, ICRF, km.

        A place on the Moon without a published height stands on the drawn ground; seen by a camera from afar, on the
        sphere: there the difference is a tenth of a pixel, and the relief need not be read for it.
        """
        if site.body_id == EARTH_ID:
            on_earth = _on_earth_km(site.lat_deg, site.lon_deg, site.height_m * 1e-3)
            return np.asarray(self.sky.rot_itrs_from_icrf.T @ on_earth)
        height_km = site.height_m * 1e-3
        if height_km == 0.0:
            is_far = camera_pos_km is not None and length(camera_pos_km - self.sky.moon_pos_km) > ROUGH_KM
            height_km = 0.0 if is_far else drawn_height_km(site.lat_deg, site.lon_deg)
        fixed = _on_moon_km(site.lat_deg, site.lon_deg, height_km)
        return np.asarray(self.sky.moon_pos_km + self.sky.rot_me_from_icrf.T @ fixed)

    def site_positions_km(self, sites: Sites, camera_pos_km: FloatArray) -> FloatArray:
        """Return where sites are, (n, 3), those on the Earth first, as `site_position_km` for a camera."""
        if length(camera_pos_km - self.sky.moon_pos_km) <= ROUGH_KM:
            return np.array([self.site_position_km(site, camera_pos_km) for site in sites.sites])
        found = np.empty((len(sites.sites), 3))
        count = len(sites.on_earth_km)
        if count:
            found[:count] = sites.on_earth_km @ self.sky.rot_itrs_from_icrf
        if count < len(found):
            found[count:] = sites.on_moon_km @ self.sky.rot_me_from_icrf
            found[count:] += self.sky.moon_pos_km
        return found

    def rot_axes_from_icrf(self, axes: str, focus: str) -> FloatArray:
        """Return the camera's reference axes, (3, 3); row 2 is up, row 0 is azimuth zero."""
        if axes == "icrf":
            return np.eye(3)
        if axes == "ecliptic":
            c, s = np.cos(OBLIQUITY_RAD), np.sin(OBLIQUITY_RAD)
            return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
        if axes == "earth-fixed":
            return self.sky.rot_itrs_from_icrf
        if axes == "moon-fixed":
            return self.sky.rot_me_from_icrf
        return self._relative_axes(axes, focus)

    def _relative_axes(self, axes: str, focus: str) -> FloatArray:
        here = self.focus_position_km(focus)
        if axes == "sun":
            north = self.sky.rot_itrs_from_icrf[2] if focus == "earth" else self.sky.rot_me_from_icrf[2]
            return _axes(north, self.sky.sun_pos_km - here)
        if axes == "earth-moon":
            return _axes(cross(self.sky.moon_pos_km, self.sky.moon_vel_km_s), -self.sky.moon_pos_km)
        if axes == "orbit":
            return self._orbit_axes(focus)
        if axes == "rotating":
            return _axes(cross(self.sky.moon_pos_km, self.sky.moon_vel_km_s), self.sky.moon_pos_km)
        if axes in ("site", "site-earth"):
            up = here - self._centre_below(here)
            return _axes(up, self.sky.rot_me_from_icrf[2] if axes == "site" else -here)
        if axes.startswith("toward:"):
            return _axes_toward(self.focus_position_km(axes.partition(":")[2]) - here, self.sky.rot_me_from_icrf[2])
        raise CommandError(f"camera axes {axes!r}: unknown")

    def _orbit_axes(self, focus: str) -> FloatArray:
        kind, _, name = focus.partition(":")
        if kind == "ghost":
            _, up, velocity = self.ghosts[name]
            return _axes(up, -velocity)
        flight = self.flights[name]
        is_about_moon = bool(flight.is_about_moon)
        up = flight.pos_moon_km if is_about_moon else flight.pos_earth_km
        velocity = flight.vel_moon_km_s if is_about_moon else flight.vel_earth_km_s
        return _axes(up, -velocity)

    def _centre_below(self, position_km: FloatArray) -> FloatArray:
        to_moon = position_km - self.sky.moon_pos_km
        return self.sky.moon_pos_km if to_moon @ to_moon < position_km @ position_km else np.zeros(3)

    def above_ground(self, position_km: FloatArray) -> FloatArray:
        """Return a place, moved up to 2 m above the Earth's ellipsoid or the Moon's drawn relief if it was lower."""
        earth = (np.zeros(3), RADIUS_EARTH_EQUATOR_KM, self._earth_radius_km)
        moon = (self.sky.moon_pos_km, RADIUS_MOON_KM + HIGHEST_PEAK_KM, self._moon_radius_km)
        for centre, highest_km, radius_km in (earth, moon):
            offset = position_km - centre
            distance = length(offset)
            if distance < highest_km + CLEARANCE_KM:
                offset = offset if distance > 0.0 else np.array([0.0, 0.0, 1e-9])
                lowest = radius_km(offset) + CLEARANCE_KM
                if distance < lowest:
                    position_km = centre + offset * (lowest / float(np.linalg.norm(offset)))
        return position_km

    def _earth_radius_km(self, offset_km: FloatArray) -> float:
        sine = float(self.sky.rot_itrs_from_icrf[2] @ offset_km) / float(np.linalg.norm(offset_km))
        a, b = RADIUS_EARTH_EQUATOR_KM, RADIUS_EARTH_POLE_KM
        return float(a * b / np.sqrt(b * b * (1.0 - sine * sine) + a * a * sine * sine))

    def _moon_radius_km(self, offset_km: FloatArray) -> float:
        lat, lon = geometry.spherical_subpoint(self.sky.rot_me_from_icrf @ offset_km)
        return RADIUS_MOON_KM + float(bundled_relief().height_km(lat, lon))


@dataclass(frozen=True, eq=False, slots=True)
class Sites:
    """Places on the ground that are named, those on the Earth first; where they are as from afar is worked out once.

    Attributes
    ----------
    on_earth_km, on_moon_km : (n, 3) in each body's own axes
    """

    sites: tuple[Site, ...]
    on_earth_km: FloatArray
    on_moon_km: FloatArray

    @classmethod
    def of(cls, sites: Iterable[Site]) -> Sites:
        every = tuple(sites)
        on_earth = [site for site in every if site.body_id == EARTH_ID]
        on_moon = [site for site in every if site.body_id != EARTH_ID]
        earth_km, moon_km = (np.array([_far_site(one) for one in some]).reshape(-1, 3) for some in (on_earth, on_moon))
        return cls((*on_earth, *on_moon), earth_km, moon_km)


def _far_site(site: Site) -> FloatArray:
    place = _on_earth_km if site.body_id == EARTH_ID else _on_moon_km
    return place(site.lat_deg, site.lon_deg, site.height_m * 1e-3)


@lru_cache(maxsize=512)
def _on_earth_km(lat_deg: float, lon_deg: float, height_km: float) -> FloatArray:
    """Return a place on the Earth, (3,) km, Earth-fixed axes."""
    return geometry.earth_position_itrs_km(np.deg2rad(lat_deg), np.deg2rad(lon_deg), height_km)


@lru_cache(maxsize=512)
def _on_moon_km(lat_deg: float, lon_deg: float, height_km: float) -> FloatArray:
    """Return a place on the Moon, (3,) km, Moon-fixed axes."""
    return geometry.position_on_sphere_km(np.deg2rad(lat_deg), np.deg2rad(lon_deg), RADIUS_MOON_KM + height_km)


def _axes_toward(direction: FloatArray, up: FloatArray) -> FloatArray:
    """Return right-handed axes: row 0 along `direction`, row 2 as near `up` as that allows."""
    x = unit(direction)
    y = cross(up, x)
    y = unit(y) if np.linalg.norm(y) > 1e-9 else perpendicular(x)
    return np.stack([x, y, cross(x, y)])


def _axes(up: FloatArray, toward: FloatArray) -> FloatArray:
    """Return right-handed axes: row 2 along `up`, row 0 as near `toward` as that allows."""
    z = up / length(up)
    y = cross(z, toward)
    if length(y) <= 1e-9 * length(toward):
        y = perpendicular(z)
    y = y / length(y)
    return np.array([cross(y, z), y, z])
