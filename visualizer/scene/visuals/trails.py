"""Paths as ribbons: uploaded once in several finenesses, time runs on the GPU.

A path is cut into chunks. Each frame chooses for each chunk the coarsest fineness that strays by less than four tenths
of a pixel, and leaves out what lies beside the picture or outside the shown time; a longer path costs no more for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.model.trail_line import TrailLine
from visualizer.model.trails import TrailState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import OVER, DirectProgram, set_state
from visualizer.scene.palette import Colour
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, split_f32
from visualizer.scene.visuals.trail_buffers import VERTEX, Batch, Choice, LineBuffers, Members, parts_of_shader
from visualizer.scene.visuals.trail_stays import MOST_PATHS, StaysBuffer, can_share, is_beside


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
# A window keeps what it chose to draw of a path until the camera has moved by this share of its distance, or turned.
CHOICE_SLACK = 0.01
CLOSE_STYLE = TrailStyle(1_800.0, 0.05, 0.50, 1_800.0, 0.06)


def camera_in_line(state: TrailState, space: RenderSpace) -> FloatArray:
    """Return the camera relative to a path's anchor in the path's own axes and scale, (3,) km."""
    offset = space.pose.pos_wrt_earth_icrf_km - state.anchor_pos_km
    if state.scale != 1.0:
        offset = offset / state.scale
    return offset if state.rot_line_from_icrf is None else np.asarray(state.rot_line_from_icrf @ offset)


def rot_view_from_line(state: TrailState, space: RenderSpace) -> FloatArray:
    """Return what turns a path's own axes into view axes, its scale included, (3, 3)."""
    rot = space.pose.rot_view_from_icrf
    rot = rot if state.rot_line_from_icrf is None else rot @ state.rot_line_from_icrf.T
    return rot if state.scale == 1.0 else np.asarray(rot * state.scale)


def can_be_batched(state: TrailState) -> bool:
    """Tell whether a path is drawn whole and like others: about the Earth, with nothing of its own but its colour."""
    is_plain = state.rot_line_from_icrf is None and not state.is_close and state.gap_tdb_s == (0.0, 0.0)
    is_like = state.role == "flight" and state.line.anchor_id == 399 and state.dawn_s == state.dusk_s == 0.0
    return is_plain and is_like and state.start_tdb_s < state.end_tdb_s


