"""The scene: takes a frame state, draws it into whatever framebuffer is bound.

The same three calls serve the window and files: `apply`, `draw`, done. Globes are drawn from the farthest to the
nearest with logarithmic depth, then the craft, the paths, and the overlay.
"""

from __future__ import annotations

import numpy as np
from vispy import gloo

from visualizer.model.craft_state import CraftState
from visualizer.model.frame_state import BodyState, FrameState
from visualizer.model.trails import TrailState
from visualizer.scene import gl as door
from visualizer.scene import hud, label_layout
from visualizer.scene.palette import ORBIT_COLOUR, mission_colour
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.craft import CraftsVisual, Light, enlargement
from visualizer.scene.visuals.earth import EarthVisual
from visualizer.scene.visuals.moon import MoonVisual
from visualizer.scene.visuals.overlay import MarkersVisual, TextVisual
from visualizer.scene.visuals.plume import PlumeVisual
from visualizer.scene.visuals.shapes import LinesVisual, VeilsVisual
from visualizer.scene.visuals.sky import PlanetsVisual, StarsVisual, SunVisual
from visualizer.scene.visuals.textures import start_moon, start_reading
from visualizer.scene.visuals.trails import TrailsVisual

TEXT_PX = 13
AIR_KM = 85.0
CRAFT_SEEN_PX = 1.0
CRAFT_NAMED_PX = 40.0


