"""Paths to draw: a flight sampled finely enough to look smooth, relative to the Earth and to the Moon.

A path has no place of its own: about the Moon it is an ellipse, about the Earth the same hours are a wave along
the Moon's orbit. So each flight is sampled about both bodies, and the frame says which piece of each is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import BoolArray, FloatArray, angle_between_rad, length, norm
from visualizer.core.constants import MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.lazy import lazy_property
from visualizer.core.trajectory import Arc, Trajectory
from visualizer.missions.catalogue import Mission
from visualizer.model.ground_paths import GROUND_KM, GroundPath, Section, ground_paths, section_line, sections_of
from visualizer.model.trail_line import PLANNED, TrailLine, kind_code

TURN_PER_POINT_RAD: Final = np.deg2rad(1.2)
MOON_CAMERA_KM: Final = 150_000.0
GROUND_CAMERA_KM: Final = 5_000.0
ARRIVAL_MARGIN_S: Final = 3600.0
DAWN_S: Final = 20_000.0
CAPTURE_TURNS: Final = 1.5
# Who passes the Moon farther off than this does not fly by it: the path is hardly bent.
FLYBY_KM: Final = 30_000.0
# So many revolutions before and after now are drawn, and over so many they come up and go down; more would be a wall
# of light. The active mission has the first row, the others and what is dashed, which would fill its gaps, the second.
TURNS_ACTIVE, TURNS_OTHERS = (30.0, 12.0, 5.0), (1.0, 0.5, 0.25)
EARTH_KM: Final = np.zeros(3)
# First and last epoch that are drawn of a path, and over how many seconds it comes up and goes down.
ShownTimes: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class MoonStay:
    """An unbroken time within the Moon's influence.

    Attributes
    ----------
    line : the path about the Moon
    turns : (n,) revolutions about the Moon since the entry, at the line's epochs
    enters_tdb_s, leaves_tdb_s : its edges; `leaves` is the end of the flight where it stays
    arrives_tdb_s, departs_tdb_s : between them the path rides on the Moon, seen from afar; both are `nearest_tdb_s`
        where the craft only flies by
    nearest_tdb_s : of the closest approach
    is_flyby : whether it is a pass of less than two revolutions
    begins_there : whether the flight is shown from an orbit about the Moon on, so that it never arrives
    """

    line: TrailLine
    turns: FloatArray
    enters_tdb_s: float
    leaves_tdb_s: float
    arrives_tdb_s: float
    departs_tdb_s: float
    nearest_tdb_s: float
    is_flyby: bool
    begins_there: bool = False

    _shown_outside: dict[tuple[bool, bool], ShownTimes] = field(default_factory=dict, init=False, repr=False)

    @lazy_property
    def is_far(self) -> bool:
        """Whether it is a pass so far off that it is nothing to remember."""
        return self.is_flyby and float(np.min(norm(self.line.position_km))) > FLYBY_KM

    def shown(self, tdb_s: float, *, is_extra: bool) -> ShownTimes:
        """Return what of it is drawn: some revolutions on either side of now, coming up and going down softly.

        Parameters
        ----------
        is_extra : whether its mission is not the active one, so that fewer are drawn

        Returns
        -------
        first and last epoch, TDB seconds past J2000, and the seconds over which it comes up and goes down
        """
        times = self.line.tdb_s
        index = min(int(times.searchsorted(tdb_s)), len(times) - 1)
        turns = TURNS_OTHERS if is_extra or self.line.kind[index] >= PLANNED else TURNS_ACTIVE
        if self.enters_tdb_s < tdb_s < self.leaves_tdb_s:
            return _shown(self, tdb_s, turns)
        # Before and after the stay it is always the same.
        key = tdb_s >= self.leaves_tdb_s, is_extra
        found = self._shown_outside.get(key)
        if found is None:
            found = self._shown_outside[key] = _shown(self, tdb_s, turns)
        return found


@dataclass(frozen=True, slots=True)
class EarthPiece:
    """A path about the Earth and the epochs between which, seen from afar, it is the one that is shown."""

    line: TrailLine
    start_tdb_s: float
    end_tdb_s: float


@dataclass(frozen=True, slots=True)
class MissionTrails:
    """A mission's paths: pieces about the Earth between captures by the Moon, each stay near it, ways to its ground."""

    earth_pieces: tuple[EarthPiece, ...]
    stays: tuple[MoonStay, ...]
    grounds: tuple[GroundPath, ...] = ()

    @property
    def about_earth(self) -> TrailLine:
        """The first piece about the Earth."""
        return self.earth_pieces[0].line

    @property
    def about_moon(self) -> TrailLine | None:
        """The first stay's path, or None."""
        return self.stays[0].line if self.stays else None

    def meetings(self) -> tuple[tuple[str, float], ...]:
        """Return when, seen from afar, the path meets the Moon where it was: words and epochs."""
        found: list[tuple[str, float]] = []
        for stay in self.stays:
            if stay.is_flyby:
                found += [] if stay.is_far else [("Moon at fly-by", stay.nearest_tdb_s)]
                continue
            found += [] if stay.begins_there else [("Moon at arrival", stay.arrives_tdb_s)]
            found += [("Moon at departure", stay.departs_tdb_s)] if stay.departs_tdb_s < stay.leaves_tdb_s else []
        return tuple(found)


