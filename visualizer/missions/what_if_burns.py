"""Which burns can be flown again for other lengths, and with what: state, engine and forces of the solution.

Missions. A burn can be varied where its arc was flown with constant thrust at fixed angles to the velocity, by the
forces that the solution names. Flying it again for its own length must end where the flight does; that is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, unit
from visualizer.core.bodies import EARTH, JUPITER, MOON, SUN, VENUS
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.forces import Engine, Force, Gravity, direction_from_angles, flow_from_thrust_kg_s
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.trajectory import Arc
from visualizer.errors import CommandError, PeriluneError
from visualizer.missions.catalogue import Mission, SolvedBurn
from visualizer.missions.document import read_toml
from visualizer.missions.what_if import LAST_BURN, LONGEST_S
from visualizer.resources import asset_path

LONGEST_SHARE: Final = 1.5
# So much of the mass may burn at most: beyond, the rocket equation says nothing of a craft.
PROPELLANT_SHARE: Final = 0.95
AIR_KM: Final = 120.0
BURN_STEP_S: Final = 40.0
# Flown again for its own length, a burn ends this near to the flight at least.
AGREES_KM, AGREES_KM_S = 0.5, 5e-4
HELD_ROUNDS, HELD_KM_S = 5, 1e-8
STEERED: Final = "constant thrust at fixed angles to the velocity"
HELD: Final = "constant thrust in a fixed direction"
_MOON_FORCE: Final = re.compile(r"Moon LP165P (\d+)x\1, (.+?) as points")
_EARTH_FORCE: Final = re.compile(r"Earth with J2(?: to J([34]))?, (.+?) as points")
_POINTS: Final = {"Earth": EARTH, "Moon": MOON, "Sun": SUN, "Jupiter": JUPITER, "Venus": VENUS}


@dataclass(frozen=True, slots=True)
class Mark:
    """A length of a burn with a name: as flown, as planned, as published."""

    seconds: float
    words: str


@dataclass(frozen=True, slots=True)
class BurnChoice:
    """A burn of a mission; `reason` says why it cannot be flown again, and is empty where it can."""

    mission_id: str
    burn_id: str
    title: str
    reason: str = ""


@dataclass(frozen=True, eq=False)
class BurnCase:
    """A burn ready to be flown for other lengths.

    Attributes
    ----------
    mission_id, mission_name, burn_id, title : words
    burn : as it was solved
    start_tdb_s : where it begins
    state : (1, 7) km, km/s, kg there, ICRF axes, about `gravity.centre_id`
    gravity : the forces that its arc was flown with
    longest_s : the greatest length that is offered
    marks : lengths with names, the flown one first
    ground_km : radius of the Moon's ground where it would hit, km
    direction : (3,) of the thrust in space, ICRF axes, where it was held; None where its angles to the velocity were
    """

    mission_id: str
    mission_name: str
    burn_id: str
    title: str
    burn: SolvedBurn
    start_tdb_s: float
    state: FloatArray
    gravity: Gravity
    longest_s: float
    marks: tuple[Mark, ...]
    ground_km: float
    direction: FloatArray | None = None

    @property
    def centre(self) -> int:
        """SPICE id of the body that the burn was flown about."""
        return self.gravity.centre_id

    @property
    def flow_kg_s(self) -> float:
        """Mass flow of the engine, kg/s."""
        return float(flow_from_thrust_kg_s(np.array(self.burn.thrust_n), self.burn.specific_impulse_s))

    def engine(self, count: int) -> Engine:
        """Return the engine for a batch."""
        thrust = np.full(count, self.burn.thrust_n)
        angles = np.deg2rad([[self.burn.pitch_deg, self.burn.yaw_deg]])
        flow = flow_from_thrust_kg_s(thrust, self.burn.specific_impulse_s)
        if self.direction is not None:
            return Engine(thrust, flow, "inertial", np.tile(self.direction, (count, 1)))
        return Engine(thrust, flow, "velocity", np.tile(angles, (count, 1)))

    def lengths_s(self, count: int = 121) -> FloatArray:
        """Return the lengths of a slider, s: whole seconds where there are few, else even steps that meet the marks."""
        if self.longest_s <= 200.0 and float(self.longest_s).is_integer():
            return np.arange(int(self.longest_s) + 1, dtype=np.float64)
        even = np.linspace(0.0, self.longest_s, count)
        for mark in self.marks:
            if 0.0 < mark.seconds < self.longest_s:
                even[int(np.argmin(np.abs(even - mark.seconds)))] = mark.seconds
        return np.unique(even)


def burn_choices(mission: Mission, *, is_flown: bool = True) -> list[BurnChoice]:
    """Return every burn of a mission, in order of time, with the reason where it cannot be varied.

    Parameters
    ----------
    is_flown : whether each is flown again for its own length, to see that it agrees; `burn_case` does so in any case
    """
    return [
        BurnChoice(mission.id, burn.id, burn.name, _reason(mission, burn, is_flown=is_flown))
        for burn in sorted(mission.burns, key=lambda burn: burn.start_tdb_s)
    ]


def burn_case(mission: Mission, burn_id: str) -> BurnCase:
    """Return a burn ready to be flown for other lengths.

    Raises
    ------
    MissionError
        If the mission has no such burn.
    CommandError
        If it cannot be varied; says why.
    """
    burn = mission.burn(burn_id)
    why = _reason(mission, burn)
    if why:
        raise CommandError(f"{mission.name}, {burn.name}: it cannot be flown for other lengths: {why}")
    return _case(mission, burn)


def find_burn(mission: Mission, text: str) -> str:
    """Return the id of a burn from its id, or from a day such as `19aug` on which there is one burn.

    Raises
    ------
    CommandError
        If none or several are meant; lists the ids.
    """
    ids = [burn.id for burn in mission.burns]
    if text in ids:
        return text
    days = {burn.id: _day(burn) for burn in mission.burns}
    found = [burn_id for burn_id, day in days.items() if day == text.casefold()]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{burn_id} ({days[burn_id]})" for burn_id in ids) or "none"
    raise CommandError(f"{mission.id}: burn {text!r}: {'several that day' if found else 'unknown'}; there are {there}")


def _day(burn: SolvedBurn) -> str:
    from visualizer.core.epochs import utc_text_from_tdb_s

    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    _, month, day = utc_text_from_tdb_s(burn.start_tdb_s)[:10].split("-")
    return f"{int(day)}{months[int(month) - 1]}"


def gravity_of_words(words: str) -> Gravity | None:
    """Return the forces that a solution names, or None: `Moon LP165P 20x20, Earth and Sun as points`.

    The first body is the centre; the others are points.
    """
    moon, earth = _MOON_FORCE.match(words), _EARTH_FORCE.match(words)
    found = moon or earth
    if found is None:
        return None
    names = re.split(r",\s*|\s+and\s+", found[2])
    if any(name not in _POINTS for name in names):
        return None
    others = tuple(_POINTS[name].naif_id for name in names)
    if moon:
        return Gravity(MOON.naif_id, others, int(moon[1]))
    return Gravity(EARTH.naif_id, others, earth_degree=int(found[1] or 2))


@lru_cache(maxsize=16)
def _force_words(path: Path) -> dict[str, str]:
    """Return what each burning arc of a solution was flown with, by the arc's name."""
    arcs = read_toml(path).get("arcs", [])
    assert isinstance(arcs, list)
    return {arc["name"]: arc.get("force_model", "") for arc in arcs if arc.get("kind") == "burn"}


