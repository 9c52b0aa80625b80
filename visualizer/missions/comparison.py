"""Missions side by side: figures of each, read off the shipped flights, with how each is known.

Missions. Every figure comes from the trajectory, the solved burns or the document. Where there is none it says why: the
flight does not have it (a flyby has no landing), or it is not known; never that it was not worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import norm, rotate
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM, S_PER_DAY
from visualizer.core.elements import Elements, elements_from_state
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Mission, Phase, SolvedBurn
from visualizer.missions.figures import (
    PUBLISHED,
    Cell,
    Figure,
    covered,
    known_at,
    known_epoch,
    known_over,
    lacks,
    merged,
)
from visualizer.missions.flight_state import flight_state

HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the comparison: key for machines, title and unit for people, decimals, how it is found."""

    key: str
    title: str
    unit: str
    decimals: int
    find: Callable[[Mission], Figure]

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def text_of(self, figure: Figure) -> str:
        """Write a figure as people read it; a dash where there is none."""
        value = figure.value
        if value is None:
            return "–"
        return value if isinstance(value, str) else f"{value:,.{self.decimals}f}"

    def text(self, mission: Mission) -> str:
        """Return a mission's figure as people read it."""
        return self.text_of(self.find(mission))


def comparison_rows(missions: list[Mission]) -> list[dict[str, Cell]]:
    """Return one dictionary for each mission: id, name and a value for each of `COLUMNS` by its key."""
    return [{"id": one.id, "name": one.name, **{c.key: c.find(one).value for c in COLUMNS}} for one in missions]


# ---------------------------------------------------------------- time

SHOWN_LATER = "the launch as published; the flight is shown from a later moment on"


def _launch_day(mission: Mission) -> Figure:
    launch = anchor_tdb_s(mission, "launch")
    if launch is None and mission.document.launch_utc is None:
        return Figure(None, reason="its flight is shown from a later moment on")
    if launch is None:
        launch = mission.launch_tdb_s
        return Figure(utc_text_from_tdb_s(launch)[:10], (PUBLISHED,), note=SHOWN_LATER, order=launch)
    return Figure(utc_text_from_tdb_s(launch)[:10], known_epoch(mission, launch), order=launch)


def _days(mission: Mission) -> Figure:
    """Return the days from launch to landing, impact or the last state that is known."""
    launch, end = anchor_tdb_s(mission, "launch"), _end(mission)
    if launch is None and mission.document.launch_utc is not None:
        basis = merged((PUBLISHED,), known_epoch(mission, end))
        return Figure((end - mission.launch_tdb_s) / S_PER_DAY, basis, note=SHOWN_LATER)
    start = mission.trajectory.span_tdb_s[0] if launch is None else launch
    note = "" if launch is not None else "from the first state that is shown"
    basis = merged(known_epoch(mission, start), known_epoch(mission, end))
    return Figure((end - start) / S_PER_DAY, basis, note=note)


def _end(mission: Mission) -> float:
    ends = [event.tdb_s for event in mission.events if event.kind in ("landing", "impact")]
    landing = anchor_tdb_s(mission, "landing")
    ends += [landing] if landing is not None else []
    return max(ends) if ends else mission.trajectory.span_tdb_s[1]


def _transfer_days(mission: Mission) -> Figure:
    begin, end = anchor_tdb_s(mission, "tli"), anchor_tdb_s(mission, "loi")
    if begin is None or end is None:
        return Figure(None, reason=lacks(mission, "tli", "loi"))
    return Figure((end - begin) / S_PER_DAY, merged(known_epoch(mission, begin), known_epoch(mission, end)))


# ---------------------------------------------------------------- burns


GROUPS: Final = {
    "departure": ("ascent", "parking", "injection"),
    "transfer": ("transfer",),
    "insertion": ("insertion", "flyby"),
    "orbit": ("orbit",),
    "descent": ("fall", "descent"),
}
RETURN: Final = "return"