class TrailsVisual:
    """All paths: plain ones about the Earth share a buffer, those about the Moon another, and the rest have their own.

    Parameters
    ----------
    is_patient : whether what is drawn of each path is chosen anew for each frame (files), or when the camera has moved
        by a hundredth of its distance from it (a window)
    """

    HALF_WIDTH_PX = 1.0

    def __init__(self, is_patient: bool = True) -> None:
        # A file's picture follows from its frame alone, not from where the camera was before.
        self._slack = 0.0 if is_patient else CHOICE_SLACK
        # By what they have; what each was told of the camera, and which have begun with this picture.
        self._programs: dict[tuple[str, ...], DirectProgram] = {}
        self._told_camera: dict[tuple[str, ...], bytes] = {}
        self._begun: set[tuple[str, ...]] = set()
        self._held: dict[str, LineBuffers] = {}
        self._batches: dict[object, Batch] = {}
        # Paths about the Moon in the axes of the ICRF, and those that turn with its ground.
        self._stays = StaysBuffer(self._slack)
        self._turned = StaysBuffer(self._slack)

    def _buffers(self, line: TrailLine, colour: Colour) -> LineBuffers:
        held = self._held.get(line.id)
        if held is not None and held.line is line and held.colour == colour:
            return held
        if held is not None and held.chunks.is_single and len(held.line.tdb_s) == len(line.tdb_s):
            held.colour = colour
            held.take(line)
            return held
        self._held[line.id] = LineBuffers(line, colour)
        return self._held[line.id]

    def draw(self, trails: Iterable[tuple[TrailState, Colour]], space: RenderSpace) -> None:
        """Draw paths, each with its colour, with depth against the globes."""
        set_state(depth=True, blend=OVER, writes_depth=False)
        self._begun.clear()
        plain, stays, turned, alone = sorted_out(trails)
        if plain:
            self._draw_batch(plain, space)
        if stays:
            self._draw_stays(self._stays, stays, space)
        if turned:
            self._draw_stays(self._turned, turned, space)
        for state, colour in alone:
            self._draw_one(state, colour, space)

    def _begin(self, defines: tuple[str, ...], space: RenderSpace) -> DirectProgram:
        """Return the program with these parts, in use and told what all paths have in common."""
        if defines not in self._programs:
            self._programs[defines] = DirectProgram(door.make_program("trail.vert", "trail.frag", defines), VERTEX)
        program = self._programs[defines]
        program.begin()
        if defines not in self._begun:
            self._begun.add(defines)
            program.set("u_depth_scale", DEPTH_SCALE)
            program.set("u_focal", *space.focal)
            program.set("u_size_px", *space.size_px)
            program.set("u_half_width_px", self.HALF_WIDTH_PX * space.ui_scale)
            program.set("u_scale", space.ui_scale)
        return program

    def _draw_batch(self, together: Members, space: RenderSpace) -> None:
        key = tuple((state.line, colour, state.start_tdb_s, state.end_tdb_s) for state, colour in together)
        # The newest last: what is switched on and off is not made anew each time.
        batch = self._batches[key] = self._batches.pop(key, None) or Batch(together)
        if len(self._batches) > BATCHES_KEPT:
            del self._batches[next(iter(self._batches))]
        found = batch.chosen(space, self._slack)
        if found.parts:
            state, origin = together[0][0], batch.origin_tdb_s
            whole = state._replace(start_tdb_s=origin - LONG_S, end_tdb_s=origin + LONG_S)
            camera, rot = space.pose.pos_wrt_earth_icrf_km, space.pose.rot_view_from_icrf
            self._draw_parts(found, whole, camera, rot, space)

    def _draw_one(self, state: TrailState, colour: Colour, space: RenderSpace) -> None:
        held = self._buffers(state.line, colour)
        camera, rot = camera_in_line(state, space), rot_view_from_line(state, space)
        found = self._chosen(held, state, camera, rot[2] / -state.scale, space)
        if found is not None and found.parts:
            self._draw_parts(found, state, camera, rot, space)

    def _draw_stays(self, buffer: StaysBuffer, stays: Members, space: RenderSpace) -> None:
        first = stays[0][0]
        camera, rot = camera_in_line(first, space), rot_view_from_line(first, space)
        draws = buffer.draws(stays, camera, -rot[2], space)
        times = buffer.times(stays) if draws else None
        for defines, vertices, indices, count in draws:
            program = self._begin(defines, space)
            self._tell_camera(program, defines, camera, rot)
            _set_style(program, first)
            program.set_vectors("u_paths", times)
            program.draw(vertices, indices, count)

    def _draw_parts(
        self, found: Choice, state: TrailState, camera_km: FloatArray, rot: FloatArray, space: RenderSpace
    ) -> None:
        program = self._begin(found.defines, space)
        self._tell_camera(program, found.defines, camera_km, rot)
        _set_style(program, state)
        _set_times(program, state)
        for part in found.parts:
            program.draw(*part)

    def _tell_camera(
        self, program: DirectProgram, defines: tuple[str, ...], camera_km: FloatArray, rot: FloatArray
    ) -> None:
        known = camera_km.tobytes()
        if known != self._told_camera.get(defines):
            self._told_camera[defines] = known
            high, low = split_f32(camera_km)
            program.set("u_camera_high", *high.tolist())
            program.set("u_camera_low", *low.tolist())
        program.set_matrix("u_view_from_icrf", rot)

    def _chosen(
        self, held: LineBuffers, state: TrailState, camera_km: FloatArray, forward: FloatArray, space: RenderSpace
    ) -> Choice | None:
        """Return what of a path to draw for a camera in its axes, or None where none of its time is shown."""
        span, is_extra = (state.start_tdb_s, state.end_tdb_s), state.is_extra
        first, after, now = held.chunks.window(state.now_tdb_s, span)
        if first >= after:
            return None
        view = (space.half_diagonal_rad, space.pixel_rad)
        # Which chunk is that of now matters only for a path that looks small.
        key = (first, after, now if held.chunks.is_small(camera_km, space.pixel_rad) else -1, view, is_extra)
        if held.choice is None or not held.choice.holds(key, camera_km, forward, self._slack):
            levels = held.chunks.levels(camera_km, forward, *view, state.now_tdb_s, span, is_extra=is_extra)
            parts = held.parts(levels)
            room_km = held.chunks.room_km(camera_km) if self._slack else 0.0
            defines = parts_of_shader([(held.line, held.chunks)], camera_km)
            held.choice = Choice(key, camera_km, forward, room_km, defines, parts)
        return held.choice


def sorted_out(
    trails: Iterable[tuple[TrailState, Colour]],
) -> tuple[Members, Members, Members, list[tuple[TrailState, Colour]]]:
    """Return the paths that are drawn together and those drawn alone.

    Together are those about the Earth, those about the Moon, and those about the Moon that turn with its ground.
    """
    plain, stays, turned, alone = [], [], [], []
    # A buffer knows each path once.
    taken: set[TrailLine] = set()
    for item in trails:
        state = item[0]
        like = stays if state.rot_line_from_icrf is None else turned
        if can_be_batched(state):
            plain.append(item)
        elif can_share(state) and len(like) < MOST_PATHS and state.line not in taken and is_beside(state, like):
            taken.add(state.line)
            like.append(item)
        else:
            alone.append(item)
    for together in (plain, stays, turned):
        if len(together) == 1:
            alone.append(together.pop())
    return tuple(plain), tuple(stays), tuple(turned), alone


def _set_style(program: DirectProgram, state: TrailState) -> None:
    """Tell a program how paths of a kind fade."""
    style = CLOSE_STYLE if state.is_close else STYLES[state.line.anchor_id]
    program.set("u_fading", style.past_fade_s, style.future_fade_s, style.past_floor, style.future_floor)
    program.set("u_alpha", 0.95 if state.role == "flight" else 0.6, style.future_alpha)


def _set_times(program: DirectProgram, state: TrailState) -> None:
    """Tell a program what is one path's own."""
    origin = float(state.line.tdb_s[0])
    gap_start, gap_end = (edge - origin for edge in state.gap_tdb_s)
    program.set("u_span_s", *(t - origin for t in (state.now_tdb_s, state.start_tdb_s, state.end_tdb_s)))
    program.set("u_edges_s", gap_start, gap_end, state.dawn_s, state.dusk_s)
