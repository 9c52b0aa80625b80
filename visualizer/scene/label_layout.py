"""Which labels are drawn and where: projected, hidden behind globes, thinned where they collide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, length, norm
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
SMALLEST_GLOBE_PX = 30.0
MARKED = ("craft", "site", "ghost")
MARKER_PX = 7.0
# A place farther from a globe than so many of its radii is beyond it, not about it.
BEYOND_RADII = 3.0
# Names on the ground fade where it is seen at a lower angle than these (sines), and are left out where too faint.
FADED_AT, CLEAR_AT, FAINTEST = 0.03, 0.20, 0.3
Box = tuple[float, float, float, float]
# A label, its pixel and its distance.
Seen = tuple[Label, FloatArray, float]


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label that survived: its anchor and its text box (left, bottom, right, top) in pixels."""

    label: Label
    anchor_px: tuple[float, float]
    box_px: Box
    clearness: float = 1.0


def visible_labels(state: FrameState, space: RenderSpace) -> list[Seen]:
    """Return labels before the camera, inside the picture and not behind a globe: label, pixel, distance."""
    labels = state.labels
    if not labels:
        return []
    places = np.concatenate([label.pos_km for label in labels]).reshape(-1, 3)
    pixels, depth = space.to_pixels(places)
    width, height = space.size_px
    inside = (depth > 0) & (pixels[:, 0] > 0) & (pixels[:, 0] < width) & (pixels[:, 1] > 0) & (pixels[:, 1] < height)
    found = np.flatnonzero(inside)
    found = found[face_camera([labels[i] for i in found], places[found], space)]
    if not len(found):
        return []
    chosen = found[~behind_globes(places[found], state, space)].tolist()
    return [(labels[i], pixels[i], float(depth[i])) for i in chosen]


def face_camera(labels: list[Label], places_km: FloatArray, space: RenderSpace) -> np.typing.NDArray[np.bool_]:
    """Tell which places on surfaces are on this side of their globes, and whose globes are large enough to have places.

    A label that is not on a surface faces the camera always.
    """
    facing = np.ones(len(labels), dtype=bool)
    ground = [i for i, label in enumerate(labels) if label.surface_normal is not None]
    if ground:
        normals = np.concatenate([labels[i].surface_normal for i in ground]).reshape(-1, 3)
        offset = space.offset_km(places_km[ground])
        radius_px = norm(normals) / norm(offset) / space.pixel_rad
        is_site = np.array([labels[i].kind == "site" for i in ground])
        is_small = is_site & (radius_px < SMALLEST_GLOBE_PX * space.ui_scale)
        facing[ground] = (np.einsum("ij,ij->i", normals, offset) < 0.0) & ~is_small
    return facing


def clearness(label: Label, space: RenderSpace) -> float:
    """Return how clearly a name is written: 1, falling to 0 where its ground is seen edge-on."""
    if label.surface_normal is None:
        return 1.0
    offset = space.offset_km(label.pos_km)
    sine = float(label.surface_normal @ -offset) / (length(label.surface_normal) * max(length(offset), 1e-9))
    return min(max((sine - FADED_AT) / (CLEAR_AT - FADED_AT), 0.0), 1.0)


def behind_globes(places_km: FloatArray, state: FrameState, space: RenderSpace) -> np.typing.NDArray[np.bool_]:
    """Tell which places the Earth or the Moon hides; places on or in a globe do not count as behind it."""
    camera = space.pose.pos_wrt_earth_icrf_km
    hidden = np.zeros(len(places_km), dtype=bool)
    sight = places_km - camera
    length = norm(sight)
    direction = sight / np.maximum(length, 1e-12)[:, np.newaxis]
    for naif_id in (399, 301):
        body = state.body(naif_id)
        centre = body.pos_km - camera
        # What is about the globe may stand on ground lower than its sphere; what is far beyond is hidden by all of it.
        from_body, away2 = norm(places_km - body.pos_km), float(centre @ centre)
        whole = min(body.body.radius_km, (1.0 - 1e-9) * math.sqrt(away2))
        radius = np.where(from_body > BEYOND_RADII * body.body.radius_km, whole, body.body.radius_km * 0.995)
        along = direction @ centre
        # Half of the way that a line of sight has within the globe, squared.
        inside2 = radius * radius - (away2 - along * along)
        enters = along - np.sqrt(np.maximum(inside2, 0.0))
        hidden |= (inside2 > 0.0) & (enters > 0.0) & (enters < length) & (from_body > radius)
    return hidden


def place_labels(
    state: FrameState, space: RenderSpace, atlas: GlyphAtlas, reserved: list[Box], seen: list[Seen] | None = None
) -> list[PlacedLabel]:
    """Lay labels out by priority, each in the first place inside the picture where it meets nothing else.

    Nothing else is: other labels, the marks of others, and what is reserved. `seen` is what `visible_labels` found, if
    it was asked already.
    """
    found = sorted(visible_labels(state, space) if seen is None else seen, key=lambda item: -item[0].priority)
    marks = {id(label): marker_box(pixel, space) for label, pixel, _ in found if label.kind in MARKED}
    placed: list[PlacedLabel] = []
    taken = list(reserved)
    for label, pixel, _ in found:
        radius_px = label_radius_px(label, state, space)
        clear = clearness(label, space)
        if radius_px > 0.5 * space.size_px[1] or clear < FAINTEST:
            continue
        others = taken + [box for owner, box in marks.items() if owner != id(label)]
        for box in candidate_boxes(pixel, atlas.width_px(label.text), float(atlas.line_px), radius_px, label):
            if within(box, space.size_px) and not meets_any(box, others):
                taken.append(box)
                placed.append(PlacedLabel(label, (float(pixel[0]), float(pixel[1])), box, clear))
                break
    return placed


def marker_box(pixel: FloatArray, space: RenderSpace) -> Box:
    """Return the box around a mark that no label of another may cover."""
    x, y, half = float(pixel[0]), float(pixel[1]), MARKER_PX * space.ui_scale
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


def candidate_boxes(pixel: FloatArray, width: float, height: float, radius_px: float, label: Label) -> list[Box]:
    """Return where a label may stand: right of, left of, above and below its anchor, then aslant of it."""
    x, y = float(pixel[0]), float(pixel[1])
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
    for label, pixel, _ in visible_labels(state, space) if seen is None else seen:
        x, y, scale = float(pixel[0]), float(pixel[1]), space.ui_scale
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
