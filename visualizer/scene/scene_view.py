"""The scene: takes a frame state, draws it into whatever framebuffer is bound.

The same three calls serve the window and files: `apply`, `draw`, done. Globes are drawn from the farthest to the
nearest with logarithmic depth, then the craft, the paths, and the overlay.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from vispy import gloo

from visualizer.model.frame_state import BodyState, FrameState
from visualizer.model.trails import TrailState
from visualizer.scene import gl as door
from visualizer.scene import hud, label_layout
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.craft import CraftVisual
from visualizer.scene.visuals.globe import EarthVisual, MoonVisual
from visualizer.scene.visuals.overlay import MarkersVisual, TextVisual
from visualizer.scene.visuals.sky import StarsVisual, SunVisual
from visualizer.scene.visuals.textures import start_reading
from visualizer.scene.visuals.trails import TrailsVisual

MISSION_COLOURS = ((1.0, 0.80, 0.36), (0.45, 0.80, 1.0), (0.62, 0.95, 0.55), (0.95, 0.55, 0.85))
TEXT_PX = 13
ORBIT_COLOUR = (0.42, 0.48, 0.58)
CRAFT_SEEN_PX = 1.0
CRAFT_NAMED_PX = 40.0


class SceneView:
    """All visuals of one GL context; make and use it with that context current.

    Attributes
    ----------
    facts : what OpenGL says of itself
    """

    def __init__(self) -> None:
        start_reading()
        self.facts = door.read_facts()
        door.enable_seamless_cubes()
        gloo.gl.glEnable(0x8642)  # GL_VERTEX_PROGRAM_POINT_SIZE: points take their size from the shader
        gloo.gl.glEnable(0x8861)  # GL_POINT_SPRITE: gl_PointCoord works in compatibility profiles
        self._stars = StarsVisual()
        self._sun = SunVisual()
        self._trails = TrailsVisual()
        self._markers = MarkersVisual()
        self._globes: dict[int, MoonVisual | EarthVisual] = {}
        self._texts: dict[int, TextVisual] = {}
        self._crafts: dict[str, CraftVisual | None] = {}
        self._state: FrameState | None = None

    def apply(self, state: FrameState) -> None:
        """Take the frame to draw."""
        self._state = state

    def draw(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw the frame into the bound framebuffer, `size_px` physical pixels large."""
        state = self._state
        gloo.set_viewport(0, 0, *size_px)
        gloo.set_depth_mask(True)
        gloo.clear(color=(0.0, 0.0, 0.0, 1.0), depth=True)
        if state is None:
            return
        space = RenderSpace(state.camera, size_px, ui_scale)
        if state.options.has_stars:
            self._stars.draw(space)
        self._sun.draw(state.body(10).pos_km, space)
        self._draw_globes(state, space)
        craft_px = self._draw_crafts(state, space)
        for trail in state.trails:
            self._trails.draw(trail, space, trail_colour(trail))
        self._draw_overlay(state, space, craft_px)

    def _globe(self, naif_id: int) -> MoonVisual | EarthVisual:
        if naif_id not in self._globes:
            make: Callable[[], MoonVisual | EarthVisual] = MoonVisual if naif_id == 301 else EarthVisual
            self._globes[naif_id] = make()
        return self._globes[naif_id]

    def _draw_globes(self, state: FrameState, space: RenderSpace) -> None:
        bodies = [state.body(399), state.body(301)]
        bodies.sort(key=lambda b: -float(np.linalg.norm(space.offset_km(b.pos_km))))
        for body in bodies:
            if is_in_picture(body, space):
                self._globe(body.body.naif_id).draw(body, state.body(10).pos_km, space)

    def _draw_crafts(self, state: FrameState, space: RenderSpace) -> dict[str, float]:
        sizes = {}
        for craft in state.crafts:
            if craft.mission_id not in self._crafts:
                self._crafts[craft.mission_id] = CraftVisual.for_mission(craft.mission_id)
            visual = self._crafts[craft.mission_id]
            size_px = visual.radius_px(craft, space) if visual else 0.0
            sizes[craft.name] = size_px
            is_inside = visual is not None and size_px * space.pixel_rad > 0.9
            if visual and size_px > CRAFT_SEEN_PX and not is_inside:
                moon, earth = state.body(301).pos_km, state.body(399).pos_km
                to_moon, to_earth = (float(np.linalg.norm(craft.pos_km - p)) for p in (moon, earth))
                visual.draw(craft, state.body(10).pos_km, moon if to_moon < to_earth else earth, space)
            if is_inside:
                sizes[craft.name] = np.inf
        return sizes

    def _draw_overlay(self, state: FrameState, space: RenderSpace, craft_px: dict[str, float]) -> None:
        text_px = max(8, round(TEXT_PX * space.ui_scale))
        if text_px not in self._texts:
            self._texts[text_px] = TextVisual(text_px)
        text = self._texts[text_px]
        runs = hud.hud_runs(state, space, text.atlas) if state.options.has_hud else []
        if state.options.has_labels:
            taken = [text.box_px(run) for run in runs]
            self._markers.draw(label_layout.markers(state, space, craft_px), space.size_px)
            placed = label_layout.place_labels(state, space, text.atlas, taken)
            runs += label_layout.label_runs([p for p in placed if craft_px.get(p.label.text, 0.0) < CRAFT_NAMED_PX])
        text.draw(runs, space.size_px)


def trail_colour(trail: TrailState) -> tuple[float, float, float]:
    """Return a path's colour: each mission has its own, a body's orbit is grey."""
    return ORBIT_COLOUR if trail.role == "orbit" else MISSION_COLOURS[trail.mission_index % len(MISSION_COLOURS)]


def is_in_picture(body: BodyState, space: RenderSpace) -> bool:
    """Tell whether a globe can touch the picture and is larger than a fifth of a pixel."""
    offset = space.offset_km(body.pos_km)
    distance = max(float(np.linalg.norm(offset)), 1e-9)
    radius_rad = float(np.arcsin(min(body.body.radius_km * 1.02 / distance, 1.0)))
    away = float(np.arccos(np.clip(-space.pose.rot_view_from_icrf[2] @ offset / distance, -1.0, 1.0)))
    return away < space.half_diagonal_rad + radius_rad and radius_rad > 0.1 * space.pixel_rad
