"""Which names stand on a map at its scale, and where: the largest first, none over another. Model, pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.geometry import spherical_subpoint
from visualizer.model.features import FeatureTable
from visualizer.model.map_view import MapView

LEAST_PX: Final = 22.0
MOST_SHARE: Final = 0.9
CANDIDATES: Final = 260
MOST_NAMES: Final = 70
GAP_PX: Final = 3.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the map: number of the feature, left upper corner and size in pixels, radius of the feature."""

    index: int
    text: str
    x_px: float
    y_px: float
    width_px: float
    height_px: float
    radius_px: float


def feature_places(table: FeatureTable, view: MapView) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return x, y on the paper (km) and diameter in pixels of every feature, (n,) each."""
    lat, lon = spherical_subpoint(table.dir_me_unit)
    x, y = view.projection.plane_km(lat, lon)
    _, along_meridian = view.projection.scale(lat)
    return x, y, table.diameter_km * along_meridian / view.km_per_px


def names_on_map(
    table: FeatureTable, view: MapView, size_px: Callable[[str], tuple[float, float]], taken: Sequence[Box] = ()
) -> list[Name]:
    """Return the names to write.

    Parameters
    ----------
    size_px : width and height of a text
    taken : boxes (left, top, right, bottom) where something stands already, px
    """
    x, y, wide = feature_places(table, view)
    left, right, low, high = view.edges_km
    inside = view.projection.is_on_paper(x, y) & (x > left) & (x < right) & (y > low) & (y < high)
    most = MOST_SHARE * max(view.width_px, view.height_px)
    chosen = np.flatnonzero(inside & (wide >= LEAST_PX) & (wide <= most))[:CANDIDATES]
    boxes, names = list(taken), []
    for index in chosen:
        text = table.names[index]
        width, height = size_px(text)
        at_x, at_y = view.px(float(x[index]), float(y[index]))
        box = (at_x - 0.5 * width, at_y - 0.5 * height, at_x + 0.5 * width, at_y + 0.5 * height)
        is_seen = box[0] >= 0.0 and box[1] >= 0.0 and box[2] <= view.width_px and box[3] <= view.height_px
        if is_seen and not any(meet(box, other) for other in boxes):
            boxes.append(box)
            names.append(Name(int(index), text, box[0], box[1], width, height, 0.5 * float(wide[index])))
            if len(names) >= MOST_NAMES:
                break
    return names


def free_box(
    view: MapView, place_px: tuple[float, float], apart_px: float, size_px: tuple[float, float], taken: Sequence[Box]
) -> Box | None:
    """Return where a text can stand beside a place: right, left, below, above, then aslant; None where nothing is free.

    Parameters
    ----------
    apart_px : from the place to the text
    size_px : width and height of the text
    taken : boxes that it may not meet
    """
    (x, y), (width, height) = place_px, size_px
    aslant = 0.72 * apart_px
    corners = (
        (x + apart_px, y - 0.5 * height), (x - apart_px - width, y - 0.5 * height),
        (x - 0.5 * width, y + apart_px), (x - 0.5 * width, y - apart_px - height),
        (x + aslant, y + aslant), (x + aslant, y - aslant - height),
        (x - aslant - width, y + aslant), (x - aslant - width, y - aslant - height),
    )  # fmt: skip
    for left, top in corners:
        box = (left, top, left + width, top + height)
        is_seen = left >= 0 and top >= 0 and box[2] <= view.width_px and box[3] <= view.height_px
        if is_seen and not any(meet(box, other) for other in taken):
            return box
    return None


def meet(first: Box, second: Box) -> bool:
    """Tell whether two boxes come nearer than a gap."""
    return (
        first[0] < second[2] + GAP_PX
        and second[0] < first[2] + GAP_PX
        and first[1] < second[3] + GAP_PX
        and second[1] < first[3] + GAP_PX
    )