_SAMPLED: WeakKeyDictionary[Trajectory, MissionTrails] = WeakKeyDictionary()


def mission_trails(mission: Mission) -> MissionTrails:
    """Return a mission's paths, sampled once for as long as its trajectory lives."""
    trails = _SAMPLED.get(mission.trajectory)
    if trails is None:
        trails = _SAMPLED[mission.trajectory] = sample_trails(mission.id, mission.trajectory)
    return trails


def sample_trails(mission_id: str, trajectory: Trajectory) -> MissionTrails:
    """Sample a flight about the Earth and, wherever it is within the Moon's influence, about the Moon."""
    epochs, kinds = path_epochs(trajectory)
    about_moon, _ = trajectory.state_km(epochs, 301)
    stays = []
    for number, (first, after) in enumerate(_runs(norm(about_moon) < MOON_INFLUENCE_KM)):
        piece = slice(first, after)
        line = TrailLine(f"{mission_id}/moon/{number}", 301, epochs[piece], about_moon[piece], kinds[piece])
        if after - first > 1:
            stays.append(moon_stay(line, float(epochs[0]), float(epochs[-1])))
    about_earth, _ = trajectory.state_km(epochs, 399)
    pieces = []
    for number, (start, end) in enumerate(_between(stays, *trajectory.span_tdb_s)):
        chosen = (epochs >= start - ARRIVAL_MARGIN_S) & (epochs <= end + ARRIVAL_MARGIN_S)
        if np.count_nonzero(chosen) > 1:
            name = f"{mission_id}/earth/{number}"
            line = TrailLine(name, 399, epochs[chosen], about_earth[chosen], kinds[chosen])
            pieces.append(EarthPiece(line, start, end))
    return MissionTrails(tuple(pieces), tuple(stays), ground_paths(mission_id, trajectory))