def _group_of(mission: Mission, burn: SolvedBurn) -> str:
    """Return which part of the flight a burn belongs to; whatever follows a stay on the Moon is the return."""
    middle = 0.5 * (burn.start_tdb_s + burn.end_tdb_s)
    landing = anchor_tdb_s(mission, "landing")
    if landing is not None and middle > landing:
        return RETURN
    begun = [phase for phase in mission.phases if phase.start_tdb_s <= middle]
    kind = begun[-1].kind if begun else "transfer"
    return next((group for group, kinds in GROUPS.items() if kind in kinds), "transfer")


def _burns(mission: Mission, group: str = "") -> Figure:
    chosen = [burn for burn in mission.burns if not group or _group_of(mission, burn) == group]
    if not mission.burns:
        return Figure(None, reason="no burn of it is solved")
    basis = known_at(mission, (0.5 * (burn.start_tdb_s + burn.end_tdb_s) for burn in chosen))
    return Figure(float(len(chosen)), basis, note=", ".join(burn.name for burn in chosen))


def _delta_v(mission: Mission, group: str = "") -> Figure:
    """Return the velocity change of the solved burns of a part of the flight, or of all, m/s."""
    chosen = [burn for burn in mission.burns if not group or _group_of(mission, burn) == group]
    if not chosen:
        return Figure(None, reason="no burn is solved there" if mission.burns else "no burn of it is solved")
    basis = known_at(mission, (0.5 * (burn.start_tdb_s + burn.end_tdb_s) for burn in chosen))
    names = ", ".join(f"{burn.name} {burn.delta_v_m_s:,.1f} m/s" for burn in chosen)
    return Figure(float(np.sum([burn.delta_v_m_s for burn in chosen])), basis, note=names)


def _in(group: str) -> Callable[[Mission], Figure]:
    return lambda mission: _delta_v(mission, group)


def _heights(periapsis_km: float, apoapsis_km: float, basis: tuple[str, ...], note: str = "") -> Figure:
    return Figure(f"{periapsis_km:,.0f} x {apoapsis_km:,.0f}", basis, note=note, order=periapsis_km)


def _parking_orbit(mission: Mission) -> Figure:
    """Return perigee and apogee heights before the injection burn, km."""
    begin = anchor_tdb_s(mission, "tli")
    if begin is None:
        return Figure(None, reason=lacks(mission, "tli"))
    near = [burn for burn in mission.burns if abs(burn.start_tdb_s - begin) < HOUR_S]
    if not near:
        return Figure(None, reason="the injection burn is not solved")
    burn = min(near, key=lambda burn: abs(burn.start_tdb_s - begin))
    if not np.isfinite(burn.apoapsis_before_km):
        return Figure(None, reason="there was no closed orbit before the injection")
    return _heights(burn.periapsis_before_km, burn.apoapsis_before_km, known_at(mission, (burn.start_tdb_s - 1.0,)))


def _landing_mass(mission: Mission) -> Figure:
    """Return the mass after the last solved burn before landing or impact, or of all, kg."""
    end = anchor_tdb_s(mission, "landing")
    before = [burn for burn in mission.burns if end is None or burn.end_tdb_s <= end + 1.0]
    if not before:
        return Figure(None, reason="no burn of it is solved")
    last = before[-1]
    return Figure(last.mass_after_kg, known_at(mission, (last.start_tdb_s,)), note=f"after {last.name}")


def _launch_mass(mission: Mission) -> Figure:
    return Figure(mission.document.spacecraft.launch_mass_kg, (PUBLISHED,))


# ---------------------------------------------------------------- orbits


def _lunar_phases(mission: Mission) -> list[Phase]:
    found = []
    for phase in mission.phases:
        middle = covered(mission, np.array([0.5 * (phase.start_tdb_s + phase.end_tdb_s)]))
        if phase.kind == "orbit" and len(middle) and mission.trajectory.arc_at(middle[0]).centre_id == MOON.naif_id:
            found.append(phase)
    return found


