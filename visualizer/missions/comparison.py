"""Missions side by side: one row of figures each, read off the shipped flights.

Missions. Every figure comes from the trajectory, the solved burns or the document; None means that the flight does
not have it (a flyby has no landing), never that it was not worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import rotate
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_MOON_KM, S_PER_DAY
from visualizer.core.elements import elements_from_state
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.missions.alignment import anchor_tdb_s
from visualizer.missions.catalogue import Mission, Phase, SolvedBurn
from visualizer.missions.flight_state import flight_state

Cell = float | str | None
HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the comparison: key for machines, title and unit for people, decimals, how it is found."""

    key: str
    title: str
    unit: str
    decimals: int
    of: Callable[[Mission], Cell]

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def text(self, mission: Mission) -> str:
        """Return the figure as people read it; a dash where there is none."""
        value = self.of(mission)
        if value is None:
            return "-"
        return value if isinstance(value, str) else f"{value:,.{self.decimals}f}"


def comparison_rows(missions: list[Mission]) -> list[dict[str, Cell]]:
    """Return one dictionary for each mission: id, name and a value for each of `COLUMNS` by its key."""
    return [{"id": one.id, "name": one.name, **{c.key: c.of(one) for c in COLUMNS}} for one in missions]


def _launch_day(mission: Mission) -> Cell:
    launch = anchor_tdb_s(mission, "launch")
    return None if launch is None else utc_text_from_tdb_s(launch)[:10]


def _days(mission: Mission) -> Cell:
    """Return the days from launch to landing, impact or the last state that is known."""
    launch = anchor_tdb_s(mission, "launch")
    start = mission.trajectory.span_tdb_s[0] if launch is None else launch
    return (_end(mission) - start) / S_PER_DAY


def _end(mission: Mission) -> float:
    ends = [event.tdb_s for event in mission.events if event.kind in ("landing", "impact")]
    return max(ends) if ends else mission.trajectory.span_tdb_s[1]


def _transfer_days(mission: Mission) -> Cell:
    begin, end = anchor_tdb_s(mission, "tli"), anchor_tdb_s(mission, "loi")
    return None if begin is None or end is None else (end - begin) / S_PER_DAY


def _burn_count(mission: Mission) -> Cell:
    return float(len(mission.burns)) if mission.burns else None


def _delta_v(mission: Mission, kinds: tuple[str, ...] | None = None) -> Cell:
    """Return the velocity change of the solved burns that begin in phases of some kinds, m/s."""
    chosen = [burn.delta_v_m_s for burn in mission.burns if kinds is None or _kind_of(mission, burn) in kinds]
    return float(np.sum(chosen)) if chosen else None


def _kind_of(mission: Mission, burn: SolvedBurn) -> str:
    middle = 0.5 * (burn.start_tdb_s + burn.end_tdb_s)
    return next((phase.kind for phase in mission.phases if phase.start_tdb_s <= middle <= phase.end_tdb_s), "")


def _in(*kinds: str) -> Callable[[Mission], Cell]:
    return lambda mission: _delta_v(mission, kinds)


def _parking_orbit(mission: Mission) -> Cell:
    """Return perigee and apogee heights before the injection burn, km."""
    begin = anchor_tdb_s(mission, "tli")
    burns = [burn for burn in mission.burns if begin is not None and abs(burn.start_tdb_s - begin) < HOUR_S]
    if begin is None or not burns:
        return None
    burn = min(burns, key=lambda burn: abs(burn.start_tdb_s - begin))
    if not np.isfinite(burn.apoapsis_before_km):
        return None
    return f"{burn.periapsis_before_km:,.0f} x {burn.apoapsis_before_km:,.0f}"


def _lunar_phases(mission: Mission) -> list[Phase]:
    return [
        phase
        for phase in mission.phases
        if phase.kind == "orbit"
        and mission.trajectory.arc_at(0.5 * (phase.start_tdb_s + phase.end_tdb_s)).centre_id == MOON.naif_id
    ]


def _inclination(mission: Mission) -> Cell:
    """Return the inclination to the Moon's equator half a day before the orbit ends, or in its middle, deg."""
    phases = _lunar_phases(mission)
    if not phases:
        return None
    last = phases[-1]
    tdb_s = max(last.end_tdb_s - 0.5 * S_PER_DAY, 0.5 * (last.start_tdb_s + last.end_tdb_s))
    position, velocity = mission.trajectory.state_km(tdb_s, MOON.naif_id)
    axes = rot_moon_me_from_icrf(tdb_s)
    orbit = elements_from_state(rotate(axes, position), rotate(axes, velocity), GM_MOON_LP165P_KM3_S2)
    return float(np.rad2deg(orbit.inclination_rad))


