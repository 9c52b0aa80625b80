"""What the user lays over a scene: flights that never were, and measures with their lines.

Model, pure. A ghost flies on its mission's own epochs and a measure is taken at one instant, so where missions of other
times are laid side by side, those that were moved are left out of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import EARTH, body_of_id
from visualizer.core.sky import Sky
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.model.ghosts import Ghost, ghost_notes, ghost_trails
from visualizer.model.globe_lines import LIFT_KM
from visualizer.model.measuring import Measure, Measured, distance_text, hud_text, measured
from visualizer.model.overlays import Note
from visualizer.model.shapes import LineState
from visualizer.model.things import Stage, ThingState, state_of
from visualizer.model.trails import TrailState

LINE_POINTS: Final = 65
MOVED_WORDS: Final = "not measured while missions of other times are laid side by side"


@dataclass(frozen=True, slots=True)
class Additions:
    """What is laid over the scene; `trial` is the measure that is being chosen, drawn but not said in the picture."""

    ghosts: tuple[Ghost, ...] = ()
    measures: tuple[Measure, ...] = ()
    trial: Measure | None = None

    @property
    def drawn_measures(self) -> tuple[Measure, ...]:
        """Every measure that has a line."""
        ends = {(m.first, m.second) for m in self.measures}
        new = self.trial is not None and (self.trial.first, self.trial.second) not in ends
        return (*self.measures, self.trial) if self.trial is not None and new else self.measures

    def with_ghost(self, ghost: Ghost) -> Additions:
        """Return the same with a ghost, which takes the place of one with its id."""
        return replace(self, ghosts=(*(g for g in self.ghosts if g.id != ghost.id), ghost))

    def without_ghost(self, ghost_id: str) -> Additions:
        """Return the same without a ghost."""
        return replace(self, ghosts=tuple(g for g in self.ghosts if g.id != ghost_id))

    def pinned(self, measure: Measure) -> Additions:
        """Return the same with a measure pinned."""
        rest = tuple(m for m in self.measures if m.text != measure.text)
        return replace(self, measures=(*rest, replace(measure, is_pinned=True)))

    def unpinned(self, measure: Measure) -> Additions:
        """Return the same without that pinned measure."""
        return replace(self, measures=tuple(m for m in self.measures if m.text != measure.text))


NOTHING_ADDED: Final = Additions()


@dataclass(frozen=True, slots=True)
class Added:
    """What a frame draws and says of it."""

    trails: tuple[TrailState, ...] = ()
    lines: tuple[LineState, ...] = ()
    notes: tuple[Note, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Setting:
    """What it is made in.

    Attributes
    ----------
    sky : bodies now
    camera_pos_km : (3,) relative to the Earth, ICRF axes
    missions : shown ones by id
    moved_ids : missions whose epoch is not the scene's
    is_turning : whether paths are drawn in the axes that turn with the Moon
    is_patient : whether heights of the Moon's ground are waited for
    """

    sky: Sky
    camera_pos_km: FloatArray
    missions: Mapping[str, Mission]
    moved_ids: frozenset[str] = field(default_factory=frozenset)
    is_turning: bool = False
    is_patient: bool = True


def build_additions(asked: Additions, setting: Setting) -> Added:
    """Build what the user laid over the scene, as far as it is there now."""
    tdb_s, moon = float(setting.sky.tdb_s), setting.sky.moon_pos_km
    trails: list[TrailState] = []
    notes: list[Note] = []
    shown = [g for g in asked.ghosts if g.mission_id in setting.missions and g.mission_id not in setting.moved_ids]
    for ghost in shown:
        trails += ghost_trails(ghost, tdb_s, moon, setting.camera_pos_km, is_turning=setting.is_turning)
        notes += ghost_notes(ghost, tdb_s, moon)
    lines, words = _measures(asked, {g.id: g for g in shown}, setting, notes)
    return Added(tuple(trails), tuple(lines), tuple(notes), tuple(words))


def _measures(
    asked: Additions, ghosts: Mapping[str, Ghost], setting: Setting, notes: list[Note]
) -> tuple[list[LineState], list[str]]:
    stage = Stage(setting.sky, setting.missions, ghosts, setting.is_patient)
    lines: list[LineState] = []
    words: list[str] = []
    for number, measure in enumerate(asked.drawn_measures):
        if any(is_moved(key, setting.moved_ids) for key in (measure.first, measure.second)):
            words += [MOVED_WORDS] if measure.is_pinned else []
            continue
        try:
            ends = state_of(measure.first, stage), state_of(measure.second, stage)
            values = measured(measure, stage, setting.camera_pos_km)
        except CommandError:
            # One of the two is not shown now.
            continue
        words += [hud_text(measure, values, setting.missions, ghosts)] if measure.is_pinned else []
        if np.isfinite(values.range_km) and float(values.range_km) > 0.0:
            line = measure_line(number, *ends, values, setting.sky)
            lines.append(line)
            notes.append(_value_note(line, values, setting.sky))
    return lines, list(dict.fromkeys(words))


def is_moved(key: str, moved_ids: frozenset[str]) -> bool:
    """Tell whether a thing belongs to a mission whose epoch is not the scene's; sites stay where they are."""
    kind, _, name = key.partition(":")
    return kind in ("craft", "ghost") and (name in moved_ids or name.partition("/")[0] in moved_ids)