def _late_orbit(mission: Mission) -> tuple[Elements, float] | None:
    """Return the orbit half a day before the last lunar orbit ends, or in its middle, and that epoch."""
    landing = anchor_tdb_s(mission, "landing")
    phases = [p for p in _lunar_phases(mission) if landing is None or p.start_tdb_s < landing]
    if not phases:
        return None
    last = phases[-1]
    tdb_s = max(last.end_tdb_s - 0.5 * S_PER_DAY, 0.5 * (last.start_tdb_s + last.end_tdb_s))
    known = covered(mission, np.array([tdb_s]))
    if not len(known):
        return None
    position, velocity = mission.trajectory.state_km(tdb_s, MOON.naif_id)
    axes = rot_moon_me_from_icrf(tdb_s)
    return elements_from_state(rotate(axes, position), rotate(axes, velocity), GM_MOON_LP165P_KM3_S2), tdb_s


def _inclination(mission: Mission) -> Figure:
    found = _late_orbit(mission)
    if found is None:
        return Figure(None, reason=f"{mission.name} was not in lunar orbit")
    orbit, tdb_s = found
    note = f"at {utc_text_from_tdb_s(tdb_s, separator=' ')[:16]} UTC"
    return Figure(float(np.rad2deg(orbit.inclination_rad)), known_at(mission, (tdb_s,)), note=note)


def _lunar_orbit(mission: Mission) -> Figure:
    found = _late_orbit(mission)
    if found is None:
        return Figure(None, reason=f"{mission.name} was not in lunar orbit")
    orbit, tdb_s = found
    note = f"at {utc_text_from_tdb_s(tdb_s, separator=' ')[:16]} UTC"
    low, high = (float(r) - RADIUS_MOON_KM for r in (orbit.periapsis_radius_km, orbit.apoapsis_radius_km))
    if not np.isfinite(high) or high < low:
        return Figure(None, reason=f"the orbit about the Moon was not closed {note}")
    return _heights(low, high, known_at(mission, (tdb_s,)), note)


def _lowest_perilune(mission: Mission) -> Figure:
    """Return the least height in lunar orbit or flyby, before the way down, km over the 1737.4 km sphere."""
    lowest, moment = np.inf, 0.0
    for phase in (phase for phase in mission.phases if phase.kind in ("orbit", "flyby", "insertion")):
        epochs = covered(mission, np.linspace(phase.start_tdb_s, phase.end_tdb_s, _samples(phase))[:-1])
        if len(epochs):
            away = norm(mission.trajectory.state_km(epochs, MOON.naif_id)[0])
            if float(away.min()) < lowest:
                lowest, moment = float(away.min()), float(epochs[int(np.argmin(away))])
    if not np.isfinite(lowest):
        return Figure(None, reason=lacks(mission, "loi"))
    note = f"on {utc_text_from_tdb_s(moment)[:10]}, over the sphere of 1,737.4 km"
    return Figure(lowest - RADIUS_MOON_KM, known_at(mission, (moment,)), note=note)


def _samples(phase: Phase) -> int:
    return int(np.clip((phase.end_tdb_s - phase.start_tdb_s) / 120.0, 100, 40_000))


def _orbit_days(mission: Mission) -> Figure:
    phases = _lunar_phases(mission)
    if not phases:
        return Figure(None, reason=f"{mission.name} was not in lunar orbit")
    seconds = sum(phase.end_tdb_s - phase.start_tdb_s for phase in phases)
    return Figure(seconds / S_PER_DAY, known_over(mission, phases[0].start_tdb_s, phases[-1].end_tdb_s))


def _farthest(mission: Mission) -> Figure:
    epochs = covered(mission, np.linspace(*mission.trajectory.span_tdb_s, 4000)[:-1])
    away = norm(mission.trajectory.state_km(epochs, EARTH.naif_id)[0])
    moment = float(epochs[int(np.argmax(away))])
    return Figure(float(away.max()), known_at(mission, (moment,)), note=f"on {utc_text_from_tdb_s(moment)[:10]}")


# ---------------------------------------------------------------- landing


