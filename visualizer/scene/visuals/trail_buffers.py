"""Ribbons of paths on the graphics card: single paths in blocks, plain ones about the Earth together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.model.trail_line import PLANNED, TrailLine
from visualizer.model.trails import TrailState
from visualizer.scene.gl_direct import DynamicBuffer, DynamicIndices, Indices
from visualizer.scene.palette import Colour
from visualizer.scene.render_space import RenderSpace, split_f32
from visualizer.scene.visuals.trail_levels import ChunkedLine

# Chunks in a block of a path; so many blocks of each are kept, or as many as are drawn.
BLOCK_CHUNKS: Final = 320
KEPT_BLOCKS: Final = 8
Members = tuple[tuple[TrailState, Colour], ...]
# Vertices, indices and their number.
Parts = tuple[tuple[DynamicBuffer, Indices, int], ...]
VERTEX = np.dtype(
    [
        ("a_here_high", np.float32, 3),
        ("a_here_low", np.float32, 3),
        ("a_there_high", np.float32, 3),
        ("a_there_low", np.float32, 3),
        ("a_time_kind_side_end", np.float32, 4),
        ("a_colour_path", np.float32, 4),
    ]
)


def ribbon_vertices(
    line: TrailLine, colour: Colour = (1.0, 1.0, 1.0), origin_tdb_s: float | None = None, number: int = 0
) -> npt.NDArray[np.void]:
    """Return four vertices for each segment of a path: both ends, both edges; times are after the origin.

    The `number` is the path's own where several share a buffer.
    """
    high, low = split_f32(line.position_km)
    seconds = (line.tdb_s - (line.tdb_s[0] if origin_tdb_s is None else origin_tdb_s)).astype(np.float32)
    count = len(seconds) - 1
    vertices = np.zeros((count, 4), dtype=VERTEX)
    for corner, (end, side) in enumerate(((0, -1), (0, 1), (1, -1), (1, 1))):
        here = slice(end, count + end)
        there = slice(1 - end, count + 1 - end)
        part = vertices[:, corner]
        part["a_here_high"], part["a_here_low"] = high[here], low[here]
        part["a_there_high"], part["a_there_low"] = high[there], low[there]
        # The kind is the segment's, so that colours change at arcs' edges and not along them.
        kind = np.minimum(line.kind[:-1], line.kind[1:])
        time_kind = np.stack([seconds[here], kind, np.full(count, side), np.full(count, end)], axis=-1)
        part["a_time_kind_side_end"] = time_kind
        part["a_colour_path"] = (*colour, number)
    return vertices.reshape(-1)


def ribbon_indices(segments: npt.NDArray[np.intp]) -> npt.NDArray[np.uint32]:
    """Return two triangles for each of these segments, (6 n,)."""
    first = 4 * segments.astype(np.uint32)[:, np.newaxis]
    return np.ascontiguousarray((first + np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)).reshape(-1))


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """What is drawn of a path, and for which camera that was chosen.

    Attributes
    ----------
    key : what else it depends on
    room_km : how far the camera was from the edge of any chunk's ball at least
    defines : what the shader must have for it
    parts : vertices, indices and their number
    """

    key: tuple[object, ...]
    camera_km: FloatArray
    forward: FloatArray
    room_km: float
    defines: tuple[str, ...]
    parts: Parts

    def holds(self, key: tuple[object, ...], camera_km: FloatArray, forward: FloatArray, slack: float) -> bool:
        """Tell whether it is good for another camera: one that has moved and turned by less than the slack."""
        if key != self.key:
            return False
        moved, turned = camera_km - self.camera_km, forward - self.forward
        return float(moved @ moved) <= (slack * self.room_km) ** 2 and float(turned @ turned) <= slack * slack


class LineBuffers:
    """What of a path lies on the graphics card: blocks of some chunks in the finenesses that were wanted.

    Attributes
    ----------
    line, colour, chunks : the path
    choice : what was last chosen to be drawn
    """

    def __init__(self, line: TrailLine, colour: Colour) -> None:
        self.line, self.colour = line, colour
        self.chunks = ChunkedLine.of(line)
        self.choice: Choice | None = None
        self._blocks: dict[tuple[int, int], _Block] = {}

    def take(self, line: TrailLine) -> None:
        """Take over a path of as many points, so short that it is kept in the finest form only."""
        self.line, self.chunks, self.choice = line, ChunkedLine.of(line), None
        self._blocks.clear()

    def parts(self, levels: npt.NDArray[np.intp]) -> Parts:
        """Return what to draw of chunks in their finenesses, none of those at -1."""
        found, used = [], {}
        for number in range(0, len(levels), BLOCK_CHUNKS):
            own = levels[number : number + BLOCK_CHUNKS]
            for level in set(own.tolist()) - {-1}:
                key = (level, number)
                block = self._blocks.pop(key, None) or self._made(level, number)
                used[key] = block
                found.append(block.part(own == level))
        # The newest last; of a path of months only the blocks about now are wanted.
        self._blocks.update(used)
        for key in list(self._blocks)[: max(len(self._blocks) - max(KEPT_BLOCKS, len(used)), 0)]:
            del self._blocks[key]
        return tuple(found)

    def _made(self, level: int, number: int) -> _Block:
        thin, first = self.chunks.thinned(self.line, level, number, BLOCK_CHUNKS)
        return _Block(ribbon_vertices(thin, self.colour, float(self.line.tdb_s[0])), first)


class _Block:
    """Some chunks of a path in one fineness."""

    def __init__(self, corners: npt.NDArray[np.void], first: npt.NDArray[np.intp]) -> None:
        self._vertices, self._indices = DynamicBuffer(VERTEX), DynamicIndices()
        self._vertices.send(corners)
        # Number of the first segment of each chunk, and of the end; which chunks are in the indices, and their number.
        self._first = first
        self._chosen = b""
        self._count = 0

    def part(self, chosen: npt.NDArray[np.bool_]) -> tuple[DynamicBuffer, Indices, int]:
        """Return the triangles of the chosen chunks; kept until others are."""
        known = chosen.tobytes()
        if known != self._chosen:
            corners = ribbon_indices(np.flatnonzero(np.repeat(chosen, np.diff(self._first))))
            self._indices.send(corners)
            self._chosen, self._count = known, len(corners)
        return self._vertices, self._indices, self._count


class _Part:
    """A path as a batch has it: cut to what is shown, its chunks, and its corners in each fineness that was wanted."""

    def __init__(self, state: TrailState, colour: Colour, origin_tdb_s: float) -> None:
        self.line, self.colour, self.origin_tdb_s = shown_part(state), colour, origin_tdb_s
        self.chunks = ChunkedLine.of(self.line)
        self._levels: dict[int, tuple[npt.NDArray[np.void], npt.NDArray[np.intp]]] = {}

    def corners(self, levels: npt.NDArray[np.intp]) -> list[npt.NDArray[np.void]]:
        """Return the corners of each chunk in its fineness, none of those at -1."""
        found = []
        for chunk, level in enumerate(levels.tolist()):
            if level >= 0:
                corners, first = self._level(level)
                found.append(corners[4 * first[chunk] : 4 * first[chunk + 1]])
        return found

    def _level(self, level: int) -> tuple[npt.NDArray[np.void], npt.NDArray[np.intp]]:
        if level not in self._levels:
            thin, first = self.chunks.thinned(self.line, level, 0, len(self.chunks.radius_km))
            self._levels[level] = (ribbon_vertices(thin, self.colour, self.origin_tdb_s), first)
        return self._levels[level]


class Batch:
    """Several paths about the Earth in one buffer, each chunk as fine as the camera needs it."""

    def __init__(self, members: Members) -> None:
        self.origin_tdb_s = float(members[0][0].line.tdb_s[0])
        self._parts = [_Part(state, colour, self.origin_tdb_s) for state, colour in members]
        self._choice: Choice | None = None
        self._vertices = DynamicBuffer(VERTEX)
        self._indices, self._room = gloo.IndexBuffer(ribbon_indices(np.arange(1))), 1

    def chosen(self, space: RenderSpace, slack: float) -> Choice:
        """Return what to draw for a camera, made anew where it has moved by more than the slack."""
        camera, forward = space.pose.pos_wrt_earth_icrf_km, -space.pose.rot_view_from_icrf[2]
        view = (space.half_diagonal_rad, space.pixel_rad)
        if self._choice is None or not self._choice.holds(view, camera, forward, slack):
            room_km = min(part.chunks.room_km(camera) for part in self._parts) if slack else 0.0
            corners = [
                chunk for part in self._parts for chunk in part.corners(part.chunks.fineness(camera, forward, *view))
            ]
            defines = parts_of_shader([(part.line, part.chunks) for part in self._parts], camera)
            self._choice = Choice(view, camera, forward, room_km, defines, self._sent(corners))
        return self._choice

    def _sent(self, corners: list[npt.NDArray[np.void]]) -> Parts:
        count = sum(len(chunk) for chunk in corners) // 4
        if not count:
            return ()
        self._vertices.send(np.concatenate(corners))
        if count > self._room:
            self._room = 2 * count
            self._indices = gloo.IndexBuffer(ribbon_indices(np.arange(self._room)))
        return ((self._vertices, self._indices, 6 * count),)


def shown_part(state: TrailState) -> TrailLine:
    """Return a path from the first to the last epoch that is shown, both of them points of it."""
    line = state.line
    start, end = max(state.start_tdb_s, line.tdb_s[0]), min(state.end_tdb_s, line.tdb_s[-1])
    inside = (line.tdb_s > start) & (line.tdb_s < end)
    times = np.concatenate([[start], line.tdb_s[inside], [end]])
    # On straight lines between its points, as it is drawn; a kind is that of the segment.
    places = np.stack([np.interp(times, line.tdb_s, column) for column in line.position_km.T], axis=-1)
    before = np.clip(np.searchsorted(line.tdb_s, times, side="right") - 1, 0, len(line.tdb_s) - 1)
    return replace(line, tdb_s=times, position_km=places, kind=line.kind[before])


def parts_of_shader(paths: list[tuple[TrailLine, ChunkedLine]], camera_km: FloatArray) -> tuple[str, ...]:
    """Return what the shader must have to draw some paths for a camera: most need little, which is quicker."""
    is_far = all(chunks.is_far(camera_km) for _, chunks in paths)
    has_dashes = any(float(line.kind.max()) >= PLANNED for line, _ in paths)
    is_about_moon = all(line.anchor_id == 301 for line, _ in paths)
    chosen = {"HAS_VERTEX_DEPTH": is_far, "HAS_DASHES": has_dashes, "HAS_VERTEX_FADE": is_about_moon}
    return tuple(name for name, is_wanted in chosen.items() if is_wanted)