def _runs(is_in: BoolArray) -> list[tuple[int, int]]:
    """Return first and one-past-last index of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_in, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def moon_stay(line: TrailLine, start_of_flight_tdb_s: float, end_of_flight_tdb_s: float) -> MoonStay:
    """Return a stay near the Moon, from its path about the Moon and both ends of the whole flight."""
    enters, leaves = float(line.tdb_s[0]), float(line.tdb_s[-1])
    turn = angle_between_rad(line.position_km[:-1], line.position_km[1:]) * (line.kind[:-1] % 10.0 != 3.0)
    turns = np.concatenate([[0.0], np.cumsum(turn)]) / (2.0 * np.pi)
    nearest = float(line.tdb_s[np.argmin(norm(line.position_km))])
    ends_there = leaves >= end_of_flight_tdb_s - 1.0
    if float(turns[-1]) < CAPTURE_TURNS and not ends_there:
        return MoonStay(line, turns, enters, leaves, nearest, nearest, nearest, True)
    burns = [(float(line.tdb_s[a]), float(line.tdb_s[b - 1])) for a, b in _runs(line.kind % 10.0 == 1.0)]
    # Who falls onto the Moon without an orbit about it has arrived when it is there.
    is_fall = float(turns[-1]) < CAPTURE_TURNS and float(norm(line.position_km[-1])) < RADIUS_MOON_KM + GROUND_KM
    before_burns = float(np.interp(burns[0][0], line.tdb_s, turns)) if burns else float(turns[-1])
    begins_there = enters <= start_of_flight_tdb_s + 1.0 and before_burns >= CAPTURE_TURNS
    down = line.tdb_s[norm(line.position_km) < RADIUS_MOON_KM + GROUND_KM]
    arrives = float(down[0]) if is_fall else burns[0][0] if burns and not begins_there else enters
    departs = leaves if ends_there or len(burns) < 2 else burns[-1][1]
    return MoonStay(line, turns, enters, leaves, arrives, departs, nearest, False, begins_there)


def _between(stays: list[MoonStay], first: float, last: float) -> list[tuple[float, float]]:
    """Return the times that no captured stay takes up."""
    pieces, start = [], first
    for stay in stays:
        if not stay.is_flyby:
            pieces.append((start, stay.arrives_tdb_s))
            start = stay.departs_tdb_s
    pieces.append((start, last))
    return [(a, b) for a, b in pieces if b > a]


def path_epochs(trajectory: Trajectory) -> tuple[FloatArray, FloatArray]:
    """Return epochs close enough for a smooth path, and the code of what kind each is."""
    epochs = [_arc_epochs(arc) for arc in trajectory.arcs]
    kinds = [np.full(len(times), kind_code(arc)) for arc, times in zip(trajectory.arcs, epochs, strict=True)]
    return np.concatenate(epochs), np.concatenate(kinds)


def _arc_epochs(arc: Arc) -> FloatArray:
    """Return epochs so that the path turns by no more than about a degree between them, ends included."""
    turn = angle_between_rad(arc.velocity_km_s[:-1], arc.velocity_km_s[1:])
    counts = np.maximum(1, np.ceil(turn / TURN_PER_POINT_RAD)).astype(int)
    inner = subdivided(arc.tdb_s, counts)
    return np.append(inner, arc.end_tdb_s - min(1e-3, 1e-6 * (arc.end_tdb_s - arc.start_tdb_s)))


def subdivided(edges: FloatArray, counts: npt.NDArray[np.int_]) -> FloatArray:
    """Return each interval between edges cut into so many equal steps, without the last edge."""
    which = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(edges[:-1][which] + number * (np.diff(edges) / counts)[which])


class TrailState(NamedTuple):
    """One path in one frame: where its anchor is, which epochs of it are shown, how far time has come.

    `role` is 'flight' or 'orbit' (a body's, for orientation); `mission_index` is the number of its mission's colour;
    `is_extra`: the mission is not the active one;
    `gap_tdb_s` is left out, because another path shows it finer; `is_close`: the camera is beside the craft;
    over the first `dawn_s` it comes up from nothing, where it does not really begin, and over the last `dusk_s` it
    goes down again. A line may be kept in other axes
    and another scale than it is drawn in: `rot_line_from_icrf` (None: ICRF), drawn km = `scale` times the line's.
    """

    line: TrailLine
    anchor_pos_km: FloatArray
    start_tdb_s: float
    end_tdb_s: float
    now_tdb_s: float
    role: str = "flight"
    mission_index: int = 0
    gap_tdb_s: tuple[float, float] = (0.0, 0.0)
    is_close: bool = False
    dawn_s: float = 0.0
    dusk_s: float = 0.0
    rot_line_from_icrf: FloatArray | None = None
    scale: float = 1.0
    is_extra: bool = False


def trail_states(
    mission: Mission, mission_index: int, tdb_s: float, moon_pos_km: FloatArray, camera_pos_km: FloatArray
) -> tuple[TrailState, ...]:
    """Return what to draw of a mission's paths.

    With the camera near the Moon, what happens inside the Moon's influence is drawn, about the Moon; from afar the
    transfers are curves about the Earth, a fly-by is part of one, and only orbits of the Moon ride on the Moon.
    """
    span = mission.trajectory.span_tdb_s
    return states_of_trails(mission_trails(mission), span, mission_index, tdb_s, moon_pos_km, camera_pos_km)


def is_covered(trajectory: Trajectory, tdb_s: FloatArray) -> BoolArray:
    """Return which epochs lie inside the flight and in none of its gaps."""
    first, last = trajectory.span_tdb_s
    covered = (tdb_s >= first) & (tdb_s <= last)
    for start, end in trajectory.gaps_tdb_s:
        covered &= (tdb_s <= start) | (tdb_s >= end)
    return np.asarray(covered)


def is_flying(trajectory: Trajectory, tdb_s: float) -> bool:
    """Tell whether an epoch lies inside the flight and in none of its gaps."""
    return trajectory.covers(tdb_s)


def states_of_trails(
    trails: MissionTrails, span_tdb_s: tuple[float, float], mission_index: int, tdb_s: float,
    moon_pos_km: FloatArray, camera_pos_km: FloatArray, *, with_ground: bool = True,
) -> tuple[TrailState, ...]:  # fmt: skip
    """Return what to draw of sampled paths; as `trail_states`.

    Parameters
    ----------
    with_ground : whether paths to the Moon's ground and from it turn with the ground
    """
    first, last = span_tdb_s
    if trails.stays and is_near_moon(camera_pos_km, moon_pos_km):
        stays = [s for s in trails.stays if not s.is_far or s.enters_tdb_s - DAWN_S < tdb_s < s.leaves_tdb_s + DAWN_S]
        near = [(_near_state(stay, moon_pos_km, tdb_s, mission_index, (first, last)), stay) for stay in stays]
        if not with_ground or not _turns_with_ground(trails, tdb_s, camera_pos_km - moon_pos_km):
            return tuple(state for state, _ in near)
        return tuple(
            part
            for state, stay in near
            for section in sections_of(stay.enters_tdb_s, stay.leaves_tdb_s, trails.grounds)
            if (part := _part(state, section)) is not None
        )
    from_afar = [
        TrailState(piece.line, EARTH_KM, piece.start_tdb_s, piece.end_tdb_s, tdb_s, "flight", mission_index)
        for piece in trails.earth_pieces
    ]
    return (
        *from_afar,
        *(_riding_state(stay, moon_pos_km, tdb_s, mission_index) for stay in trails.stays if not stay.is_flyby),
    )


def _near_state(
    stay: MoonStay, moon_pos_km: FloatArray, tdb_s: float, mission_index: int, span_tdb_s: tuple[float, float]
) -> TrailState:
    """Return a stay as it is drawn near the Moon: it comes up where the Moon's influence begins and goes down again."""
    start, end, dawn, dusk = stay.shown(tdb_s, is_extra=mission_index > 0)
    dawn = dawn or (DAWN_S if start > span_tdb_s[0] + 1.0 else 0.0)
    dusk = dusk or (DAWN_S if end < span_tdb_s[1] - 1.0 else 0.0)
    return TrailState(stay.line, moon_pos_km, start, end, tdb_s, "flight", mission_index, dawn_s=dawn, dusk_s=dusk)


def _turns_with_ground(trails: MissionTrails, tdb_s: float, camera_km: FloatArray) -> bool:
    """Tell whether ways to the ground are drawn as it sees them: seen from near, and from anywhere once they are past.

    From farther off, half an hour is a pixel or two, and paths that do not turn are drawn all at once.
    """
    is_past = any(ground.is_down and tdb_s > ground.contact_tdb_s for ground in trails.grounds)
    return is_past or (bool(trails.grounds) and length(camera_km) < GROUND_CAMERA_KM)


def _part(state: TrailState, section: Section) -> TrailState | None:
    """Return a stay's path within one of its sections, or None where nothing of it is shown there."""
    start, end = max(state.start_tdb_s, section.start_tdb_s), min(state.end_tdb_s, section.end_tdb_s)
    if start >= end:
        return None
    line, rot_line_from_icrf = section_line(section, state.line, state.now_tdb_s)
    return state._replace(
        line=line,
        start_tdb_s=start,
        end_tdb_s=end,
        dawn_s=state.dawn_s if start == state.start_tdb_s else 0.0,
        dusk_s=state.dusk_s if end == state.end_tdb_s else 0.0,
        rot_line_from_icrf=rot_line_from_icrf,
    )


def _riding_state(stay: MoonStay, moon_pos_km: FloatArray, tdb_s: float, mission_index: int) -> TrailState:
    """Return a stay as it is drawn from afar: only the orbits of the Moon ride on it."""
    start, end, dawn, dusk = stay.shown(tdb_s, is_extra=mission_index > 0)
    start, end = max(start, stay.arrives_tdb_s), min(end, stay.departs_tdb_s)
    return TrailState(stay.line, moon_pos_km, start, end, tdb_s, "flight", mission_index, dawn_s=dawn, dusk_s=dusk)


def _shown(stay: MoonStay, tdb_s: float, turns_shown: tuple[float, float, float]) -> ShownTimes:
    """Work out what `MoonStay.shown` tells."""
    times, turns = stay.line.tdb_s, stay.turns
    start, end, dawn, dusk = stay.enters_tdb_s, stay.leaves_tdb_s, 0.0, 0.0
    before, after, soft = turns_shown
    now = float(np.interp(tdb_s, times, turns))
    if now > before:
        start = float(np.interp(now - before, turns, times))
        dawn = float(np.interp(now - before + soft, turns, times)) - start
    if float(turns[-1]) - now > after:
        end = float(np.interp(now + after, turns, times))
        dusk = end - float(np.interp(now + after - soft, turns, times))
    return start, end, dawn, dusk


def is_near_moon(camera_pos_km: FloatArray, moon_pos_km: FloatArray) -> bool:
    """Tell whether a camera (relative to the Earth) is near enough for paths about the Moon."""
    return length(camera_pos_km - moon_pos_km) < MOON_CAMERA_KM
