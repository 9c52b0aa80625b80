"""Which labels are drawn and where: projected, hidden behind globes, thinned where they collide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import length
from visualizer.model.frame_state import FrameState
from visualizer.model.labels import Label
from visualizer.scene.palette import mission_colour
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.overlay import CROSS, DIAMOND, DISC, RING, GlyphAtlas, Marker, TextRun

COLOURS = {
    "body": (0.80, 0.86, 0.95, 0.95),
    "craft": (1.0, 0.84, 0.42, 1.0),
    "site": (0.62, 0.88, 0.80, 0.95),
    "feature": (0.93, 0.91, 0.84, 0.85),
    "ghost": (0.60, 0.66, 0.75, 0.95),
    "graticule": (0.74, 0.80, 0.88, 0.80),
    "constellation": (0.50, 0.60, 0.80, 0.80),
    "note": (0.75, 0.92, 0.98, 0.95),
    "measure": (0.78, 1.0, 0.72, 1.0),
}
GAP_PX = 9.0
# What never was begins where a craft is: its name stays clear of that one's larger mark.
GHOST_GAP_PX = 13.0
# Of the height of a line: how far names stay off the clock's lines.
WORDS_APART = 1.5
SMALLEST_GLOBE_PX = 30.0
MARKED = ("craft", "site", "ghost")
MARKER_PX = 7.0
# A place farther from a globe than so many of its radii is beyond it, not about it.
BEYOND_RADII = 3.0
# Names on the ground fade where it is seen at a lower angle than these (sines), and are left out where too faint.
FADED_AT, CLEAR_AT, FAINTEST = 0.03, 0.20, 0.3
Box = tuple[float, float, float, float]
# A place in the picture, and one in space.
Pixel = tuple[float, float]
Place = tuple[float, float, float]
# A label, its pixel and its distance.
Seen = tuple[Label, Pixel, float]


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label that survived: its anchor and its text box (left, bottom, right, top) in pixels."""

    label: Label
    anchor_px: Pixel
    box_px: Box
    clearness: float = 1.0


def visible_labels(state: FrameState, space: RenderSpace) -> list[Seen]:
    """Return labels before the camera, inside the picture and not behind a globe: label, pixel, distance.

    In plain numbers: arrays take twice as long for the two dozen places that most pictures name.
    """
    labels = state.labels
    if not labels:
        return []
    offsets = space.offset_km(np.concatenate([label.pos_km for label in labels]).reshape(-1, 3))
    views = offsets @ space.pose.rot_view_from_icrf.T
    (width, height), (focal_x, focal_y) = space.size_px, space.focal
    globes = _globes_of(state, space)
    found: list[Seen] = []
    for label, offset, (right, up, back) in zip(labels, offsets.tolist(), views.tolist(), strict=True):
        if back >= 0.0:
            continue
        x, y = (1.0 - right * focal_x / back) * 0.5 * width, (1.0 - up * focal_y / back) * 0.5 * height
        if not (0.0 < x < width and 0.0 < y < height):
            continue
        if faces_camera(label, offset, space) and not any(globe.hides(offset) for globe in globes):
            found.append((label, (x, y), -back))
    return found


def faces_camera(label: Label, offset_km: Place, space: RenderSpace) -> bool:
    """Tell whether a place on a surface is on this side of its globe, and its globe large enough to have sites.

    A label that is not on a surface faces the camera always.
    """
    if label.surface_normal is None:
        return True
    (a, b, c), (x, y, z) = label.surface_normal.tolist(), offset_km
    if a * x + b * y + c * z >= 0.0:
        return False
    if label.kind != "site":
        return True
    radius_px = math.sqrt((a * a + b * b + c * c) / (x * x + y * y + z * z)) / space.pixel_rad
    return radius_px >= SMALLEST_GLOBE_PX * space.ui_scale


def clearness(label: Label, space: RenderSpace) -> float:
    """Return how clearly a name is written: 1, falling to 0 where its ground is seen edge-on."""
    if label.surface_normal is None:
        return 1.0
    (a, b, c), (x, y, z) = label.surface_normal.tolist(), space.offset_km(label.pos_km).tolist()
    away2 = max((a * a + b * b + c * c) * (x * x + y * y + z * z), 1e-18)
    sine = -(a * x + b * y + c * z) / math.sqrt(away2)
    return min(max((sine - FADED_AT) / (CLEAR_AT - FADED_AT), 0.0), 1.0)


