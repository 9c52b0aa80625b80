"""Paths to and from the Moon's ground: the last half hour before it, and the first after it, turn with the ground.

About the Moon a path is drawn in axes that do not turn, so it runs beside a ground that has moved on since, by 4.6 m in
each second at the equator. Near the ground that would lead it past its own landing site. There it is kept in the
Moon's mean-Earth axes; and the orbits before a landing stay with the site once the craft is down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.moon_axes import rot_moon_me_from_icrf, rot_moon_me_from_icrf_at_one
from visualizer.core.trajectory import Trajectory
from visualizer.model.trail_line import TrailLine, kind_code

GROUND_S: Final = 1_800.0
# So near the mean sphere a flight that ends has met the ground.
GROUND_KM: Final = 20.0
# Every five seconds, where a chord strays by five metres from an orbit, and closer toward the ground.
_AWAY_S: Final[FloatArray] = np.union1d(np.geomspace(0.2, 60.0, 60), np.arange(60.0, GROUND_S + 1.0, 5.0))


@dataclass(frozen=True, eq=False, slots=True)
class GroundPath:
    """A path to the Moon's ground, or from it.

    Attributes
    ----------
    line : positions relative to the Moon, mean-Earth axes
    contact_tdb_s : when it is on the ground: the end of a way down, the start of a way up
    is_down : which of the two
    """

    line: TrailLine
    contact_tdb_s: float
    is_down: bool

    @property
    def span_tdb_s(self) -> tuple[float, float]:
        """First and last epoch."""
        return float(self.line.tdb_s[0]), float(self.line.tdb_s[-1])


@dataclass(frozen=True, slots=True)
class Section:
    """A time of a stay about the Moon that is drawn in one way.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : its edges
    ground : the path that is drawn there, or None: that of the stay
    held_tdb_s : after this epoch the stay's path turns with the Moon, or None: never
    """

    start_tdb_s: float
    end_tdb_s: float
    ground: GroundPath | None = None
    held_tdb_s: float | None = None


def ground_paths(mission_id: str, trajectory: Trajectory) -> tuple[GroundPath, ...]:
    """Sample a flight's ways down to the Moon and up from it, in order of time."""
    found = []
    for number, (contact, is_down) in enumerate(contacts_tdb_s(trajectory)):
        epochs = _epochs_about(trajectory, contact, is_down=is_down)
        if len(epochs) > 1:
            place = rotate(rot_moon_me_from_icrf(epochs), trajectory.state_km(epochs, MOON.naif_id)[0])
            kinds = np.array([kind_code(trajectory.arcs[i]) for i in trajectory.arc_index(epochs)])
            line = TrailLine(f"{mission_id}/ground/{number}", MOON.naif_id, epochs, place, kinds)
            found.append(GroundPath(line, contact, is_down))
    return tuple(found)


def contacts_tdb_s(trajectory: Trajectory) -> list[tuple[float, bool]]:
    """Return when a flight meets the Moon's ground (True) and when it leaves it (False), in order of time."""
    found: list[tuple[float, bool]] = []
    first, last = trajectory.span_tdb_s
    for arc in trajectory.arcs:
        if arc.kind == "surface" and arc.centre_id == MOON.naif_id:
            if found and found[-1] == (arc.start_tdb_s, False):
                found.pop()
            elif arc.start_tdb_s > first:
                found.append((arc.start_tdb_s, True))
            if arc.end_tdb_s < last:
                found.append((arc.end_tdb_s, False))
    end = trajectory.arcs[-1]
    is_low = float(norm(end.position_km[-1])) < RADIUS_MOON_KM + GROUND_KM
    if end.kind != "surface" and end.centre_id == MOON.naif_id and is_low:
        found.append((last, True))
    return found


def _epochs_about(trajectory: Trajectory, contact_tdb_s: float, *, is_down: bool) -> FloatArray:
    """Return epochs of the half hour before a contact or after it, denser toward it, all within one unbroken flight."""
    away = np.concatenate([[0.0], _AWAY_S])
    epochs = np.sort(contact_tdb_s - away if is_down else contact_tdb_s + away)
    gaps = trajectory.gaps_tdb_s
    before = max([trajectory.span_tdb_s[0], *(end for _, end in gaps if end <= contact_tdb_s)])
    after = min([trajectory.span_tdb_s[1], *(start for start, _ in gaps if start >= contact_tdb_s)])
    return np.asarray(epochs[(epochs >= before) & (epochs <= after)])


@lru_cache(maxsize=256)
def sections_of(enters_tdb_s: float, leaves_tdb_s: float, grounds: tuple[GroundPath, ...]) -> tuple[Section, ...]:
    """Cut a stay into the times that are drawn in one way each: the same in every frame."""
    found, start, is_flying = [], enters_tdb_s, True
    for ground in grounds:
        first, last = ground.span_tdb_s
        # A sampled path ends a moment before its flight.
        if not enters_tdb_s - 1.0 <= ground.contact_tdb_s <= leaves_tdb_s + 1.0:
            continue
        if ground.is_down:
            found += [Section(start, first, held_tdb_s=last), Section(first, last, ground)]
        else:
            found.append(Section(first, last, ground))
        start, is_flying = last, not ground.is_down
    if is_flying:
        found.append(Section(start, leaves_tdb_s))
    return tuple(section for section in found if section.end_tdb_s > section.start_tdb_s)


def section_line(section: Section, line: TrailLine, tdb_s: float) -> tuple[TrailLine, FloatArray | None]:
    """Return the path that is drawn in a section of a stay, and the axes in which it is kept at an epoch.

    Parameters
    ----------
    line : the stay's, ICRF axes
    tdb_s : now

    Returns
    -------
    the path, and (3, 3) from ICRF to its axes, or None where they are those of the ICRF; what turns with the ground is
    kept in the Moon's mean-Earth axes, the same array for all paths of a frame
    """
    if section.ground is not None:
        return section.ground.line, rot_me_at(tdb_s)
    if section.held_tdb_s is None or tdb_s <= section.held_tdb_s:
        return line, None
    return held_line(line, section.held_tdb_s), rot_me_at(tdb_s)


@lru_cache(maxsize=32)
def held_line(line: TrailLine, held_tdb_s: float) -> TrailLine:
    """Return a path about the Moon in its mean-Earth axes of one epoch, with which it turns from then on."""
    return replace(line, id=f"{line.id}/held", position_km=rotate(rot_me_at(held_tdb_s), line.position_km))


@lru_cache(maxsize=64)
def rot_me_at(tdb_s: float) -> FloatArray:
    """Return the Moon's mean-Earth axes at one epoch, (3, 3), the same array for the globe and all paths of a frame."""
    rot = rot_moon_me_from_icrf_at_one(tdb_s)
    rot.flags.writeable = False
    return rot
