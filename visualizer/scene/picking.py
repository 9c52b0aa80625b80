"""What lies under a pixel: a craft, a site, a globe."""

from __future__ import annotations

import numpy as np

from visualizer.core.arrays import length
from visualizer.model.frame_state import FrameState
from visualizer.scene.label_layout import visible_labels
from visualizer.scene.pane_marks import placed_pictures
from visualizer.scene.render_space import RenderSpace

REACH_PX = 14.0


def pick(state: FrameState, space: RenderSpace, x_px: float, y_px: float) -> str | None:
    """Return a camera focus: `craft:<mission>`, `moon`, `earth`, or None over empty sky.

    Parameters
    ----------
    x_px, y_px : from the lower left corner, physical pixels
    """
    near: list[tuple[float, str]] = []
    names = {craft.name: f"craft:{craft.mission_id}" for craft in state.crafts} | {"Earth": "earth", "Moon": "moon"}
    for label, pixel, _ in visible_labels(state, space):
        if label.text in names and label.kind in ("craft", "body"):
            apart = float(np.hypot(pixel[0] - x_px, pixel[1] - y_px))
            near.append((apart, names[label.text]))
    near = [item for item in near if item[0] < REACH_PX * space.ui_scale]
    return min(near)[1] if near else globe_under(state, space, x_px, y_px)


def pick_in_frame(state: FrameState, size_px: tuple[int, int], ui_scale: float, x_px: float, y_px: float) -> str | None:
    """Return the focus under a pixel of a frame, which may have several pictures; None over a small one or a divider.

    Parameters
    ----------
    size_px, ui_scale : of the whole frame
    x_px, y_px : from the lower left corner, physical pixels
    """
    pictures = placed_pictures(state, size_px, ui_scale)
    if any(picture.is_small and picture.place.outer.holds(x_px, y_px) for picture in pictures):
        return None
    for picture in pictures:
        box = picture.place.picture
        if box.holds(x_px, y_px):
            return pick(picture.state, picture.space(ui_scale), x_px - box.left, y_px - box.bottom)
    return None


def globe_under(state: FrameState, space: RenderSpace, x_px: float, y_px: float) -> str | None:
    """Return the nearest globe that the ray through a pixel meets."""
    device = np.array([x_px / space.size_px[0], y_px / space.size_px[1]]) * 2.0 - 1.0
    ray = np.array([device[0] / space.focal[0], device[1] / space.focal[1], -1.0])
    ray /= np.linalg.norm(ray)
    hits = []
    for naif_id, name in ((399, "earth"), (301, "moon")):
        body = state.body(naif_id)
        centre = space.to_view_km(body.pos_km)
        along = float(ray @ centre)
        if along > 0 and length(centre - ray * along) < body.body.radius_km:
            hits.append((along, name))
    return min(hits)[1] if hits else None
