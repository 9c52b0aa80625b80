"""The scene: takes a frame state, draws it into whatever framebuffer is bound.

The same three calls serve the window and files: `apply`, `draw`, done. Globes are drawn from the farthest to the
nearest with logarithmic depth, then the craft, the paths, and the overlay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable
from dataclasses import replace

import numpy as np
from vispy.gloo import gl

from visualizer.core.arrays import length
from visualizer.model.craft_state import CraftState
from visualizer.model.frame_state import BodyState, FrameState
from visualizer.model.pane_layout import Box
from visualizer.model.trails import TrailState
from visualizer.scene import captions, hud, label_layout, pane_marks
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import clear, send_held, set_cut, set_viewport
from visualizer.scene.palette import ORBIT_COLOUR, Colour, mission_colour
from visualizer.scene.pane_marks import Picture, placed_pictures
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.stand_back import DRAWING
from visualizer.scene.visuals.craft import CraftsVisual, Light, enlargement
from visualizer.scene.visuals.earth import EarthVisual
from visualizer.scene.visuals.moon import MoonVisual
from visualizer.scene.visuals.overlay import GlyphAtlas, MarkersVisual, TextRun, TextVisual
from visualizer.scene.visuals.plume import PlumeVisual
from visualizer.scene.visuals.shapes import LinesVisual, VeilsVisual
from visualizer.scene.visuals.sky import SpotsVisual, SunVisual
from visualizer.scene.visuals.textures import CubeTextures, are_read, let_go, start_moon, start_reading
from visualizer.scene.visuals.trails import TrailsVisual

TEXT_PX = 13
AIR_KM = 85.0
# What a frame gives to textures of a globe that it does not wait for.
UPLOAD_S = 0.012
CRAFT_SEEN_PX = 1.0
CRAFT_NAMED_PX = 40.0


class _Kept:
    """What is kept for one picture of a frame, as it follows that picture's camera.

    Attributes
    ----------
    trails, crafts : buffers and shadows
    state : what was drawn last
    factors : how often larger than it is a craft is drawn, by name
    shares : how large each craft looks, as a share of the picture's height, by name
    """

    def __init__(self, is_patient: bool) -> None:
        self.trails = TrailsVisual(is_patient)
        self.state: FrameState | None = None
        self.crafts = CraftsVisual(is_patient)
        self.factors: dict[str, float] = {}
        self.shares: dict[str, float] = {}


class SceneView:
    """All visuals of one GL context; make and use it with that context current.

    Attributes
    ----------
    facts : what OpenGL says of itself
    drawn_part : which part of the panes the last picture was drawn anew in

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
        gl.glEnable(0x8642)  # GL_VERTEX_PROGRAM_POINT_SIZE: points take their size from the shader
        gl.glEnable(0x8861)  # GL_POINT_SPRITE: gl_PointCoord works in compatibility profiles
        self._spots = SpotsVisual(is_patient)
        self._sun = SunVisual()
        self._lines = LinesVisual()
        self._veils = VeilsVisual()
        self._markers = MarkersVisual()
        self._globes: dict[int, MoonVisual | EarthVisual] = {}
        self._uploads: dict[int, CubeTextures] = {}
        self._texts: dict[int, TextVisual] = {}
        self._plume: PlumeVisual | None = None
        self._state: FrameState | None = None
        self._kept: dict[str, _Kept] = {}
        self._is_whole, self._is_coarse = True, False
        # What the last picture lacked: each tells whether it is still being worked out.
        self._lacks: list[Callable[[], bool]] = []
        self._layout: dict[str, Box] = {}
        self.drawn_part = 1.0
        # Where the framebuffer's lower left corner lies in the picture: pictures are drawn in tiles by moving it.
        self.origin_px = (0, 0)
        # What is seen where nothing is, sRGB: black, and for pictures that are to be transparent there, white as well.
        self.background = (0.0, 0.0, 0.0)
        # How large words in the picture are, of their usual size: a window's follow its size of text.
        self.text_scale = 1.0

    @property
    def is_whole(self) -> bool:
        """Whether the last picture had all its parts; if not, another one of the same frame will have more."""
        return self._is_whole

    @property
    def is_waiting(self) -> bool:
        """Whether all that the last picture lacked is still being worked out, so that another would have no more."""
        return bool(self._lacks) and all(is_waiting() for is_waiting in self._lacks)

    @property
    def has_unrehearsed(self) -> bool:
        """Whether `rehearse` has anything left to do."""
        moon = self._globes.get(301)
        return isinstance(moon, MoonVisual) and bool(moon.unrehearsed)

    def rehearse(self) -> None:
        """Let the driver compile one program that other views need, so that they need not wait; draws nothing."""
        moon = self._globes.get(301)
        if isinstance(moon, MoonVisual) and moon.unrehearsed:
            send_held()
            moon.rehearse()

    def apply(self, state: FrameState) -> None:
        """Take the frame to draw."""
        self._state = state

    def draw(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw the frame into the bound framebuffer, `size_px` physical pixels large."""
        self.draw_scene(size_px, ui_scale)
        self.draw_overlay(size_px, ui_scale)

    def draw_scene(
        self, size_px: tuple[int, int], ui_scale: float = 1.0, due: Container[str] | None = None,
        shift_px: tuple[float, float] = (0.0, 0.0), *, is_coarse: bool = False,
    ) -> None:  # fmt: skip
        """Draw what has a place in space: sky, globes, craft, paths.

        Parameters
        ----------
        due : names of the panes that are drawn, where the framebuffer still holds the last frame; None for all
        shift_px : how far to the right and up everything is moved, a part of a pixel
        is_coarse : whether ground may be drawn with fewer triangles, as pixels are larger than they are shown
        """
        self._is_coarse = is_coarse
        send_held()
        self._is_whole, self._lacks = True, []
        if self._state is None:
            set_viewport(0, 0, *size_px, is_cut=False)
            clear(self.background, depth=True)
            return
        panes = [picture for picture in placed_pictures(self._state, size_px, ui_scale) if not picture.is_small]
        layout = {picture.state.pane.id: picture.place.picture for picture in panes}
        wanted = [p for p in panes if due is None or layout != self._layout or p.state.pane.id in due]
        if len(panes) > 1 and len(wanted) == len(panes):
            set_cut(None)
            clear(self.background, depth=False)
        with DRAWING:
            for picture in wanted:
                space = self._enter(picture, ui_scale)
                self._draw_picture(picture.state, space.shifted(shift_px) if any(shift_px) else space)
        self._layout, self.drawn_part = layout, len(wanted) / len(panes)
        set_cut(None)

    def _enter(self, picture: Picture, ui_scale: float) -> RenderSpace:
        """Let what is drawn from now on be in one picture of the frame."""
        box, (left, bottom) = picture.place.picture, self.origin_px
        origin = left - box.left, bottom - box.bottom
        set_viewport(-origin[0], -origin[1], *box.size, is_cut=picture.is_cut)
        return picture.space(ui_scale, origin)

    def _kept_of(self, state: FrameState) -> _Kept:
        if state.pane.id not in self._kept:
            self._kept[state.pane.id] = _Kept(self._is_patient)
        return self._kept[state.pane.id]

    def _draw_picture(self, state: FrameState, space: RenderSpace) -> None:
        self._kept_of(state).state = state
        clear(self.background, depth=True)
        sun_pos_km = state.body(10).pos_km
        self._spots.draw(state.bodies, sun_pos_km, space, has_stars=state.options.has_stars)
        for line in state.lines:
            if line.role == "constellation":
                self._lines.draw(line, space, ORBIT_COLOUR)
        self._sun.draw(sun_pos_km, [state.body(399), state.body(301)], space)
        self._draw_globes(state, space)
        kept = self._kept_of(state)
        self._draw_crafts(state, space, kept)
        for line in state.lines:
            if line.role != "constellation":
                self._lines.draw(line, space, mission_colour(line.mission_index))
        kept.trails.draw(((trail, trail_colour(trail)) for trail in state.trails), space)
        for veil in state.veils:
            self._veils.draw(veil, space, mission_colour(veil.mission_index))
        for globe in self._globes.values():
            if isinstance(globe, MoonVisual) and not globe.is_whole:
                self._is_whole = False
                self._lacks.append(lambda moon=globe: moon.is_waiting)  # type: ignore[misc]

    def draw_overlay(self, size_px: tuple[int, int], ui_scale: float = 1.0) -> None:
        """Draw names, marks and the clock over a drawn scene of the same frame, and the small pictures over it."""
        if self._state is None:
            return
        pictures = placed_pictures(self._state, size_px, ui_scale)
        small = [picture for picture in pictures if picture.is_small]
        for picture in pictures[: len(pictures) - len(small)]:
            self._draw_overlay(picture, self._enter(picture, ui_scale))
        if pictures[0].is_cut:
            self._fill(pane_marks.dividers(pictures, size_px, ui_scale, has_active=not self._is_patient))
        if small:
            self._draw_small(small, size_px, ui_scale)
        set_viewport(-self.origin_px[0], -self.origin_px[1], *size_px, is_cut=False)

    def _fill(self, boxes: Iterable[tuple[Box, Colour]]) -> None:
        """Fill rectangles of the frame."""
        for box, colour in boxes:
            set_cut((box.left - self.origin_px[0], box.bottom - self.origin_px[1], *box.size))
            clear(colour, depth=False)

    def _draw_small(self, small: list[Picture], size_px: tuple[int, int], ui_scale: float) -> None:
        """Draw small pictures over the panes, with their words."""
        for picture in small:
            self._draw_picture(picture.state, self._enter(picture, ui_scale))
        self._fill(pane_marks.small_frames(small, ui_scale))
        set_viewport(-self.origin_px[0], -self.origin_px[1], *size_px, is_cut=False)
        text = self._text(max(8, round(TEXT_PX * self.text_scale * ui_scale)))
        text.draw([run for picture in small for run in pane_marks.strip_runs(picture, text.atlas)], size_px)

    def take_over(self, old: SceneView) -> bool:
        """Upload a part of the globes that another view has; return whether all of them are there."""
        return all(self._globe(naif_id, is_awaited=False) is not None for naif_id in old._globes)

    def _globe(self, naif_id: int, *, is_awaited: bool) -> MoonVisual | EarthVisual | None:
        """Return a globe, or None where a picture does not wait for it."""
        if naif_id not in self._globes:
            prefix = "moon/" if naif_id == 301 else "earth/"
            if not is_awaited and not are_read(prefix):
                self._is_whole = False
                self._lacks.append(lambda: not are_read(prefix))
                return None
            if naif_id not in self._uploads:
                self._uploads[naif_id] = CubeTextures((MoonVisual if naif_id == 301 else EarthVisual).CUBES)
            if not self._uploads[naif_id].go_on(np.inf if is_awaited else UPLOAD_S):
                self._is_whole = False
                self._lacks.append(lambda: False)
                return None
            cubes = self._uploads.pop(naif_id)
            self._globes[naif_id] = MoonVisual(cubes, self._is_patient) if naif_id == 301 else EarthVisual(cubes)
            if not self._is_patient:
                let_go(prefix)
        return self._globes[naif_id]

    def _draw_globes(self, state: FrameState, space: RenderSpace) -> None:
        bodies = [state.body(399), state.body(301)]
        bodies.sort(key=lambda b: -length(space.offset_km(b.pos_km)))
        for body in bodies:
            if is_in_picture(body, space):
                # A window's first picture has one at least.
                globe = self._globe(body.body.naif_id, is_awaited=self._is_patient or not self._globes)
                if isinstance(globe, EarthVisual):
                    globe.draw(body, state.body(10).pos_km, space, has_clouds=state.options.has_clouds)
                elif globe is not None:
                    globe.draw(body, state.body(10).pos_km, space, state.pane.id, is_coarse=self._is_coarse)

    def _draw_crafts(self, state: FrameState, space: RenderSpace, kept: _Kept) -> None:
        kept.factors, kept.shares, crafts = {}, {}, kept.crafts
        for craft in state.crafts:
            is_large = state.options.has_large_craft
            size_px = crafts.radius_px(craft, space, is_far_exact=is_large)
            factor = enlargement(size_px, space) if is_large else 1.0
            size_px *= factor
            is_inside = size_px * space.pixel_rad > 0.9
            kept.shares[craft.name] = np.inf if is_inside else size_px / space.size_px[1]
            if factor > 1.0:
                kept.factors[craft.name] = factor
            if size_px > CRAFT_SEEN_PX and not is_inside:
                crafts.draw(craft, _light_on(craft, state), space, factor)
                if craft.thrust_n > 0.0:
                    self._draw_plume(craft, crafts, space, factor)

    def _draw_plume(self, craft: CraftState, crafts: CraftsVisual, space: RenderSpace, factor: float) -> None:
        self._plume = self._plume or PlumeVisual()
        burning = [
            (name, place + np.array([0.0, 0.0, part.up_m]), axis, radius)
            for part in craft.parts
            for name, place, axis, radius in crafts.model(part.model).nozzles
            if name.startswith(craft.nozzles)
        ]
        self._plume.draw(craft, burning, space, factor)

    def _draw_overlay(self, picture: Picture, space: RenderSpace) -> None:
        kept = self._kept_of(picture.state)
        # A pane whose turn it was not shows an older frame.
        state = kept.state or picture.state
        if state is not picture.state:
            picture = replace(picture, state=state)
            space = replace(space, pose=picture.pose)
        craft_px = {name: share * space.size_px[1] for name, share in kept.shares.items()}
        text = self._text(max(8, round(TEXT_PX * self.text_scale * space.ui_scale)))
        said = [
            line
            for caption in state.captions
            for line in captions.caption_lines(caption, space.size_px, space.ui_scale, self._atlas)
        ]
        runs = self._words(picture, space, text.atlas) if state.options.has_hud else []
        if state.options.has_labels:
            taken = label_layout.kept_clear([text.box_px(run) for run in runs], text.atlas)
            taken += captions.boxes(said, self._atlas)
            taken += picture.covered
            seen = label_layout.visible_labels(state, space)
            self._markers.draw(label_layout.markers(state, space, craft_px, seen), space.size_px)
            placed = label_layout.place_labels(state, space, text.atlas, taken, seen)
            runs += label_layout.label_runs([p for p in placed if craft_px.get(p.label.text, 0.0) < CRAFT_NAMED_PX])
        text.draw(runs, space.size_px)
        for size in sorted({line.text_px for line in said}):
            self._text(size).draw([line.run for line in said if line.text_px == size], space.size_px)

    def _words(self, picture: Picture, space: RenderSpace, atlas: GlyphAtlas) -> list[TextRun]:
        """Return the clock and the remarks, as far as a pane has room for them."""
        factors = self._kept_of(picture.state).factors
        if picture.state.pane.count == 1:
            return hud.hud_runs(picture.state, space, atlas, factors, picture.covered)
        return pane_marks.pane_runs(picture, space, atlas, factors)

    def _text(self, text_px: int) -> TextVisual:
        if text_px not in self._texts:
            self._texts[text_px] = TextVisual(text_px)
        return self._texts[text_px]

    def _atlas(self, text_px: int) -> GlyphAtlas:
        return self._text(text_px).atlas


def _light_on(craft: CraftState, state: FrameState) -> Light:
    bodies = [state.body(301), state.body(399)]
    near = min(bodies, key=lambda b: length(craft.pos_km - b.pos_km) / b.body.radius_km)
    return Light(state.body(10).pos_km, near.pos_km, near.body.radius_km, near.body.naif_id)


def trail_colour(trail: TrailState) -> tuple[float, float, float]:
    """Return a path's colour: each mission has its own, a body's orbit is grey."""
    return ORBIT_COLOUR if trail.role == "orbit" else mission_colour(trail.mission_index)


def is_in_picture(body: BodyState, space: RenderSpace) -> bool:
    """Tell whether a globe, or the air around the camera, can touch the picture and is over a fifth of a pixel."""
    offset = space.offset_km(body.pos_km)
    distance = max(length(offset), 1e-9)
    if body.body.naif_id == 399 and distance < body.body.radius_km + AIR_KM:
        return True
    radius_rad = math.asin(min(body.body.radius_km * 1.02 / distance, 1.0))
    away = math.acos(min(max(float(-space.pose.rot_view_from_icrf[2] @ offset) / distance, -1.0), 1.0))
    return away < space.half_diagonal_rad + radius_rad and radius_rad > 0.1 * space.pixel_rad
