"""Paths as ribbons: uploaded once in several finenesses, time runs on the GPU.

A path is cut into chunks. Each frame chooses for each chunk the coarsest fineness that strays by less than a quarter of
a pixel, and leaves out what lies beside the picture or outside the shown time; a longer path costs no more for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.model.trails import TrailLine, TrailState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import DirectProgram
from visualizer.scene.palette import Colour
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, split_f32
from visualizer.scene.visuals.trail_levels import STRAY_PX, STRAYS_KM, ChunkedLine, thinned_line

VERTEX = np.dtype(
    [
        ("a_here_high", np.float32, 3),
        ("a_here_low", np.float32, 3),
        ("a_there_high", np.float32, 3),
        ("a_there_low", np.float32, 3),
        ("a_time_kind_side_end", np.float32, 4),
        ("a_colour", np.float32, 3),
    ]
)


@dataclass(frozen=True, slots=True)
class TrailStyle:
    """How a path fades with time from now: to `floor` of its alpha, over `fade_s`."""

    past_fade_s: float
    past_floor: float
    future_alpha: float
    future_fade_s: float
    future_floor: float


# About the Moon dozens of revolutions lie side by side: those far in time must not add up to a wall of light.
STYLES = {
    301: TrailStyle(9_000.0, 0.30, 0.34, 7_000.0, 0.06),
    399: TrailStyle(90_000.0, 0.62, 0.40, 1e9, 1.0),
}
LONG_S = 1e10
BATCHES_KEPT = 4
CLOSE_STYLE = TrailStyle(1_800.0, 0.05, 0.50, 1_800.0, 0.06)


def ribbon_vertices(
    line: TrailLine, colour: Colour = (1.0, 1.0, 1.0), origin_tdb_s: float | None = None
) -> npt.NDArray[np.void]:
    """Return four vertices for each segment of a path: both ends, both edges; times are after the origin."""
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
        part["a_colour"] = colour
    return vertices.reshape(-1)


def ribbon_indices(segments: npt.NDArray[np.intp]) -> npt.NDArray[np.uint32]:
    """Return two triangles for each of these segments, (6 n,)."""
    first = 4 * segments.astype(np.uint32)[:, np.newaxis]
    return np.ascontiguousarray((first + np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)).reshape(-1))


def camera_in_line(state: TrailState, space: RenderSpace) -> FloatArray:
    """Return the camera relative to a path's anchor in the path's own axes and scale, (3,) km."""
    offset = (space.pose.pos_wrt_earth_icrf_km - state.anchor_pos_km) / state.scale
    return offset if state.rot_line_from_icrf is None else np.asarray(state.rot_line_from_icrf @ offset)


def rot_view_from_line(state: TrailState, space: RenderSpace) -> FloatArray:
    """Return what turns a path's own axes into view axes, its scale included, (3, 3)."""
    rot = space.pose.rot_view_from_icrf
    rot = rot if state.rot_line_from_icrf is None else rot @ state.rot_line_from_icrf.T
    return np.asarray(rot * state.scale)


class _LineBuffers:
    """What of a path lies on the graphics card: its finenesses, each made when first wanted."""

    def __init__(self, line: TrailLine, colour: Colour) -> None:
        self.line, self.colour = line, colour
        self.chunks = ChunkedLine.of(line)
        self._vertices: dict[int, tuple[gloo.VertexBuffer, npt.NDArray[np.intp]]] = {}
        self._indices: dict[int, tuple[bytes, gloo.IndexBuffer, int]] = {}

    def take(self, line: TrailLine) -> None:
        """Take over a path of as many points, kept in the finest form only."""
        self.line, self.chunks = line, ChunkedLine.of(line)
        if 0 in self._vertices:
            self._vertices[0][0].set_data(ribbon_vertices(line, self.colour))

    def level(self, level: int) -> tuple[gloo.VertexBuffer, npt.NDArray[np.intp]]:
        """Return a fineness's vertices and the number of the first segment of each chunk, and of the end."""
        if level not in self._vertices:
            thin = thinned_line(self.line, self.chunks.strays_km[level], self.chunks.edges)
            first = np.searchsorted(thin.tdb_s, self.line.tdb_s[self.chunks.edges])
            self._vertices[level] = (gloo.VertexBuffer(ribbon_vertices(thin, self.colour)), first)
        return self._vertices[level]

    def indices(self, level: int, chosen: npt.NDArray[np.bool_]) -> tuple[gloo.IndexBuffer, int]:
        """Return the triangles of the chosen chunks in a fineness and their corners' number; kept until others are."""
        key = chosen.tobytes()
        held = self._indices.get(level)
        if held is None or held[0] != key:
            first = self.level(level)[1]
            spans = [np.arange(first[i], first[i + 1]) for i in np.flatnonzero(chosen)]
            corners = ribbon_indices(np.concatenate(spans))
            held = self._indices[level] = (key, gloo.IndexBuffer(corners), len(corners))
        return held[1:]


