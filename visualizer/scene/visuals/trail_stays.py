"""Paths about the Moon in few draws: what is drawn of them shares one buffer, and the shader knows each one's times.

A dozen missions have dozens of revolutions: a draw of its own for each mission would cost more than they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.model.ghosts import GHOST_INDEX
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState
from visualizer.scene.gl_direct import DynamicBuffer, DynamicIndices
from visualizer.scene.palette import Colour
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.trail_buffers import VERTEX, Members, parts_of_shader, ribbon_indices, ribbon_vertices
from visualizer.scene.visuals.trail_levels import ChunkedLine

# The shader has room for the times of so many.
MOST_PATHS: Final = 24
BLOCK_CHUNKS: Final = 80
# Lower than any ground of the Moon: what is behind a globe of this radius is hidden.
SOLID_KM: Final = RADIUS_MOON_KM - 10.0
# Vertices in the buffer: at first, and before it grows no more while what is not drawn can be dropped (20 MB).
LEAST_ROOM, USUAL_ROOM = 1 << 15, 1 << 18
# What the shader must have, the buffer that all share, which triangles of it, and how many corners they have.
Draw = tuple[tuple[str, ...], DynamicBuffer, DynamicIndices, int]
Indices = npt.NDArray[np.uint32]


class _FullError(Exception):
    """The buffer has no room for another block."""


def can_share(state: TrailState) -> bool:
    """Tell whether a path is one about the Moon like others; what follows a hand (ghosts) changes too often for it."""
    is_plain = state.scale == 1.0 and not state.is_close and state.gap_tdb_s == (0.0, 0.0)
    is_like = state.role == "flight" and state.line.anchor_id == MOON.naif_id
    return is_plain and is_like and state.mission_index != GHOST_INDEX


def is_beside(state: TrailState, others: list[tuple[TrailState, Colour]]) -> bool:
    """Tell whether a path has the place and the axes of others."""
    if not others:
        return True
    first = others[0][0]
    is_there = state.anchor_pos_km is first.anchor_pos_km or np.array_equal(state.anchor_pos_km, first.anchor_pos_km)
    return is_there and state.rot_line_from_icrf is first.rot_line_from_icrf


class StaysBuffer:
    """What is drawn of up to `MOST_PATHS` paths about the Moon.

    Parameters
    ----------
    slack : by which share of its distance the camera may move before what is drawn is chosen anew
    """

    def __init__(self, slack: float) -> None:
        self._slack = slack
        self._paths: dict[TrailLine, _Path] = {}
        self._order: list[_Path] = []
        self._eye: _Eye | None = None
        self._vertices = DynamicBuffer(VERTEX)
        self._used, self._room = 0, 0
        self._indices: dict[tuple[str, ...], DynamicIndices] = {}
        self._draws: list[Draw] = []

    def draws(self, members: Members, camera_km: FloatArray, forward: FloatArray, space: RenderSpace) -> list[Draw]:
        """Return what to draw of paths, chosen anew as far as something has changed.

        Parameters
        ----------
        members : paths with the same anchor and axes
        camera_km, forward : (3,) camera relative to the Moon, and unit direction of sight, in these axes

        Raises
        ------
        ValueError
            For more than `MOST_PATHS`.
        """
        paths = self._paths_of(members)
        eye = _Eye(camera_km, forward, space.half_diagonal_rad, space.pixel_rad)
        if paths != self._order or self._eye is None or not eye.is_near(self._eye):
            room_km = min(path.chunks.room_km(camera_km) for path in paths) if self._slack else 0.0
            self._eye = eye.with_room(self._slack, room_km)
        if self._choose(paths, members, self._eye) or paths != self._order:
            self._order = paths
            self._gather(paths)
        return self._draws

    def times(self, members: Members) -> FloatArray:
        """Return what the shader knows of each path's times, (2 n, 4): seconds after the path's origin.

        Of each: now, start and end of what is shown, 0; over how long it comes up and goes down, 0, 0.
        """
        rows: list[tuple[float, ...]] = [(0.0,) * 8] * len(self._paths)
        for state, _ in members:
            path = self._paths[state.line]
            origin = path.origin_tdb_s
            rows[path.number] = (
                state.now_tdb_s - origin, state.start_tdb_s - origin, state.end_tdb_s - origin, 0.0,
                state.dawn_s, state.dusk_s, 0.0, 0.0,
            )  # fmt: skip
        return np.array(rows).reshape(-1, 4)

    def _paths_of(self, members: Members) -> list[_Path]:
        if len(members) > MOST_PATHS:
            raise ValueError(f"{len(members)} paths in a buffer for {MOST_PATHS}")
        if len({state.line for state, _ in members} | self._paths.keys()) > MOST_PATHS:
            self._paths.clear()
            self._empty()
        found = []
        for state, colour in members:
            path = self._paths.get(state.line)
            if path is None or path.colour != colour:
                number = len(self._paths) if path is None else path.number
                path = self._paths[state.line] = _Path(state.line, colour, number)
            found.append(path)
        return found

    def _choose(self, paths: list[_Path], members: Members, eye: _Eye) -> bool:
        """Let paths choose their chunks; return whether any is drawn otherwise than before."""
        is_changed = is_emptied = False
        while True:
            try:
                for path, (state, _) in zip(paths, members, strict=True):
                    if not path.is_settled(state, eye):
                        is_changed |= path.choose(state, eye, self)
                return is_changed
            except _FullError:
                self._empty()
                if is_emptied or self._room < USUAL_ROOM:
                    self._room = max(2 * self._room, LEAST_ROOM)
                    self._vertices.make_room(self._room)
                is_emptied = True

    def _gather(self, paths: list[_Path]) -> None:
        """Send the triangles of all paths, those that need the same of the shader together."""
        groups: dict[tuple[str, ...], list[Indices]] = {}
        for path in paths:
            if path.indices:
                groups.setdefault(path.defines, []).extend(path.indices)
        self._draws = []
        for defines, parts in groups.items():
            corners = np.concatenate(parts)
            indices = self._indices.setdefault(defines, DynamicIndices())
            indices.send(corners)
            self._draws.append((defines, self._vertices, indices, len(corners)))

    def place(self, vertices: npt.NDArray[np.void]) -> int:
        """Put vertices into the buffer and return the number of the first."""
        first = self._used
        if first + len(vertices) > self._room:
            raise _FullError
        self._vertices.put(first, vertices)
        self._used += len(vertices)
        return first

    def _empty(self) -> None:
        self._used = 0
        for path in self._paths.values():
            path.drop()


class _Eye:
    """A camera relative to the Moon, and how far another one may be from it."""

    def __init__(self, camera_km: FloatArray, forward: FloatArray, half_diagonal_rad: float, pixel_rad: float) -> None:
        self.camera_km, self.forward = camera_km, forward
        self.view = half_diagonal_rad, pixel_rad
        self._most_km2, self._most_turn = 0.0, 0.0

    def with_room(self, slack: float, room_km: float) -> _Eye:
        """Return it with a share of a distance as how far others may be."""
        self._most_km2, self._most_turn = (slack * room_km) ** 2, slack * slack
        return self

    def is_near(self, other: _Eye) -> bool:
        """Tell whether it is near enough to another for what was chosen for that."""
        if self.view != other.view:
            return False
        moved, turned = self.camera_km - other.camera_km, self.forward - other.forward
        return float(moved @ moved) <= other._most_km2 and float(turned @ turned) <= other._most_turn


class _Path:
    """One path: which of its chunks lie where in the buffer, and which are drawn.

    Attributes
    ----------
    number : by which the shader knows it
    blocks : by fineness and number, the first vertex of each that is in the buffer and the first segment of each chunk
    defines, indices : what the shader must have, and the triangles that are drawn
    """

    def __init__(self, line: TrailLine, colour: Colour, number: int) -> None:
        self.line, self.colour, self.number = line, colour, number
        self.origin_tdb_s = float(line.tdb_s[0])
        self.chunks = ChunkedLine.of(line)
        self.blocks: dict[tuple[int, int], tuple[int, npt.NDArray[np.intp]]] = {}
        self.defines: tuple[str, ...] = ()
        self.indices: list[Indices] = []
        self._span_tdb_s = (0.0, 0.0)
        self._window = (0, 0, 0)
        self._is_small = self._was_extra = False
        self._eye: _Eye | None = None

    def drop(self) -> None:
        """Let go of what is in the buffer, and of what was chosen of it."""
        self.blocks.clear()
        self._eye = None

    def is_settled(self, state: TrailState, eye: _Eye) -> bool:
        """Tell whether what was chosen is good for a frame's times and camera."""
        if eye is not self._eye or state.is_extra != self._was_extra:
            return False
        span = state.start_tdb_s, state.end_tdb_s
        if span == self._span_tdb_s and not self._is_small:
            return True
        # Which chunk is that of now matters only for a path that looks small.
        count = 3 if self._is_small else 2
        return self.chunks.window(state.now_tdb_s, span)[:count] == self._window[:count]

    def choose(self, state: TrailState, eye: _Eye, buffer: StaysBuffer) -> bool:
        """Choose its chunks for a camera and return whether anything was or is drawn of it."""
        span, was_drawn = (state.start_tdb_s, state.end_tdb_s), bool(self.indices)
        levels = self.chunks.levels(
            eye.camera_km, eye.forward, *eye.view, state.now_tdb_s, span, is_extra=state.is_extra, solid_km=SOLID_KM
        )
        self.defines = ("HAS_PATHS", *parts_of_shader([(self.line, self.chunks)], eye.camera_km))
        self.indices = list(self._triangles(levels, buffer))
        self._eye, self._span_tdb_s, self._was_extra = eye, span, state.is_extra
        self._window = self.chunks.window(state.now_tdb_s, span)
        self._is_small = self.chunks.is_small(eye.camera_km, eye.view[1])
        return was_drawn or bool(self.indices)

    def _triangles(self, levels: npt.NDArray[np.intp], buffer: StaysBuffer) -> Iterator[Indices]:
        """Return the triangles of chunks in their finenesses, none of those at -1; blocks that miss are placed."""
        for number in range(0, len(levels), BLOCK_CHUNKS):
            own = levels[number : number + BLOCK_CHUNKS]
            for level in sorted(set(own.tolist()) - {-1}):
                if (level, number) not in self.blocks:
                    self.blocks[level, number] = self._placed(level, number, buffer)
                place, first = self.blocks[level, number]
                yield ribbon_indices(place // 4 + np.flatnonzero(np.repeat(own == level, np.diff(first))))

    def _placed(self, level: int, number: int, buffer: StaysBuffer) -> tuple[int, npt.NDArray[np.intp]]:
        thin, first = self.chunks.thinned(self.line, level, number, BLOCK_CHUNKS)
        return buffer.place(ribbon_vertices(thin, self.colour, self.origin_tdb_s, self.number)), first
