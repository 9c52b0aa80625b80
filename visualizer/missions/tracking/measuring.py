"""What a flight says of a fact, by the words that the fact names: `duration:loi`, `periapsis-after:tli`.

Missions, tracking. Words are `what:where`, where `where` is a burn, an event or an epoch; epochs are TDB seconds past
J2000, other results are in the unit that the name of the measure implies.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, norm
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.missions import measures as m
from visualizer.missions.by_facts.more_measures import MORE_EPOCHS, MORE_MEASURES
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import flight_state

EARTH_MEAN_RADIUS_KM = 6371.0
Measure = Callable[[Mission, str], float]


def measured(mission: Mission, words: str) -> float:
    """Return what the flight says, in the unit of the fact.

    Raises
    ------
    KeyError
        If there is no such measure.
    """
    what, _, where = words.partition(":")
    return _MEASURES[what](mission, where)


def _epoch(mission: Mission, where: str) -> float:
    """Return the epoch of an event or burn, or of a text in UTC."""
    if where[:2] in ("19", "20"):
        return tdb_s_from_utc_text(where)
    events = {event.id: event.tdb_s for event in mission.events}
    return events[where] if where in events else mission.burn(where).start_tdb_s


def _middle(mission: Mission, where: str) -> float:
    burn = mission.burn(where)
    return 0.5 * (burn.start_tdb_s + burn.end_tdb_s)


def _between_s(mission: Mission, where: str) -> float:
    first, last = (_epoch(mission, one) for one in where.split(":"))
    return last - first


def _height_km(mission: Mission, where: str) -> float:
    state = flight_state(mission.trajectory, _epoch(mission, where), about="moon")
    return float(state.altitude_km) - _ground_km(mission)


def _ground_km(mission: Mission) -> float:
    """Return the height of the landing place, by which heights in a landing are counted."""
    heights = [site.height_m for site in mission.sites if site.kind == "landing" and site.body_id == MOON.naif_id]
    return 1e-3 * heights[0] if heights else 0.0


def _ground_speeds(mission: Mission, where: str) -> tuple[float, float]:
    """Return speed over the turning Moon and sink rate, km/s."""
    state = flight_state(mission.trajectory, _epoch(mission, where), about="moon")
    place, speed = state.pos_moon_fixed_km, state.vel_moon_fixed_km_s
    climb = float(np.dot(place, speed) / np.linalg.norm(place))
    return float(np.sqrt(max(float(np.dot(speed, speed)) - climb**2, 0.0))), -climb


def _place_deg(mission: Mission, where: str) -> tuple[float, float]:
    state = flight_state(mission.trajectory, _epoch(mission, where), about="moon")
    return float(np.rad2deg(state.lat_rad)), float(np.rad2deg(state.lon_rad))


def _ground_km_between(mission: Mission, where: str) -> float:
    first, last = (_place_deg(mission, one) for one in where.split(":"))
    return m.distance_on_moon_km(first, last)


def _site_distance_km(mission: Mission, where: str) -> float:
    first, last = (m.site(mission, one) for one in where.split(":"))
    return m.distance_on_moon_km((first.lat_deg, first.lon_deg), (last.lat_deg, last.lon_deg))


def _range_earth_km(mission: Mission, where: str) -> float:
    return m.range_earth_km(mission, _epoch(mission, where))


def _crossing(epochs: FloatArray, values: FloatArray) -> float:
    """Return the first epoch at which values rise through zero, or NaN."""
    up = np.flatnonzero((values[:-1] < 0.0) & (values[1:] >= 0.0))
    if not len(up):
        return float("nan")
    i = int(up[0])
    share = values[i] / (values[i] - values[i + 1])
    return float(epochs[i] + share * (epochs[i + 1] - epochs[i]))


def _influence(mission: Mission, where: str) -> float:
    """Return when the craft comes within the Moon's influence, near an event."""
    epochs = _epoch(mission, where) + np.arange(-86400.0, 86400.0, 120.0)
    away = norm(mission.trajectory.state_km(epochs, MOON.naif_id)[0])
    return _crossing(epochs, MOON_INFLUENCE_KM - away)


def _range_passed(mission: Mission, where: str) -> float:
    """Return when a height over the mean Earth is first passed."""
    first, last = mission.trajectory.span_tdb_s
    epochs = np.arange(first, last, 300.0)
    away = norm(mission.trajectory.state_km(epochs, EARTH.naif_id)[0])
    return _crossing(epochs, away - EARTH_MEAN_RADIUS_KM - float(where))


def _hidden(mission: Mission, where: str) -> float:
    """Return the first or last moment at which the Moon hides the Earth's centre, near the closest approach."""
    epochs = _epoch(mission, "closest") + np.arange(-7200.0, 7200.0, 5.0)
    hidden = np.flatnonzero(flight_state(mission.trajectory, epochs).is_earth_occulted)
    return float(epochs[hidden[0 if where == "first" else -1]])


