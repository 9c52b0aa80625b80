"""Further measures of a flight, for facts about planes, distances and speeds: `inclination:loi`, `plane:landing:site`.

Missions, by facts. They belong to the list in `tracking.measuring`; about which body they are follows from where the
craft is: about the Moon within its influence, about the Earth elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from visualizer.core.arrays import norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import MOON_INFLUENCE_KM, RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.elements import Elements
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import position_on_sphere_km
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions import measures as m
from visualizer.missions.catalogue import Mission

CLOSEST_S, CLOSEST_STEP_S = 43200.0, 60.0
LIMB_S, LIMB_STEP_S = 5400.0, 20.0


def epoch_of(mission: Mission, where: str) -> float:
    """Return the epoch of an event or burn, or of a text in UTC."""
    if where[:2] in ("19", "20"):
        return tdb_s_from_utc_text(where)
    events = {event.id: event.tdb_s for event in mission.events}
    return events[where] if where in events else mission.burn(where).start_tdb_s


def _is_at_moon(mission: Mission, tdb_s: float) -> bool:
    return float(norm(mission.trajectory.state_km(tdb_s, MOON.naif_id)[0])) < MOON_INFLUENCE_KM


def _orbit(mission: Mission, where: str) -> tuple[Elements, float]:
    """Return the osculating conic about the nearer body, to its own equator, and that body's radius."""
    tdb_s = epoch_of(mission, where)
    if _is_at_moon(mission, tdb_s):
        return m.lunar_orbit(mission, tdb_s), RADIUS_MOON_KM
    return m.earth_orbit(mission, tdb_s), RADIUS_EARTH_EQUATOR_KM


def _inclination_deg(mission: Mission, where: str) -> float:
    return float(np.rad2deg(_orbit(mission, where)[0].inclination_rad))


def _node_deg(mission: Mission, where: str) -> float:
    """Return the longitude of the ascending node in the body's own axes of that epoch, deg."""
    return float(np.rad2deg(_orbit(mission, where)[0].node_rad))


def _period_min(mission: Mission, where: str) -> float:
    return float(2.0 * np.pi / _orbit(mission, where)[0].mean_motion_rad_s) / 60.0


def _mean_altitude_km(mission: Mission, where: str) -> float:
    """Return the semi-major axis less the body's radius, km."""
    orbit, radius = _orbit(mission, where)
    return float(orbit.semi_major_axis_km) - radius


def _osculating_km(mission: Mission, where: str, high: bool) -> float:
    orbit, radius = _orbit(mission, where)
    return float(orbit.apoapsis_radius_km if high else orbit.periapsis_radius_km) - radius


def _out_of_plane_deg(mission: Mission, where: str) -> float:
    """Return how far a site on the Moon is out of the orbit's plane at an epoch, deg."""
    event, _, site_id = where.rpartition(":")
    tdb_s, site = epoch_of(mission, event), m.site(mission, site_id)
    position, velocity = mission.trajectory.state_km(tdb_s, MOON.naif_id)
    axes = rot_moon_me_from_icrf(tdb_s)
    normal = unit(np.cross(rotate(axes, position), rotate(axes, velocity)))
    place = position_on_sphere_km(np.deg2rad(site.lat_deg), np.deg2rad(site.lon_deg), 1.0)
    return float(np.rad2deg(np.arcsin(normal @ place)))


def _speed_km_s(mission: Mission, where: str) -> float:
    """Return the speed about the nearer body, not turning with it, km/s."""
    tdb_s = epoch_of(mission, where)
    centre = MOON.naif_id if _is_at_moon(mission, tdb_s) else EARTH.naif_id
    return float(norm(mission.trajectory.state_km(tdb_s, centre)[1]))


def _range_moon_km(mission: Mission, where: str) -> float:
    return float(norm(mission.trajectory.state_km(epoch_of(mission, where), MOON.naif_id)[0]))


def _closest(mission: Mission, where: str, body_id: int) -> tuple[float, float]:
    """Return epoch and distance of the closest approach to a body near an event or a UTC, s and km."""
    about = epoch_of(mission, where)
    first, last = mission.trajectory.span_tdb_s
    epochs = np.arange(max(about - CLOSEST_S, first), min(about + CLOSEST_S, last), CLOSEST_STEP_S)
    away = norm(mission.trajectory.state_km(epochs, body_id)[0])
    i = int(np.clip(np.argmin(away), 1, len(away) - 2))
    # A parabola through three samples finds the bottom to a fraction of the step.
    left, middle, right = (float(part) for part in away[i - 1 : i + 2])
    shift = 0.5 * (left - right) / (left - 2.0 * middle + right)
    return float(epochs[i] + shift * CLOSEST_STEP_S), middle - 0.25 * (left - right) * shift


def _furthest_earth(mission: Mission, where: str) -> tuple[float, float]:
    """Return epoch and size of the largest distance from the Earth's centre between two epochs, `a/b`, s and km."""
    first, last = (epoch_of(mission, one) for one in where.split("/"))
    epochs = np.linspace(first, last, 4000)
    away = norm(mission.trajectory.state_km(epochs, EARTH.naif_id)[0])
    i = int(np.clip(np.argmax(away), 1, len(away) - 2))
    left, middle, right = (float(part) for part in away[i - 1 : i + 2])
    shift = float(np.clip(0.5 * (left - right) / (left - 2.0 * middle + right), -1.0, 1.0))
    return float(epochs[i] + shift * (epochs[1] - epochs[0])), float(np.max(away))


def _limb(mission: Mission, where: str) -> float:
    """Return when the Moon's limb first or last touches the line to the Earth's centre, `first:event`, s.

    The search goes an hour and a half each way from the event; the ground counts as a sphere.
    """
    which, _, event = where.partition(":")
    epochs = epoch_of(mission, event) + np.arange(-LIMB_S, LIMB_S, LIMB_STEP_S)
    place = mission.trajectory.state_km(epochs, MOON.naif_id)[0]
    earth = bundled_ephemeris().position_km(EARTH.naif_id, MOON.naif_id, epochs)
    ahead = unit(earth - place)
    along = -np.einsum("ni,ni->n", place, ahead)
    clear = np.where(along > 0.0, norm(place + along[:, None] * ahead), norm(place)) - RADIUS_MOON_KM
    edges = np.flatnonzero(np.sign(clear[1:]) != np.sign(clear[:-1]))
    i = int(edges[0 if which == "first" else -1])
    return float(epochs[i] + LIMB_STEP_S * clear[i] / (clear[i] - clear[i + 1]))


MORE_EPOCHS: dict[str, Callable[[Mission, str], float]] = {
    "closest-moon": lambda mission, where: _closest(mission, where, MOON.naif_id)[0],
    "furthest-earth-time": lambda mission, where: _furthest_earth(mission, where)[0],
    "limb": _limb,
}
MORE_MEASURES: dict[str, Callable[[Mission, str], float]] = {
    "inclination": _inclination_deg,
    "node": _node_deg,
    "period": _period_min,
    "mean-altitude": _mean_altitude_km,
    "periapsis": lambda mission, where: _osculating_km(mission, where, False),
    "apoapsis": lambda mission, where: _osculating_km(mission, where, True),
    "plane": _out_of_plane_deg,
    "speed": _speed_km_s,
    "range-moon": _range_moon_km,
    "closest-moon-height": lambda mission, where: _closest(mission, where, MOON.naif_id)[1] - RADIUS_MOON_KM,
    "furthest-earth": lambda mission, where: _furthest_earth(mission, where)[1],
}