class _Batch:
    """Several paths about the Earth in one buffer, for a camera far from all of them."""

    def __init__(self, members: tuple[tuple[TrailState, Colour], ...], stray_km: float, origin_tdb_s: float) -> None:
        self.lines = tuple(state.line for state, _ in members)
        parts = [
            ribbon_vertices(thinned_line(shown_part(state), stray_km), colour, origin_tdb_s)
            for state, colour in members
        ]
        vertices = np.concatenate(parts)
        self.vertices = gloo.VertexBuffer(vertices)
        self.count = 6 * (len(vertices) // 4)
        self.indices = gloo.IndexBuffer(ribbon_indices(np.arange(len(vertices) // 4)))


def shown_part(state: TrailState) -> TrailLine:
    """Return the points of a path between the epochs that are shown."""
    line = state.line
    chosen = (line.tdb_s >= state.start_tdb_s) & (line.tdb_s <= state.end_tdb_s)
    return replace(line, tdb_s=line.tdb_s[chosen], position_km=line.position_km[chosen], kind=line.kind[chosen])


def can_be_batched(state: TrailState) -> bool:
    """Tell whether a path is drawn whole and like others: about the Earth, with nothing of its own but its colour."""
    is_plain = state.rot_line_from_icrf is None and not state.is_close and state.gap_tdb_s == (0.0, 0.0)
    return is_plain and state.role == "flight" and state.line.anchor_id == 399 and state.dawn_s == state.dusk_s == 0.0


class TrailsVisual:
    """All paths: one program; each has buffers of its own, but those far from the camera share one."""

    HALF_WIDTH_PX = 1.0

    def __init__(self) -> None:
        self.program = DirectProgram(door.make_program("trail.vert", "trail.frag"), VERTEX)
        self._held: dict[str, _LineBuffers] = {}
        self._batches: dict[object, _Batch] = {}

    def _buffers(self, line: TrailLine, colour: Colour) -> _LineBuffers:
        held = self._held.get(line.id)
        if held is not None and held.line is line and held.colour == colour:
            return held
        if held is not None and held.chunks.is_single and len(held.line.tdb_s) == len(line.tdb_s):
            held.colour = colour
            held.take(line)
            return held
        self._held[line.id] = _LineBuffers(line, colour)
        return self._held[line.id]

    def draw(self, trails: Iterable[tuple[TrailState, Colour]], space: RenderSpace) -> None:
        """Draw paths, each with its colour, with depth against the globes."""
        gloo.set_state(depth_test=True, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"))
        gloo.set_depth_mask(False)
        self.program.begin()
        self.program.set("u_depth_scale", (float(DEPTH_SCALE),))
        wanted = list(trails)
        together = tuple(item for item in wanted if can_be_batched(item[0]))
        level = self._shared_level(together, space) if len(together) > 1 else 0
        if level > 0:
            self._draw_batch(together, STRAYS_KM[level], space)
        for state, colour in wanted:
            if level == 0 or not can_be_batched(state):
                self._draw_one(state, colour, space)
        self.program.end()
        gloo.set_depth_mask(True)

    def _shared_level(self, together: tuple[tuple[TrailState, Colour], ...], space: RenderSpace) -> int:
        """Return the fineness that is enough for all these paths, 0 where the camera is too near for one buffer."""
        camera = space.pose.pos_wrt_earth_icrf_km
        balls = [self._buffers(state.line, colour).chunks for state, colour in together]
        nearest = min(ball.nearest_km(camera) for ball in balls)
        return int(np.searchsorted(STRAYS_KM, STRAY_PX * space.pixel_rad * nearest, side="right")) - 1

    def _draw_batch(self, together: tuple[tuple[TrailState, Colour], ...], stray_km: float, space: RenderSpace) -> None:
        key = (stray_km, tuple((id(state.line), colour) for state, colour in together))
        origin = float(together[0][0].line.tdb_s[0])
        batch = self._batches.pop(key, None) or _Batch(together, stray_km, origin)
        # The newest last: panes of one window take turns with theirs.
        self._batches[key] = batch
        if len(self._batches) > BATCHES_KEPT:
            del self._batches[next(iter(self._batches))]
        state = together[0][0]
        whole = replace(state, start_tdb_s=origin - LONG_S, end_tdb_s=origin + LONG_S)
        self._set_uniforms(whole, space, space.pose.pos_wrt_earth_icrf_km)
        self.program.draw(batch.vertices, batch.indices, batch.count)

    def _draw_one(self, state: TrailState, colour: Colour, space: RenderSpace) -> None:
        held = self._buffers(state.line, colour)
        camera = camera_in_line(state, space)
        forward = -rot_view_from_line(state, space)[2] / state.scale
        levels = held.chunks.levels(
            camera, forward, space.half_diagonal_rad, space.pixel_rad, state.now_tdb_s,
            (state.start_tdb_s, state.end_tdb_s), is_extra=state.mission_index > 0,
        )  # fmt: skip
        wanted = sorted(set(levels.tolist()) - {-1})
        if not wanted:
            return
        self._set_uniforms(state, space, camera)
        for level in wanted:
            self.program.draw(held.level(level)[0], *held.indices(level, levels == level))

    def _set_uniforms(self, state: TrailState, space: RenderSpace, camera_km: FloatArray) -> None:
        line, origin = state.line, float(state.line.tdb_s[0])
        high, low = split_f32(camera_km)
        style = CLOSE_STYLE if state.is_close else STYLES[line.anchor_id]
        gap_start, gap_end = (edge - origin for edge in state.gap_tdb_s)
        wanted: dict[str, tuple[float, ...]] = {
            "u_camera_high": tuple(high.tolist()),
            "u_camera_low": tuple(low.tolist()),
            "u_focal": space.focal,
            "u_size_px": space.size_px,
            "u_half_width_px": (self.HALF_WIDTH_PX * space.ui_scale,),
            "u_scale": (space.ui_scale,),
            "u_span_s": tuple(t - origin for t in (state.now_tdb_s, state.start_tdb_s, state.end_tdb_s)),
            "u_edges_s": (gap_start, gap_end, state.dawn_s, state.dusk_s),
            "u_fading": (style.past_fade_s, style.future_fade_s, style.past_floor, style.future_floor),
            "u_alpha": (0.95 if state.role == "flight" else 0.6, style.future_alpha),
            "u_view_from_icrf": tuple(rot_view_from_line(state, space).ravel().tolist()),
        }
        for name, value in wanted.items():
            self.program.set(name, value)