class SceneView:
    """All visuals of one GL context; make and use it with that context current.

    Attributes
    ----------
    facts : what OpenGL says of itself

    Parameters
    ----------
    is_patient : whether each picture waits for all its parts (files), or shows what is there so far (a window)
    """

    def __init__(self, is_patient: bool = True) -> None:
        start_reading()
        start_moon()
        self._is_patient = is_patient
        self.facts = door.read_facts()
        door.enable_seamless_cubes()
        gloo.gl.glEnable(0x8642)  # GL_VERTEX_PROGRAM_POINT_SIZE: points take their size from the shader
        gloo.gl.glEnable(0x8861)  # GL_POINT_SPRITE: gl_PointCoord works in compatibility profiles
        self._stars = StarsVisual()
        self._planets = PlanetsVisual()
        self._sun = SunVisual()
        self._trails = TrailsVisual()
        self._lines = LinesVisual()
        self._veils = VeilsVisual()
        self._markers = MarkersVisual()
        self._globes: dict[int, MoonVisual | EarthVisual] = {}
        self._texts: dict[int, TextVisual] = {}
        self._crafts: CraftsVisual | None = None
        self._plume: PlumeVisual | None = None
        # How often larger than it is a craft is drawn, by name.
        self._factors: dict[str, float] = {}
        self._state: FrameState | None = None
        # How large each craft looks, as a share of the picture's height.
        self._craft_shares: dict[str, float] = {}

    @property
    def is_whole(self) -> bool:
        """Whether the last picture had all its parts; if not, another one of the same frame will have more."""
        return all(globe.is_whole for globe in self._globes.values() if isinstance(globe, MoonVisual))

    def apply(self, state: FrameState) -> None:
        """Take the frame to draw."""
        self._state = state

    def draw(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw the frame into the bound framebuffer, `size_px` physical pixels large."""
        self.draw_scene(size_px, ui_scale)
        self.draw_overlay(size_px, ui_scale)

    def draw_scene(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw what has a place in space: sky, globes, craft, paths."""
        state = self._state
        gloo.set_viewport(0, 0, *size_px)
        gloo.set_depth_mask(True)
        gloo.clear(color=(0.0, 0.0, 0.0, 1.0), depth=True)
        if state is None:
            return
        space = RenderSpace(state.camera, size_px, ui_scale)
        if state.options.has_stars:
            self._stars.draw(space)
        for line in state.lines:
            if line.role == "constellation":
                self._lines.draw(line, space, ORBIT_COLOUR)
        sun_pos_km = state.body(10).pos_km
        self._planets.draw(state.bodies, sun_pos_km, space)
        self._sun.draw(sun_pos_km, [state.body(399), state.body(301)], space)
        self._draw_globes(state, space)
        craft_px = self._draw_crafts(state, space)
        self._craft_shares = {name: px / size_px[1] for name, px in craft_px.items()}
        for line in state.lines:
            if line.role != "constellation":
                self._lines.draw(line, space, mission_colour(line.mission_index))
        self._trails.draw(((trail, trail_colour(trail)) for trail in state.trails), space)
        for veil in state.veils:
            self._veils.draw(veil, space, mission_colour(veil.mission_index))

    def draw_overlay(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw names, marks and the clock over a drawn scene of the same frame."""
        if self._state is None:
            return
        craft_px = {name: share * size_px[1] for name, share in self._craft_shares.items()}
        self._draw_overlay(self._state, RenderSpace(self._state.camera, size_px, ui_scale), craft_px)

    def _globe(self, naif_id: int) -> MoonVisual | EarthVisual:
        if naif_id not in self._globes:
            self._globes[naif_id] = MoonVisual(self._is_patient) if naif_id == 301 else EarthVisual()
        return self._globes[naif_id]

    def _draw_globes(self, state: FrameState, space: RenderSpace) -> None:
        bodies = [state.body(399), state.body(301)]
        bodies.sort(key=lambda b: -float(np.linalg.norm(space.offset_km(b.pos_km))))
        for body in bodies:
            if is_in_picture(body, space):
                globe = self._globe(body.body.naif_id)
                if isinstance(globe, EarthVisual):
                    globe.draw(body, state.body(10).pos_km, space, has_clouds=state.options.has_clouds)
                else:
                    globe.draw(body, state.body(10).pos_km, space)

    def _draw_crafts(self, state: FrameState, space: RenderSpace) -> dict[str, float]:
        sizes: dict[str, float] = {}
        self._factors = {}
        self._crafts = self._crafts or CraftsVisual()
        for craft in state.crafts:
            is_large = state.options.has_large_craft
            size_px = self._crafts.radius_px(craft, space, is_far_exact=is_large)
            factor = enlargement(size_px, space) if is_large else 1.0
            size_px *= factor
            is_inside = size_px * space.pixel_rad > 0.9
            sizes[craft.name] = np.inf if is_inside else size_px
            if factor > 1.0:
                self._factors[craft.name] = factor
            if size_px > CRAFT_SEEN_PX and not is_inside:
                self._crafts.draw(craft, _light_on(craft, state), space, factor)
                self._draw_plume(craft, space, factor)
        return sizes

    def _draw_plume(self, craft: CraftState, space: RenderSpace, factor: float) -> None:
        if craft.thrust_n <= 0.0 or self._crafts is None:
            return
        self._plume = self._plume or PlumeVisual()
        burning = [
            (name, place + np.array([0.0, 0.0, part.up_m]), axis, radius)
            for part in craft.parts
            for name, place, axis, radius in self._crafts.model(part.model).nozzles
            if name.startswith(craft.nozzles)
        ]
        self._plume.draw(craft, burning, space, factor)

    def _draw_overlay(self, state: FrameState, space: RenderSpace, craft_px: dict[str, float]) -> None:
        text_px = max(8, round(TEXT_PX * space.ui_scale))
        if text_px not in self._texts:
            self._texts[text_px] = TextVisual(text_px)
        text = self._texts[text_px]
        runs = hud.hud_runs(state, space, text.atlas, self._factors) if state.options.has_hud else []
        if state.options.has_labels:
            taken = [text.box_px(run) for run in runs]
            self._markers.draw(label_layout.markers(state, space, craft_px), space.size_px)
            placed = label_layout.place_labels(state, space, text.atlas, taken)
            runs += label_layout.label_runs([p for p in placed if craft_px.get(p.label.text, 0.0) < CRAFT_NAMED_PX])
        text.draw(runs, space.size_px)


def _light_on(craft: CraftState, state: FrameState) -> Light:
    bodies = [state.body(301), state.body(399)]
    near = min(bodies, key=lambda b: float(np.linalg.norm(craft.pos_km - b.pos_km)) / b.body.radius_km)
    return Light(state.body(10).pos_km, near.pos_km, near.body.radius_km, near.body.naif_id)


def trail_colour(trail: TrailState) -> tuple[float, float, float]:
    """Return a path's colour: each mission has its own, a body's orbit is grey."""
    return ORBIT_COLOUR if trail.role == "orbit" else mission_colour(trail.mission_index)


def is_in_picture(body: BodyState, space: RenderSpace) -> bool:
    """Tell whether a globe, or the air around the camera, can touch the picture and is over a fifth of a pixel."""
    offset = space.offset_km(body.pos_km)
    distance = max(float(np.linalg.norm(offset)), 1e-9)
    if body.body.naif_id == 399 and distance < body.body.radius_km + AIR_KM:
        return True
    radius_rad = float(np.arcsin(min(body.body.radius_km * 1.02 / distance, 1.0)))
    away = float(np.arccos(np.clip(-space.pose.rot_view_from_icrf[2] @ offset / distance, -1.0, 1.0)))
    return away < space.half_diagonal_rad + radius_rad and radius_rad > 0.1 * space.pixel_rad