def _arc_of(mission: Mission, burn: SolvedBurn) -> Arc | None:
    middle = 0.5 * (burn.start_tdb_s + burn.end_tdb_s)
    return next((a for a in mission.trajectory.arcs if a.start_tdb_s <= middle <= a.end_tdb_s), None)


def _words_of(mission: Mission, arc: Arc) -> str:
    try:
        return _force_words(asset_path(f"trajectories/{mission.document.trajectory}.toml")).get(arc.name, "")
    except PeriluneError:
        return ""


def _reason(mission: Mission, burn: SolvedBurn, *, is_flown: bool = True) -> str:
    arc = _arc_of(mission, burn)
    if arc is None or arc.kind != "burn":
        return "the flight has no arc of its own for it"
    words = _words_of(mission, arc)
    if words.startswith("none"):
        return "it is drawn as a smooth curve through what is known of it, without an engine and a steering law"
    if not (STEERED in words or HELD in words) or gravity_of_words(words) is None:
        return "its solution does not name the forces and the steering it was flown with"
    if not is_flown or _agrees(mission, burn, arc):
        return ""
    return "flown again by its own figures it does not meet the flight"


def _agrees(mission: Mission, burn: SolvedBurn, arc: Arc) -> bool:
    """Tell whether the burn, flown again for its own length, ends where its arc ends."""
    key = (mission.id, burn.id, burn.start_tdb_s)
    if key not in _AGREED:
        last = _end_of(_case(mission, burn))
        away = float(np.linalg.norm(last[:3] - arc.position_km[-1]))
        faster = float(np.linalg.norm(last[3:6] - arc.velocity_km_s[-1]))
        _AGREED[key] = away < AGREES_KM and faster < AGREES_KM_S
    return _AGREED[key]