def _mean_height_km(mission: Mission, where: str, high: bool) -> float:
    """Return a mean osculating height between two epochs, km."""
    texts = where[:19], where[20:]
    first, last = (tdb_s_from_utc_text(text) for text in texts)
    epochs = np.arange(first, last, 60.0)
    orbit = m.lunar_orbit(mission, epochs)
    return float(np.mean(orbit.apoapsis_radius_km if high else orbit.periapsis_radius_km)) - RADIUS_MOON_KM


def _path_length_km(mission: Mission, where: str) -> float:
    first, last = (_epoch(mission, one) for one in where.split(":"))
    epochs = np.linspace(first, last, 20000)
    place = mission.trajectory.state_km(epochs, EARTH.naif_id)[0]
    return float(np.sum(norm(np.diff(place, axis=0))))


def _revolutions(mission: Mission, where: str) -> float:
    """Return how often the Moon is circled between two events, or until the end of the flight."""
    first, last = (_epoch(mission, one) for one in where.split(":"))
    last = min(last, mission.trajectory.span_tdb_s[1])
    place = mission.trajectory.state_km(np.linspace(first, last, 2 + round((last - first) / 120.0)), MOON.naif_id)[0]
    return float(np.sum(angle_between_rad(place[1:], place[:-1])) / (2.0 * np.pi))


def _passes(mission: Mission, where: str) -> float:
    """Return how often the craft comes nearest to the Moon between two events, without the first two hours."""
    first, last = (_epoch(mission, one) for one in where.split(":"))
    away = norm(mission.trajectory.state_km(np.arange(first + 7200.0, last, 300.0), MOON.naif_id)[0])
    return float(np.sum((away[1:-1] < away[:-2]) & (away[1:-1] <= away[2:])))


def _on_branch(mission: Mission, where: str) -> float:
    """Measure on a branch: `branch:module:event:raise`."""
    branch_id, _, words = where.partition(":")
    return measured(mission.along(mission.branch(branch_id)), words)


def _propellant_left_kg(mission: Mission, where: str) -> float:
    loaded, burn_id = where.split(":")
    first, last = mission.burns[0], mission.burn(burn_id)
    return float(loaded) - (first.mass_before_kg - last.mass_after_kg)


_EPOCHS: dict[str, Measure] = {
    "event": _epoch,
    "start": lambda mission, where: mission.burn(where).start_tdb_s,
    "middle": _middle,
    "influence": _influence,
    "range-passed": _range_passed,
    "hidden": _hidden,
} | MORE_EPOCHS
_MEASURES: dict[str, Measure] = (
    _EPOCHS
    | MORE_MEASURES
    | {
        "duration": lambda mission, where: mission.burn(where).duration_s,
        "delta-v": lambda mission, where: mission.burn(where).delta_v_m_s,
        "thrust": lambda mission, where: mission.burn(where).thrust_n,
        "propellant": lambda mission, where: mission.burn(where).mass_before_kg - mission.burn(where).mass_after_kg,
        "propellant-left": _propellant_left_kg,
        "mass-before": lambda mission, where: mission.burn(where).mass_before_kg,
        "mass-after": lambda mission, where: mission.burn(where).mass_after_kg,
        "periapsis-before": lambda mission, where: mission.burn(where).periapsis_before_km,
        "apoapsis-before": lambda mission, where: mission.burn(where).apoapsis_before_km,
        "periapsis-after": lambda mission, where: mission.burn(where).periapsis_after_km,
        "apoapsis-after": lambda mission, where: mission.burn(where).apoapsis_after_km,
        "mean-periapsis": lambda mission, where: _mean_height_km(mission, where, False),
        "mean-apoapsis": lambda mission, where: _mean_height_km(mission, where, True),
        "between": _between_s,
        "between-h": lambda mission, where: _between_s(mission, where) / 3600.0,
        "height": _height_km,
        "height-at": _height_km,
        "ground-speed": lambda mission, where: _ground_speeds(mission, where)[0],
        "ground-speed-at": lambda mission, where: _ground_speeds(mission, where)[0],
        "sink": lambda mission, where: _ground_speeds(mission, where)[1],
        "ground-speed-m-s": lambda mission, where: 1e3 * _ground_speeds(mission, where)[0],
        "sink-m-s": lambda mission, where: 1e3 * _ground_speeds(mission, where)[1],
        "latitude": lambda mission, where: _place_deg(mission, where)[0],
        "longitude": lambda mission, where: _place_deg(mission, where)[1],
        "ground": _ground_km_between,
        "distance": _site_distance_km,
        "range-earth": _range_earth_km,
        "path-length": _path_length_km,
        "revolutions": _revolutions,
        "passes": _passes,
        "branch": _on_branch,
    }
)
