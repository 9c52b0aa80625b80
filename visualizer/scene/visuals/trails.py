"""Paths as ribbons: uploaded once, time runs on the GPU."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.model.trails import TrailLine, TrailState
from visualizer.scene import gl as door
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, matrix_f32, split_f32

VERTEX = np.dtype(
    [
        ("a_here_high", np.float32, 3),
        ("a_here_low", np.float32, 3),
        ("a_there_high", np.float32, 3),
        ("a_there_low", np.float32, 3),
        ("a_time_kind_side_end", np.float32, 4),
    ]
)
STRAYS_KM = (0.0, 0.4, 1.0, 2.5, 8.0, 30.0, 100.0)
LONGEST_STEP = 12
STRAY_PX = 0.25
# A path comes nearer to the camera between the places looked at than at them, by this much at most.
NEARER_KM = 60.0


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
CLOSE_STYLE = TrailStyle(1_800.0, 0.05, 0.50, 1_800.0, 0.06)


def ribbon_vertices(line: TrailLine) -> npt.NDArray[np.void]:
    """Return four vertices for each segment of a path: both ends, both edges."""
    high, low = split_f32(line.position_km)
    seconds = (line.tdb_s - line.tdb_s[0]).astype(np.float32)
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
    return vertices.reshape(-1)


def ribbon_indices(n_segments: int) -> npt.NDArray[np.uint32]:
    """Return two triangles for each segment."""
    first = 4 * np.arange(n_segments, dtype=np.uint32)[:, np.newaxis]
    return np.ascontiguousarray((first + np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)).reshape(-1))


def thinned_line(line: TrailLine, stray_km: float) -> TrailLine:
    """Return a path with points left out so that chords stray from it by about `stray_km` at most.

    Both ends and every change of kind are kept. A chord over n steps strays n^2 / 4 times as far as one over two.
    """
    if stray_km <= 0.0 or len(line.tdb_s) < 4:
        return line
    place = line.position_km
    bend_km = np.linalg.norm(place[1:-1] - 0.5 * (place[:-2] + place[2:]), axis=1)
    steps = np.clip(2.0 * np.sqrt(stray_km / np.maximum(bend_km, 1e-9)), 1, LONGEST_STEP).astype(int)
    # A step may not run into a sharper bend than where it began.
    smallest = running_minimum(np.concatenate([steps[:1], steps, steps[-1:]]))
    must = np.zeros(len(place), dtype=bool)
    change = np.flatnonzero(np.diff(line.kind))
    must[[0, -1, *change, *(change + 1)]] = True
    kept, since = [], 0
    for index, (is_needed, step) in enumerate(zip(must.tolist(), smallest.tolist(), strict=True)):
        since += 1
        if is_needed or since >= step:
            kept.append(index)
            since = 0
    return replace(line, tdb_s=line.tdb_s[kept], position_km=place[kept], kind=line.kind[kept])


def running_minimum(values: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """Return at each place the least of the values within the longest step on either side."""
    padded = np.pad(values, LONGEST_STEP, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * LONGEST_STEP + 1)
    return np.asarray(windows.min(axis=1))


def stray_for(line: TrailLine, anchor_pos_km: FloatArray, space: RenderSpace) -> float:
    """Return the coarsest of `STRAYS_KM` that is under a quarter of a pixel where the path is nearest to the camera."""
    distance = np.linalg.norm(line.position_km[::4] + space.offset_km(anchor_pos_km), axis=1)
    allowed = STRAY_PX * space.pixel_rad * max(float(distance.min()) - NEARER_KM, 0.0)
    return STRAYS_KM[int(np.searchsorted(STRAYS_KM, allowed, side="right")) - 1]


class TrailsVisual:
    """All paths: one program, one buffer for each line."""

    HALF_WIDTH_PX = 1.0

    def __init__(self) -> None:
        self.program = door.make_program("trail.vert", "trail.frag")
        self.program["u_depth_scale"] = DEPTH_SCALE
        self._buffers: dict[tuple[str, float], tuple[TrailLine, gloo.VertexBuffer, gloo.IndexBuffer]] = {}

    def _bind(self, line: TrailLine, stray_km: float) -> gloo.IndexBuffer:
        held = self._buffers.get((line.id, stray_km))
        if held is not None and held[0] is not line and len(held[0].tdb_s) == len(line.tdb_s) and stray_km == 0.0:
            held[1].set_data(ribbon_vertices(line))
            held = self._buffers[line.id, stray_km] = (line, held[1], held[2])
        if held is None or held[0] is not line:
            thinned = thinned_line(line, stray_km)
            vertices = gloo.VertexBuffer(ribbon_vertices(thinned))
            held = (line, vertices, gloo.IndexBuffer(ribbon_indices(len(thinned.tdb_s) - 1)))
            self._buffers[line.id, stray_km] = held
        self.program.bind(held[1])
        return held[2]

    def draw(self, state: TrailState, space: RenderSpace, colour: tuple[float, float, float]) -> None:
        """Draw one path with depth against the globes."""
        line = state.line
        indices = self._bind(line, stray_for(line, state.anchor_pos_km, space))
        origin = float(line.tdb_s[0])
        camera: FloatArray = space.pose.pos_wrt_earth_icrf_km - state.anchor_pos_km
        high, low = split_f32(camera)
        self.program["u_camera_high"], self.program["u_camera_low"] = high, low
        self.program["u_view_from_icrf"] = matrix_f32(space.pose.rot_view_from_icrf)
        self.program["u_focal"] = space.focal
        self.program["u_size_px"] = space.size_px
        self.program["u_half_width_px"] = self.HALF_WIDTH_PX * space.ui_scale
        self.program["u_now_s"] = state.now_tdb_s - origin
        self.program["u_start_s"] = state.start_tdb_s - origin
        self.program["u_end_s"] = state.end_tdb_s - origin
        self.program["u_gap_s"] = (state.gap_tdb_s[0] - origin, state.gap_tdb_s[1] - origin)
        self.program["u_dawn_s"] = state.dawn_s
        style = CLOSE_STYLE if state.is_close else STYLES[line.anchor_id]
        self.program["u_fade_s"] = (style.past_fade_s, style.future_fade_s)
        self.program["u_floor"] = (style.past_floor, style.future_floor)
        self.program["u_colour_past"] = (*colour, 0.95 if state.role == "flight" else 0.6)
        self.program["u_colour_future"] = (*colour, style.future_alpha)
        gloo.set_state(depth_test=True, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"))
        gloo.set_depth_mask(False)
        self.program.draw("triangles", indices)
        gloo.set_depth_mask(True)
