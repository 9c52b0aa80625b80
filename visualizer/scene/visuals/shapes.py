"""Lines on globes and on the sky, and translucent surfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.model.shapes import IndexArray, LineState, VeilState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import OVER, DirectProgram, DynamicBuffer, set_state
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, split_f32
from visualizer.scene.visuals.trail_buffers import ribbon_indices

VERTEX: Final = np.dtype(
    [
        ("a_here_high", np.float32, 3),
        ("a_here_low", np.float32, 3),
        ("a_there_high", np.float32, 3),
        ("a_there_low", np.float32, 3),
        ("a_side_end", np.float32, 2),
    ]
)
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class LineStyle:
    """A line's colour (None: its mission's), alpha, width; `nearer`: the part of its distance it is drawn nearer by."""

    colour: Colour | None
    alpha: float
    half_width_px: float
    nearer: float = 0.0


LINE_STYLES: Final = {
    "graticule": LineStyle((0.72, 0.80, 0.90), 0.38, 0.5, 0.0015),
    "coast": LineStyle((0.98, 0.93, 0.72), 0.75, 0.55, 0.0015),
    "terminator": LineStyle((1.0, 0.62, 0.35), 0.85, 0.75, 0.0015),
    "track-past": LineStyle(None, 0.90, 0.9, 0.0025),
    "track-coming": LineStyle(None, 0.42, 0.7, 0.0025),
    "view": LineStyle((0.75, 0.95, 1.0), 0.80, 0.6, 0.0015),
    "member": LineStyle(None, 0.22, 0.5),
    "constellation": LineStyle((0.42, 0.55, 0.78), 0.55, 0.55),
    "measure": LineStyle((0.70, 1.0, 0.62), 0.85, 0.7, 0.0015),
    "measure-blocked": LineStyle((1.0, 0.52, 0.45), 0.85, 0.7),
}
# Colour (None: the mission's), alpha edge-on, part of it left where it is seen squarely.
VEIL_STYLES: Final[dict[str, tuple[Colour | None, float, float]]] = {
    "umbra": ((0.40, 0.46, 0.80), 0.55, 0.26),
    "penumbra": ((0.45, 0.45, 0.52), 0.30, 0.16),
    "view": ((0.60, 0.90, 1.0), 0.24, 0.45),
    "sigma": (None, 0.42, 0.22),
}


def line_vertices(points_km: FloatArray, starts: IndexArray) -> npt.NDArray[np.void]:
    """Return four vertices for each segment of some lines: both ends, both edges."""
    first = np.ones(len(points_km), dtype=bool)
    first[starts] = False
    ends = np.flatnonzero(first)
    high, low = split_f32(points_km)
    vertices = np.zeros((len(ends), 4), dtype=VERTEX)
    for corner, (end, side) in enumerate(((0, -1), (0, 1), (1, -1), (1, 1))):
        here, there = ends - 1 + end, ends - end
        part = vertices[:, corner]
        part["a_here_high"], part["a_here_low"] = high[here], low[here]
        part["a_there_high"], part["a_there_low"] = high[there], low[there]
        part["a_side_end"] = (side, end)
    return vertices.reshape(-1)


@dataclass(eq=False, slots=True)
class _Drawn:
    """Buffers of some lines, and of which points."""

    vertices: DynamicBuffer
    indices: gloo.IndexBuffer
    count: int
    points_km: FloatArray | None = None


class LinesVisual:
    """All such lines: one program, one buffer each."""

    def __init__(self) -> None:
        self.program = DirectProgram(door.make_program("line.vert", "line.frag"), VERTEX)
        self._held: dict[str, _Drawn] = {}

    def _buffers(self, line: LineState) -> _Drawn:
        held = self._held.get(line.id)
        if held is None or held.points_km is not line.points_km:
            vertices = line_vertices(line.points_km, line.starts)
            count = len(vertices) // 4
            if held is None or held.count != 6 * count:
                held = _Drawn(DynamicBuffer(VERTEX), gloo.IndexBuffer(ribbon_indices(np.arange(count))), 6 * count)
            held.vertices.send(vertices)
            held.points_km = line.points_km
            self._held[line.id] = held
        return held

    def draw(self, line: LineState, space: RenderSpace, mission_colour: Colour) -> None:
        """Draw some lines: those of the sky behind everything, the others with depth."""
        style, program = LINE_STYLES[line.role], self.program
        held = self._buffers(line)
        camera = line.rot_line_from_icrf @ (space.pose.pos_wrt_earth_icrf_km - line.anchor_pos_km)
        high, low = split_f32(camera)
        program.begin()
        program.set("u_depth_scale", DEPTH_SCALE)
        program.set("u_camera_high", *high.tolist())
        program.set("u_camera_low", *low.tolist())
        program.set_matrix("u_view_from_line", space.pose.rot_view_from_icrf @ line.rot_line_from_icrf.T)
        program.set("u_focal", *space.focal)
        program.set("u_size_px", *space.size_px)
        program.set("u_half_width_px", style.half_width_px * space.ui_scale)
        program.set("u_on_ground", 1.0 if line.is_on_ground else 0.0)
        program.set("u_nearer", style.nearer)
        program.set("u_colour", *(style.colour or mission_colour), style.alpha)
        set_state(depth=line.role != "constellation", blend=OVER, writes_depth=False)
        program.draw(held.vertices, held.indices, held.count)


def grid_triangles(rows: int, columns: int) -> npt.NDArray[np.uint32]:
    """Return the triangles of a grid of points, (6 (rows - 1) (columns - 1),)."""
    index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    return np.ascontiguousarray(np.stack([a, b, c, a, c, d], axis=-1).reshape(-1))


class VeilsVisual:
    """Translucent surfaces: made anew for each camera place, as they move with it."""

    DTYPE: Final = np.dtype([("a_place_km", np.float32, 3), ("a_normal", np.float32, 3)])

    def __init__(self) -> None:
        self.program = DirectProgram(door.make_program("veil.vert", "veil.frag"), self.DTYPE)
        self._held: dict[tuple[str, int, int], _Drawn] = {}

    def draw(self, veil: VeilState, space: RenderSpace, mission_colour: Colour) -> None:
        """Draw one surface with depth against the globes."""
        rows, columns = veil.points_km.shape[:2]
        vertices = np.zeros(rows * columns, dtype=self.DTYPE)
        vertices["a_place_km"] = (veil.points_km + space.offset_km(veil.anchor_pos_km)).reshape(-1, 3)
        vertices["a_normal"] = veil.normals.reshape(-1, 3)
        key = (veil.id, rows, columns)
        if key not in self._held:
            triangles = grid_triangles(rows, columns)
            self._held[key] = _Drawn(DynamicBuffer(self.DTYPE), gloo.IndexBuffer(triangles), len(triangles))
        held, program = self._held[key], self.program
        held.vertices.send(vertices)
        colour, alpha, least = VEIL_STYLES[veil.role]
        program.begin()
        program.set("u_depth_scale", DEPTH_SCALE)
        program.set_matrix("u_view_from_icrf", space.pose.rot_view_from_icrf)
        program.set("u_focal", *space.focal)
        program.set("u_colour", *(colour or mission_colour), alpha)
        program.set("u_least", least)
        set_state(depth=True, blend=OVER, writes_depth=False)
        program.draw(held.vertices, held.indices, held.count)
