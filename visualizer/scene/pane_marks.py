"""Several pictures in one frame: which lie where, the lines between them, and what each says of itself.

Pure arithmetic and words; `scene_view` draws it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from visualizer.model.camera import CameraPose
from visualizer.model.frame_state import FrameState
from visualizer.model.pane_layout import GAP_PX, Box, Place, Size, places
from visualizer.model.seen import seen_words, target_of, what_is_seen
from visualizer.scene import hud
from visualizer.scene.hud import PixelBox
from visualizer.scene.label_layout import overlap
from visualizer.scene.palette import ACTIVE_COLOUR, DIVIDER_COLOUR, Colour
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.overlay import GlyphAtlas, TextRun

TITLE: Final = (0.95, 0.96, 0.98, 1.0)
STRIP_COLOUR: Final = (0.035, 0.04, 0.055)
# Shares of a pane's height that the words above and the remarks below may take.
WORDS_SHARE, REMARKS_SHARE = 0.42, 0.30
# Panes show at least the width of a picture of 4 to 3, unless that takes a wider field of view than this.
LEAST_ASPECT: Final = 4.0 / 3.0
WIDEST_RAD: Final = float(np.deg2rad(75.0))
# Panes of so many are small.
SMALL_COUNT: Final = 4
LINE: Final = 1.25
REMARK_LINE: Final = 1.15


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """One picture of a frame.

    Attributes
    ----------
    state, place : what it shows and where
    is_cut : whether there are others
    is_repeated : whether another pane has said already how this one's active mission fares
    has_clock : whether this pane tells the time: the first one that shows it
    covered : boxes in it (left, bottom, right, top) under which small pictures lie
    """

    state: FrameState
    place: Place
    is_cut: bool = False
    is_repeated: bool = False
    has_clock: bool = True
    covered: tuple[PixelBox, ...] = ()

    @property
    def is_small(self) -> bool:
        """Whether it lies over the others."""
        return bool(self.state.pane.corner)

    @property
    def pose(self) -> CameraPose:
        """The camera; in a narrow pane its field of view is wider, so that it holds what a wide picture does."""
        if self.state.pane.count == 1 or self.is_small:
            return self.state.camera
        return widened(self.state.camera, self.place.picture.size)

    def space(self, ui_scale: float, origin_px: tuple[int, int] = (0, 0)) -> RenderSpace:
        """Return its camera and size, and where the framebuffer's lower left corner lies in it."""
        return RenderSpace(self.pose, self.place.picture.size, ui_scale, origin_px, self.is_cut)


def widened(pose: CameraPose, size_px: Size) -> CameraPose:
    """Return a camera whose picture is as wide as that of one with the least wanted ratio of width to height."""
    lack = LEAST_ASPECT * size_px[1] / size_px[0]
    if lack <= 1.0:
        return pose
    wide = 2.0 * float(np.arctan(np.tan(0.5 * pose.fov_rad) * lack))
    return replace(pose, fov_rad=min(wide, max(pose.fov_rad, WIDEST_RAD)))


def placed_pictures(state: FrameState, size_px: Size, ui_scale: float) -> list[Picture]:
    """Return a frame's pictures in reading order, small ones last."""
    if not state.others:
        whole = Box(0, 0, *size_px)
        return [Picture(state, Place(whole, whole, whole))]
    states = sorted((state, *state.others), key=lambda s: (bool(s.pane.corner), s.pane.index))
    found = places([s.pane for s in states], size_px, ui_scale)
    small = [p.outer for s, p in zip(states, found, strict=True) if s.pane.corner]
    small += [p.card for s, p in zip(states, found, strict=True) if s.pane.corner]
    said: set[str] = set()
    times: set[str] = set()
    pictures = []
    for one, place in zip(states, found, strict=True):
        name = one.telemetry.mission_id if one.telemetry else ""
        covered = () if one.pane.corner else tuple(_inside(box, place.picture) for box in small)
        pictures.append(Picture(one, place, True, name in said, one.utc_text not in times, covered))
        said.add(name)
        times |= set() if one.pane.corner else {one.utc_text}
    return pictures


def _inside(box: Box, picture: Box) -> PixelBox:
    """Return a box as seen from a picture's corner."""
    left, bottom = box.left - picture.left, box.bottom - picture.bottom
    return float(left), float(bottom), float(left + box.width), float(bottom + box.height)


def dividers(
    pictures: list[Picture], size_px: Size, ui_scale: float, *, has_active: bool
) -> Iterator[tuple[Box, Colour]]:
    """Yield what is filled with one colour over panes: the lines between them, and one about the active pane.

    Parameters
    ----------
    has_active : whether the active pane is marked, as in a window
    """
    width, height = size_px
    gap = max(1, round(GAP_PX * ui_scale))
    panes = [p.place.picture for p in pictures if not p.is_small]
    for edge in sorted({box.left for box in panes if box.left > 0}):
        yield Box(edge - gap, 0, gap, height), DIVIDER_COLOUR
    for edge in sorted({box.bottom for box in panes if box.bottom > 0}):
        yield Box(0, edge - gap, width, gap), DIVIDER_COLOUR
    for picture in pictures:
        if picture.state.pane.is_active and has_active:
            yield from ((box, ACTIVE_COLOUR) for box in _outline(picture.place.picture, gap))


