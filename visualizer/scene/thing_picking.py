"""What can be measured under a pixel: a craft, a site, a named feature, a ghost, a body, or the place on its globe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, length, rotate
from visualizer.core.bodies import EARTH
from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM, RADIUS_EARTH_POLE_KM
from visualizer.core.geometry import earth_geodetic, spherical_subpoint
from visualizer.missions.catalogue import Mission
from visualizer.model.frame_state import BodyState, FrameState
from visualizer.model.ghosts import Ghost
from visualizer.model.labels import Label, short_title
from visualizer.scene.label_layout import visible_labels
from visualizer.scene.pane_marks import placed_pictures
from visualizer.scene.picking import REACH_PX
from visualizer.scene.render_space import RenderSpace

# A globe that looks smaller than this is meant as a whole, not a place on it.
SMALLEST_PX: Final = 24.0
PLANETS: Final = ("Sun", "Mercury", "Venus", "Mars", "Jupiter")


def thing_under(
    state: FrameState, size_px: tuple[int, int], ui_scale: float, x_px: float, y_px: float,
    missions: Iterable[Mission], ghosts: Iterable[Ghost] = (),
) -> str | None:  # fmt: skip
    """Return the name (`model.things`) of what is under a pixel of a frame, or None over empty sky.

    Parameters
    ----------
    size_px, ui_scale : of the whole frame, which may have several pictures
    x_px, y_px : from the lower left corner, physical pixels
    """
    for picture in reversed(placed_pictures(state, size_px, ui_scale)):
        box = picture.place.picture
        if box.holds(x_px, y_px):
            space = RenderSpace(picture.state.camera, box.size, ui_scale)
            names = thing_names(picture.state, missions, ghosts)
            return thing_in(picture.state, space, x_px - box.left, y_px - box.bottom, names)
    return None


def thing_names(state: FrameState, missions: Iterable[Mission], ghosts: Iterable[Ghost]) -> dict[tuple[str, str], str]:
    """Return the names of what labels stand for, by kind and text."""
    names = {("craft", craft.name): f"craft:{craft.mission_id}" for craft in state.crafts}
    names |= {("body", "Earth"): "earth", ("body", "Moon"): "moon"}
    names |= {("body", name): f"body:{name.lower()}" for name in PLANETS}
    for mission in missions:
        names |= {("site", short_title(site)): f"site:{mission.id}/{site.id}" for site in mission.sites}
    return names | {("ghost", ghost.title): f"ghost:{ghost.id}" for ghost in ghosts}


def thing_in(
    state: FrameState, space: RenderSpace, x_px: float, y_px: float, names: dict[tuple[str, str], str]
) -> str | None:
    """Return what is under a pixel of one picture: the nearest mark within reach, else the globe there."""
    near: list[tuple[float, str]] = []
    for label, pixel, _ in visible_labels(state, space):
        key = names.get((label.kind, label.text)) or _feature(label)
        apart = float(np.hypot(pixel[0] - x_px, pixel[1] - y_px))
        if key and apart < REACH_PX * space.ui_scale and not _is_large(label, state, space):
            near.append((apart, key))
    return min(near)[1] if near else place_under(state, space, x_px, y_px)


def _feature(label: Label) -> str:
    return f"feature:{label.text}" if label.kind == "feature" else ""


def _is_large(label: Label, state: FrameState, space: RenderSpace) -> bool:
    """Tell whether a label names a globe on which places can be told apart: then its middle is a place too."""
    if label.kind != "body" or label.text not in ("Earth", "Moon"):
        return False
    body = state.body(EARTH.naif_id if label.text == "Earth" else 301)
    return _radius_px(body, space) > SMALLEST_PX * space.ui_scale


def _radius_px(body: BodyState, space: RenderSpace) -> float:
    distance = max(length(space.offset_km(body.pos_km)), body.body.radius_km)
    return float(np.arcsin(body.body.radius_km / distance)) / space.pixel_rad


def place_under(state: FrameState, space: RenderSpace, x_px: float, y_px: float) -> str | None:
    """Return the place on the nearest globe that the ray through a pixel meets, or that globe where it looks tiny."""
    device = np.array([x_px / space.size_px[0], y_px / space.size_px[1]]) * 2.0 - 1.0
    ray = np.array([device[0] / space.focal[0], device[1] / space.focal[1], -1.0])
    ray = space.pose.rot_view_from_icrf.T @ (ray / np.linalg.norm(ray))
    hits = []
    for naif_id, name in ((399, "earth"), (301, "moon")):
        body = state.body(naif_id)
        hit = _meets(body, -space.offset_km(body.pos_km), ray)
        if hit is not None:
            is_tiny = _radius_px(body, space) < SMALLEST_PX * space.ui_scale
            hits.append((hit[0], name if is_tiny else _place(body, hit[1])))
    return min(hits)[1] if hits else None


def _meets(body: BodyState, eye_km: FloatArray, ray: FloatArray) -> tuple[float, FloatArray] | None:
    """Return how far along a ray the globe is met, and where in its own axes; the Earth is its ellipsoid."""
    stretch = np.ones(3)
    if body.body.naif_id == EARTH.naif_id:
        stretch[2] = RADIUS_EARTH_EQUATOR_KM / RADIUS_EARTH_POLE_KM
    eye, way = (rotate(body.rot_fixed_from_icrf, v) * stretch for v in (eye_km, ray))
    a, half_b, c = float(way @ way), float(eye @ way), float(eye @ eye) - body.body.radius_km**2
    root = half_b**2 - a * c
    if root < 0.0 or half_b > 0.0:
        return None
    along = (-half_b - float(np.sqrt(root))) / a
    return (along, np.asarray((eye + along * way) / stretch)) if along > 0.0 else None


def _place(body: BodyState, fixed_km: FloatArray) -> str:
    if body.body.naif_id == EARTH.naif_id:
        lat, lon, _ = earth_geodetic(fixed_km)
        kind = "earth-place"
    else:
        lat, lon = spherical_subpoint(fixed_km)
        kind = "place"
    return f"{kind}:{float(np.rad2deg(lat)):.4f},{float(np.rad2deg(lon)):.4f}"