class _Globe:
    """A globe that hides what is behind it, as the camera sees it."""

    def __init__(self, centre_km: Place, radius_km: float) -> None:
        self._centre_km, self._radius_km = centre_km, radius_km
        x, y, z = centre_km
        self._away2 = x * x + y * y + z * z
        self._whole_km = min(radius_km, (1.0 - 1e-9) * math.sqrt(self._away2))

    def hides(self, offset_km: Place) -> bool:
        """Tell whether a place relative to the camera is behind it; what is on or in it does not count as behind."""
        (x, y, z), (a, b, c) = offset_km, self._centre_km
        from_body2 = (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2
        # What is about the globe may stand on ground lower than its sphere; what is far beyond is hidden by all of it.
        is_beyond = from_body2 > (BEYOND_RADII * self._radius_km) ** 2
        radius = self._whole_km if is_beyond else 0.995 * self._radius_km
        if from_body2 <= radius * radius:
            return False
        sight = max(math.sqrt(x * x + y * y + z * z), 1e-12)
        along = (x * a + y * b + z * c) / sight
        # Half of the way that a line of sight has within the globe, squared.
        inside2 = radius * radius - (self._away2 - along * along)
        return inside2 > 0.0 and 0.0 < along - math.sqrt(inside2) < sight


def _globes_of(state: FrameState, space: RenderSpace) -> list[_Globe]:
    bodies = (state.body(399), state.body(301))
    return [_Globe(space.offset_km(body.pos_km).tolist(), body.body.radius_km) for body in bodies]


def place_labels(
    state: FrameState, space: RenderSpace, atlas: GlyphAtlas, reserved: list[Box], seen: list[Seen] | None = None
) -> list[PlacedLabel]:
    """Lay labels out by priority, each in the first place inside the picture where it meets nothing else.

    Nothing else is: other labels, the marks of others, and what is reserved. `seen` is what `visible_labels` found, if
    it was asked already.
    """
    found = sorted(visible_labels(state, space) if seen is None else seen, key=lambda item: -item[0].priority)
    marks = [(label, marker_box(pixel, space)) for label, pixel, _ in found if label.kind in MARKED]
    placed: list[PlacedLabel] = []
    taken = list(reserved)
    for label, pixel, _ in found:
        radius_px = label_radius_px(label, state, space)
        clear = clearness(label, space)
        if radius_px > 0.5 * space.size_px[1] or clear < FAINTEST:
            continue
        others = taken + [box for owner, box in marks if owner is not label]
        for box in candidate_boxes(pixel, atlas.width_px(label.text), float(atlas.line_px), radius_px, label):
            if within(box, space.size_px) and not meets_any(box, others):
                taken.append(box)
                placed.append(PlacedLabel(label, pixel, box, clear))
                break
    return placed


def kept_clear(words: list[Box], atlas: GlyphAtlas) -> list[Box]:
    """Return the boxes of the picture's own words with room before and behind: a name beside them would read on."""
    room = WORDS_APART * atlas.line_px
    return [(left - room, bottom, right + room, top) for left, bottom, right, top in words]


def marker_box(pixel: Pixel, space: RenderSpace) -> Box:
    """Return the box around a mark that no label of another may cover."""
    (x, y), half = pixel, MARKER_PX * space.ui_scale
    return x - half, y - half, x + half, y + half


def label_radius_px(label: Label, state: FrameState, space: RenderSpace) -> float:
    """Return how far from its anchor a label must stay: a globe's apparent radius."""
    if label.kind != "body":
        return 0.0
    body = next((b for b in state.bodies if b.body.name == label.text), None)
    if body is None:
        return 0.0
    distance = length(space.offset_km(body.pos_km))
    return math.asin(min(body.body.radius_km / max(distance, 1e-9), 1.0)) / space.pixel_rad


def candidate_boxes(pixel: Pixel, width: float, height: float, radius_px: float, label: Label) -> list[Box]:
    """Return where a label may stand: right of, left of, above and below its anchor, then aslant of it."""
    x, y = pixel
    gap = (GHOST_GAP_PX if label.kind == "ghost" else GAP_PX) * height / 18.0 + radius_px
    left, bottom = x - width / 2, y - height / 2
    if label.kind in ("feature", "graticule", "constellation"):
        corners = [(left, bottom)]
    else:
        aside, above = 0.72 * gap, y + 0.72 * gap
        below = y - 0.72 * gap - height
        corners = [
            (x + gap, bottom), (x - gap - width, bottom), (left, y + gap), (left, y - gap - height),
            (x + aside, above), (x + aside, below), (x - aside - width, above), (x - aside - width, below),
        ]  # fmt: skip
    return [(a, b, a + width, b + height) for a, b in corners]


def overlap(a: Box, b: Box) -> bool:
    """Tell whether two boxes meet."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def meets_any(box: Box, others: list[Box]) -> bool:
    """Tell whether a box meets one of others; written out, as it is asked some hundred times for each frame."""
    left, bottom, right, top = box
    return any(left < c and a < right and bottom < d and b < top for a, b, c, d in others)


def within(box: Box, size_px: tuple[int, int]) -> bool:
    """Tell whether a box lies wholly inside the picture."""
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size_px[0] and box[3] <= size_px[1]


def label_runs(placed: list[PlacedLabel]) -> list[TextRun]:
    """Return the texts to draw."""
    return [TextRun(p.label.text, p.box_px[0], p.box_px[1], label_colour(p.label, p.clearness)) for p in placed]


def label_colour(label: Label, clear: float = 1.0) -> tuple[float, float, float, float]:
    """Return a label's colour: a craft has its mission's."""
    red, green, blue, alpha = COLOURS[label.kind]
    if label.mission_index >= 0:
        red, green, blue = mission_colour(label.mission_index)
    return red, green, blue, alpha * clear


def markers(
    state: FrameState, space: RenderSpace, craft_px: dict[str, float], seen: list[Seen] | None = None
) -> list[Marker]:
    """Return markers: craft too small to see, sites, Earth and Moon where they are smaller than a pixel or two.

    Parameters
    ----------
    craft_px : apparent radius of each mission's craft by name
    seen : what `visible_labels` found, if it was asked already
    """
    found: list[Marker] = []
    for label, (x, y), _ in visible_labels(state, space) if seen is None else seen:
        scale = space.ui_scale
        if label.kind == "craft" and craft_px.get(label.text, 0.0) < 6.0:
            found.append(Marker(x, y, 15.0 * scale, RING, label_colour(label)))
            found.append(Marker(x, y, 5.0 * scale, DISC, label_colour(label)))
        elif label.kind == "site":
            shape = CROSS if "impact" in label.text.lower() else DIAMOND
            found.append(Marker(x, y, 12.0 * scale, shape, COLOURS["site"]))
        elif label.kind == "ghost":
            found.append(Marker(x, y, 11.0 * scale, RING, COLOURS["ghost"]))
        elif label.text in ("Earth", "Moon") and label_radius_px(label, state, space) < 2.0:
            found.append(Marker(x, y, 5.5 * scale, DISC, COLOURS["body"]))
    return found