def _ground(part: int) -> Callable[[Mission], Figure]:
    """Return what finds latitude, longitude or Sun elevation where it landed or fell on the Moon, deg."""

    def find(mission: Mission) -> Figure:
        end = anchor_tdb_s(mission, "landing")
        if end is None:
            return Figure(None, reason=lacks(mission, "landing"))
        first, last = mission.trajectory.span_tdb_s
        state = flight_state(mission.trajectory, min(max(end, first), last - 1e-3), about="moon")
        value = (state.lat_rad, state.lon_rad, state.sun_elevation_rad)[part]
        return Figure(float(np.rad2deg(value)), known_at(mission, (end - 1e-3,)))

    return find


def _ended(mission: Mission) -> Figure:
    """Return the last landing, impact or loss by name and day."""
    ends = [event for event in mission.events if event.kind in ("landing", "impact", "loss")]
    if ends:
        last = ends[-1]
        words = f"{last.title}, {utc_text_from_tdb_s(last.tdb_s)[:10]}"
        return Figure(words, known_epoch(mission, last.tdb_s), order=last.tdb_s)
    landing = anchor_tdb_s(mission, "landing")
    if landing is None:
        return Figure(None, reason="its flight goes on after what is shown")
    return Figure(f"Landing, {utc_text_from_tdb_s(landing)[:10]}", known_at(mission, (landing,)), order=landing)


def _outcome(mission: Mission) -> Figure:
    """Return the paragraph of the document; a plan came to nothing of its own."""
    if "/" in mission.id:
        return Figure(None, reason="it is part of a mission, and the outcome is that one's")
    words = " ".join(mission.document.outcome.split())
    return Figure(words, (PUBLISHED,)) if words else Figure(None, reason="the document does not say")


def _provenance(mission: Mission) -> Figure:
    kinds = known_over(mission, *mission.trajectory.span_tdb_s)
    return Figure(", ".join(kinds), kinds)


COLUMNS: Final[tuple[Column, ...]] = (
    Column("launch", "Launch", "", 0, _launch_day),
    Column("launch_mass_kg", "Mass at launch", "kg", 0, _launch_mass),
    Column("days", "Flight", "days", 1, _days),
    Column("transfer_days", "Transfer", "days", 2, _transfer_days),
    Column("burns", "Burns solved", "", 0, _burns),
    Column("delta_v_m_s", "Delta-v of solved burns", "m/s", 0, _delta_v),
    Column("delta_v_departure_m_s", "Delta-v to leave the Earth", "m/s", 0, _in("departure")),
    Column("delta_v_transfer_m_s", "Delta-v in transfer", "m/s", 1, _in("transfer")),
    Column("delta_v_insertion_m_s", "Delta-v of insertion", "m/s", 0, _in("insertion")),
    Column("delta_v_orbit_m_s", "Delta-v in lunar orbit", "m/s", 1, _in("orbit")),
    Column("delta_v_descent_m_s", "Delta-v of the way down", "m/s", 0, _in("descent")),
    Column("delta_v_return_m_s", "Delta-v after landing", "m/s", 0, _in(RETURN)),
    Column("parking_orbit_km", "Orbit before injection", "km", 0, _parking_orbit),
    Column("farthest_km", "Farthest from the Earth", "km", 0, _farthest),
    Column("lunar_orbit_km", "Last lunar orbit", "km", 0, _lunar_orbit),
    Column("inclination_deg", "Inclination to the Moon's equator", "deg", 1, _inclination),
    Column("perilune_km", "Lowest perilune", "km", 1, _lowest_perilune),
    Column("orbit_days", "In lunar orbit", "days", 2, _orbit_days),
    Column("landing_lat_deg", "Latitude of landing or impact", "deg", 3, _ground(0)),
    Column("landing_lon_deg", "Longitude of landing or impact", "deg", 3, _ground(1)),
    Column("sun_elevation_deg", "Sun at landing or impact", "deg", 1, _ground(2)),
    Column("landing_mass_kg", "Mass after the last solved burn before landing", "kg", 0, _landing_mass),
    Column("provenance", "How it is known", "", 0, _provenance),
    Column("ended", "Ended", "", 0, _ended),
    Column("outcome", "Outcome", "", 0, _outcome),
)