def small_frames(pictures: list[Picture], ui_scale: float) -> Iterator[tuple[Box, Colour]]:
    """Yield what is filled with one colour over small pictures: the ground of their words, and a line about each."""
    for picture in pictures:
        if picture.is_small:
            outer, inner = picture.place.outer, picture.place.picture
            yield Box(outer.left, inner.top, outer.width, outer.top - inner.top), STRIP_COLOUR
            yield from ((box, DIVIDER_COLOUR) for box in _outline(outer, max(1, round(ui_scale))))


def _outline(box: Box, thick: int) -> Iterator[Box]:
    """Yield the four sides of a box, within it."""
    yield Box(box.left, box.bottom, box.width, thick)
    yield Box(box.left, box.top - thick, box.width, thick)
    yield Box(box.left, box.bottom, thick, box.height)
    yield Box(box.right - thick, box.bottom, thick, box.height)


@lru_cache(maxsize=2048)
def width_px(text: str, atlas: GlyphAtlas) -> float:
    """Return how wide a text is; most are the same from frame to frame."""
    return atlas.width_px(text)


def fitted(text: str, room_px: float, atlas: GlyphAtlas) -> str:
    """Return a text, or its first parts (divided by ', ' and ' · ') that have room, or nothing."""
    while text and width_px(text, atlas) > room_px:
        cut = max(text.rfind(", "), text.rfind(" · "))
        text = text[:cut] if cut > 0 else ""
    return text


def pane_runs(picture: Picture, space: RenderSpace, atlas: GlyphAtlas, factors: Mapping[str, float]) -> list[TextRun]:
    """Lay out what a pane says: its title, time and craft where no other pane has said them, and the remarks.

    One of four tells of its craft height and speed only, and its remarks in one line, as far as that has room.
    """
    state, (width, height) = picture.state, space.size_px
    margin, is_small = 14.0 * space.ui_scale, state.pane.count == SMALL_COUNT
    room = width - 2.0 * margin
    lines = [(state.pane.title, TITLE)]
    lines += [] if picture.is_repeated else hud.hud_lines(state, has_clock=picture.has_clock, is_short=is_small)
    runs: list[TextRun] = []
    y = height - margin * 0.6
    for text, colour in lines[: max(1, int(WORDS_SHARE * height / (LINE * atlas.line_px)))]:
        words = fitted(text, min(room, free_to_px(picture, y - LINE * atlas.line_px, y) - 2.0 * margin), atlas)
        if words:
            y -= LINE * atlas.line_px
            runs.append(TextRun(words, margin, y, colour))
    remarks = hud.size_notes(factors) + hud.notes(state, space)
    remarks = [" · ".join(remarks)] if is_small and remarks else remarks
    y = margin * 0.7
    for text in remarks[: int(REMARKS_SHARE * height / (REMARK_LINE * atlas.line_px))]:
        words = fitted(text, room, atlas)
        box = (width - margin - width_px(words, atlas), y, float(width), y + atlas.line_px)
        if words and not any(overlap(box, covered) for covered in picture.covered):
            runs.append(TextRun(words, box[0], y, hud.QUIET))
            y += REMARK_LINE * atlas.line_px
    return runs


def free_to_px(picture: Picture, bottom_px: float, top_px: float) -> float:
    """Return how far from the left nothing lies over a line of a pane."""
    over = [box[0] for box in picture.covered if box[1] < top_px and bottom_px < box[3] and box[2] > 0.0]
    return max(0.0, min(over, default=float("inf")))


def strip_runs(picture: Picture, atlas: GlyphAtlas) -> list[TextRun]:
    """Lay out what stands over a small picture: what it is, and what is seen where no card under it says so."""
    state, place = picture.state, picture.place
    if not state.options.has_hud:
        return []
    texts = [(state.pane.title, TITLE)]
    if not state.pane.card_px[1]:
        seen = what_is_seen(state, state.camera.pos_wrt_earth_icrf_km, target_of(state.pane.id), state.camera.fov_rad)
        texts = [(f"{state.pane.title}, {np.rad2deg(state.camera.fov_rad):.1f}°", TITLE), (seen_words(seen), hud.GREY)]
    strip_px = place.outer.top - place.picture.top
    pad = 0.45 * atlas.line_px
    runs, y = [], place.outer.top - 0.5 * (strip_px - len(texts) * LINE * atlas.line_px)
    room = place.outer.width - 2.0 * pad
    for text, colour in texts:
        y -= LINE * atlas.line_px
        # Which body it is stays to the last.
        words = fitted(text, room, atlas) or fitted(text.partition(" to ")[2], room, atlas)
        runs.append(TextRun(words, place.outer.left + pad, y + 0.1 * atlas.line_px, colour))
    return [run for run in runs if run.text]