_AGREED: dict[tuple[str, str, float], bool] = {}


def burn_fractions(longest_s: float) -> FloatArray:
    """Return the steps of a burn."""
    return even_fractions(max(3, int(np.ceil(longest_s / BURN_STEP_S))))


def _case(mission: Mission, burn: SolvedBurn) -> BurnCase:
    arc = _arc_of(mission, burn)
    assert arc is not None
    gravity = gravity_of_words(_words_of(mission, arc))
    assert gravity is not None
    row = np.concatenate([arc.position_km[0], arc.velocity_km_s[0], [burn.mass_before_kg]])[None]
    flow = float(flow_from_thrust_kg_s(np.array(burn.thrust_n), burn.specific_impulse_s))
    longest = min(LONGEST_SHARE * burn.duration_s, PROPELLANT_SHARE * burn.mass_before_kg / flow)
    is_last = mission.id == "luna-25" and burn.id == LAST_BURN
    case = BurnCase(
        mission.id, mission.name, burn.id, burn.name, burn, arc.start_tdb_s, row, gravity,
        LONGEST_S if is_last else longest, _marks(mission, burn), _ground_km(mission),
    )  # fmt: skip
    return _held(case, arc) if HELD in _words_of(mission, arc) else case


def _end_of(case: BurnCase) -> FloatArray:
    """Return where the burn ends, flown for its own length, (7,)."""
    length = case.burn.duration_s
    force = Force(case.gravity, case.engine(1))
    path = propagate(force, case.start_tdb_s, case.start_tdb_s + length, burn_fractions(length), case.state)
    return np.asarray(path.last[0])


def _held(case: BurnCase, arc: Arc) -> BurnCase:
    """Return a case whose thrust keeps its direction in space.

    Its angles are counted from the velocity at some moment of the burn that the solution does not name. So they are
    taken at the start, and the direction is turned until the burn ends with the velocity of its arc.
    """
    angles = np.deg2rad([case.burn.pitch_deg, case.burn.yaw_deg])
    direction = direction_from_angles(case.state[0, :3], case.state[0, 3:6], angles)
    for _ in range(HELD_ROUNDS):
        case = replace(case, direction=direction)
        missing = arc.velocity_km_s[-1] - _end_of(case)[3:6]
        if float(np.linalg.norm(missing)) < HELD_KM_S:
            break
        direction = unit(direction + missing / (1e-3 * case.burn.delta_v_m_s))
    return case


def _marks(mission: Mission, burn: SolvedBurn) -> tuple[Mark, ...]:
    """Return the flown length and those that the document has as planned or published."""
    marks = [Mark(burn.duration_s, "as flown")]
    for fact in mission.document.facts:
        words = {f"{burn.id}-planned-duration": "plan", f"{burn.id}-duration": "published"}.get(fact.id)
        if words and fact.value is not None and all(abs(m.seconds - fact.value) > 0.02 * m.seconds for m in marks):
            marks.append(Mark(fact.value, words))
    return tuple(marks)


def _ground_km(mission: Mission) -> float:
    """Return the radius of the Moon's ground at the flight's impact, or of the mean sphere."""
    heights = [site.height_m for site in mission.sites if site.kind == "impact" and site.body_id == MOON.naif_id]
    return RADIUS_MOON_KM + 1e-3 * (heights[0] if heights else 0.0)


def body_radius_km(centre_id: int) -> float:
    """Return the radius that heights about a centre are counted from, km."""
    return RADIUS_MOON_KM if centre_id == MOON.naif_id else RADIUS_EARTH_EQUATOR_KM