def _lowest_perilune(mission: Mission) -> Cell:
    """Return the least height in lunar orbit or flyby, before the way down, km over the 1737.4 km sphere."""
    phases = [phase for phase in mission.phases if phase.kind in ("orbit", "flyby", "insertion")]
    lowest = np.inf
    for phase in phases:
        epochs = np.linspace(phase.start_tdb_s, phase.end_tdb_s, _samples(phase))
        away = np.linalg.norm(mission.trajectory.state_km(epochs[:-1], MOON.naif_id)[0], axis=1)
        lowest = min(lowest, float(away.min()))
    return lowest - RADIUS_MOON_KM if np.isfinite(lowest) else None


def _samples(phase: Phase) -> int:
    return int(np.clip((phase.end_tdb_s - phase.start_tdb_s) / 120.0, 100, 40_000))


def _orbit_days(mission: Mission) -> Cell:
    phases = _lunar_phases(mission)
    return sum(phase.end_tdb_s - phase.start_tdb_s for phase in phases) / S_PER_DAY if phases else None


def _ground(mission: Mission) -> tuple[float, float, float] | None:
    """Return latitude, longitude and Sun elevation where it landed or fell on the Moon, deg."""
    end = anchor_tdb_s(mission, "landing")
    if end is None:
        return None
    first, last = mission.trajectory.span_tdb_s
    state = flight_state(mission.trajectory, min(max(end, first), last - 1e-3), about="moon")
    lat, lon, sun = (float(np.rad2deg(v)) for v in (state.lat_rad, state.lon_rad, state.sun_elevation_rad))
    return lat, lon, sun


def _ground_part(part: int) -> Callable[[Mission], Cell]:
    def of(mission: Mission) -> Cell:
        ground = _ground(mission)
        return None if ground is None else ground[part]

    return of


def _landing_mass(mission: Mission) -> Cell:
    """Return the mass after the last solved burn before landing or impact, or of all, kg."""
    end = anchor_tdb_s(mission, "landing")
    before = [burn for burn in mission.burns if end is None or burn.end_tdb_s <= end + 1.0]
    return before[-1].mass_after_kg if before else None


def _outcome(mission: Mission) -> Cell:
    """Return the paragraph of the document."""
    return " ".join(mission.document.outcome.split()) or None


def _ended(mission: Mission) -> Cell:
    """Return the last landing, impact or loss by name and day."""
    ends = [event for event in mission.events if event.kind in ("landing", "impact", "loss")]
    return f"{ends[-1].title}, {utc_text_from_tdb_s(ends[-1].tdb_s)[:10]}" if ends else None


def _farthest(mission: Mission) -> Cell:
    epochs = np.linspace(*mission.trajectory.span_tdb_s, 4000)[:-1]
    away = np.linalg.norm(mission.trajectory.state_km(epochs, EARTH.naif_id)[0], axis=1)
    return float(away.max())


def _provenance(mission: Mission) -> Cell:
    kinds = dict.fromkeys(arc.provenance.value for arc in mission.trajectory.arcs)
    return ", ".join(kinds)


COLUMNS: Final[tuple[Column, ...]] = (
    Column("launch", "Launch", "", 0, _launch_day),
    Column("days", "Flight", "days", 1, _days),
    Column("transfer_days", "Transfer", "days", 2, _transfer_days),
    Column("burns", "Burns solved", "", 0, _burn_count),
    Column("delta_v_m_s", "Delta-v", "m/s", 0, _delta_v),
    Column("delta_v_departure_m_s", "Delta-v to leave the Earth", "m/s", 0, _in("ascent", "parking", "injection")),
    Column("delta_v_transfer_m_s", "Delta-v in transfer", "m/s", 1, _in("transfer")),
    Column("delta_v_insertion_m_s", "Delta-v of insertion", "m/s", 0, _in("insertion", "flyby")),
    Column("delta_v_orbit_m_s", "Delta-v in lunar orbit and down", "m/s", 0, _in("orbit", "fall", "descent")),
    Column("parking_orbit_km", "Orbit before injection", "km", 0, _parking_orbit),
    Column("farthest_km", "Farthest from the Earth", "km", 0, _farthest),
    Column("inclination_deg", "Inclination to the Moon's equator", "deg", 1, _inclination),
    Column("perilune_km", "Lowest perilune", "km", 1, _lowest_perilune),
    Column("orbit_days", "In lunar orbit", "days", 2, _orbit_days),
    Column("landing_lat_deg", "Latitude of landing or impact", "deg", 3, _ground_part(0)),
    Column("landing_lon_deg", "Longitude of landing or impact", "deg", 3, _ground_part(1)),
    Column("sun_elevation_deg", "Sun at landing or impact", "deg", 1, _ground_part(2)),
    Column("landing_mass_kg", "Mass after the last solved burn", "kg", 0, _landing_mass),
    Column("provenance", "How it is known", "", 0, _provenance),
    Column("ended", "Ended", "", 0, _ended),
    Column("outcome", "Outcome", "", 0, _outcome),
)