def measure_line(number: int, first: ThingState, second: ThingState, values: Measured, sky: Sky) -> LineState:
    """Return the line between two things: over the ground between two places of one body, else straight."""
    starts = np.zeros(1, dtype=np.intp)
    body_id = first.stands_on
    role = "measure" if int(values.blocked_by) == 0 else "measure-blocked"
    if body_id is not None and body_id == second.stands_on:
        centre = sky.body_pos_km(body_id)
        rot = sky.rot_itrs_from_icrf if body_id == EARTH.naif_id else sky.rot_me_from_icrf
        ends = rotate(rot, np.stack([first.pos_km - centre, second.pos_km - centre]))
        points = over_ground_km(ends[0], ends[1], body_id)
        return LineState(f"measure/{number}/ground", "measure", centre, rot, points, starts, is_on_ground=True)
    share = np.linspace(0.0, 1.0, LINE_POINTS)[:, np.newaxis]
    points = share * (second.pos_km - first.pos_km)
    return LineState(f"measure/{number}", role, first.pos_km, np.eye(3), points, starts)


def over_ground_km(first_km: FloatArray, second_km: FloatArray, body_id: int) -> FloatArray:
    """Return points along the great circle between two places, lifted a little over the ground, body-fixed axes."""
    one, other = float(norm(first_km)), float(norm(second_km))
    a, b = first_km / one, second_km / other
    angle = float(np.arctan2(norm(np.cross(a, b)), a @ b))
    share = np.linspace(0.0, 1.0, LINE_POINTS)
    if angle < 1e-9:
        directions = np.tile(a, (LINE_POINTS, 1))
    else:
        directions = np.sin((1.0 - share) * angle)[:, None] * a + np.sin(share * angle)[:, None] * b
        directions /= norm(directions)[:, None]
    lift = min(LIFT_KM[body_id], 0.02 * max(angle, 1e-6) * body_of_id(body_id).radius_km)
    heights = (1.0 - share) * one + share * other + lift * np.sin(np.pi * share)
    return np.asarray(directions * heights[:, None])


def _value_note(line: LineState, values: Measured, sky: Sky) -> Note:
    """Return the value at the middle of a line, or of the first piece of it that is outside what blocks it."""
    number, blocker = LINE_POINTS // 2, int(values.blocked_by)
    if blocker > 0 and not line.is_on_ground:
        away = norm(line.points_km + line.anchor_pos_km - sky.body_pos_km(blocker))
        inside = np.flatnonzero(away < body_of_id(blocker).radius_km)
        first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, 0)
        number = first // 2 if first > 1 else (last + LINE_POINTS - 1) // 2
    middle = line.points_km[number] @ line.rot_line_from_icrf
    km = float(values.ground_km) if line.is_on_ground else float(values.range_km)
    return Note(distance_text(km), line.anchor_pos_km + middle, "measure", middle if line.is_on_ground else None)


def ghost_places(
    asked: Additions, missions: Mapping[str, Mission], tdb_s: float, moon_pos_km: FloatArray
) -> dict[str, tuple[FloatArray, FloatArray, FloatArray]]:
    """Return where each shown ghost is, for cameras: as `Ghost.state_now`, by id."""
    return {g.id: g.state_now(tdb_s, moon_pos_km) for g in asked.ghosts if g.mission_id in missions}
