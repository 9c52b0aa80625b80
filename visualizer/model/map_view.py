"""Which part of a map is seen, and at which scale: pixels to paper, zoom about the cursor, round marks; no toolkit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from visualizer.model.map_projection import Projection

FINEST_KM_PER_PX: Final = 0.02
ROOM: Final = 1.06


@dataclass(frozen=True)
class MapView:
    """A window on the paper.

    Attributes
    ----------
    projection : the paper
    x_km, y_km : in the middle
    km_per_px : scale, logical pixels
    width_px, height_px : size
    """

    projection: Projection
    x_km: float
    y_km: float
    km_per_px: float
    width_px: float
    height_px: float

    @classmethod
    def whole(cls, projection: Projection, width_px: float, height_px: float) -> MapView:
        """Return the view that shows all of the paper."""
        width, height = max(width_px, 1.0), max(height_px, 1.0)
        return cls(projection, 0.0, 0.0, _widest(projection, width, height), width, height)

    @property
    def is_whole(self) -> bool:
        """Whether all of the paper is seen."""
        return self.km_per_px >= 0.999 * _widest(self.projection, self.width_px, self.height_px)

    def px(self, x_km: float, y_km: float) -> tuple[float, float]:
        """Return where a place of the paper is, from the upper left corner."""
        return (
            0.5 * self.width_px + (x_km - self.x_km) / self.km_per_px,
            0.5 * self.height_px - (y_km - self.y_km) / self.km_per_px,
        )

    def km(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Return the place of the paper at a pixel."""
        return (
            self.x_km + (x_px - 0.5 * self.width_px) * self.km_per_px,
            self.y_km - (y_px - 0.5 * self.height_px) * self.km_per_px,
        )

    @property
    def edges_km(self) -> tuple[float, float, float, float]:
        """Left, right, lower and upper edge."""
        wide, high = 0.5 * self.width_px * self.km_per_px, 0.5 * self.height_px * self.km_per_px
        return self.x_km - wide, self.x_km + wide, self.y_km - high, self.y_km + high

    def zoomed(self, factor: float, x_px: float, y_px: float) -> MapView:
        """Return the view with `factor` times as many km in a pixel; the place at a pixel stays."""
        widest = _widest(self.projection, self.width_px, self.height_px)
        scale = min(max(self.km_per_px * factor, FINEST_KM_PER_PX), widest)
        x, y = self.km(x_px, y_px)
        share = scale / self.km_per_px
        return replace(
            self, km_per_px=scale, x_km=x - (x - self.x_km) * share, y_km=y - (y - self.y_km) * share
        )._held()  # fmt: skip

    def panned(self, right_px: float, down_px: float) -> MapView:
        """Return the view after the paper was pushed by some pixels."""
        return replace(
            self, x_km=self.x_km - right_px * self.km_per_px, y_km=self.y_km + down_px * self.km_per_px
        )._held()  # fmt: skip

    def resized(self, width_px: float, height_px: float) -> MapView:
        """Return the same place in a window of another size; one that showed everything still does."""
        if self.is_whole:
            return MapView.whole(self.projection, width_px, height_px)
        width, height = max(width_px, 1.0), max(height_px, 1.0)
        widest = _widest(self.projection, width, height)
        return replace(self, width_px=width, height_px=height, km_per_px=min(self.km_per_px, widest))._held()

    def centred(self, x_km: float, y_km: float, km_per_px: float | None = None) -> MapView:
        """Return the view with a place in the middle."""
        scale = self.km_per_px if km_per_px is None else max(km_per_px, FINEST_KM_PER_PX)
        scale = min(scale, _widest(self.projection, self.width_px, self.height_px))
        return replace(self, x_km=x_km, y_km=y_km, km_per_px=scale)._held()

    def _held(self) -> MapView:
        """Keep the paper in sight: the smaller the part that is seen, the nearer to its edge the middle may come.

        A zoom inwards about any place of the paper never runs into this.
        """
        share = 1.0 - self.km_per_px / _widest(self.projection, self.width_px, self.height_px)
        reach_x, reach_y = (max(share, 0.0) * ROOM * half for half in self.projection.half_km)
        return replace(
            self, x_km=min(max(self.x_km, -reach_x), reach_x), y_km=min(max(self.y_km, -reach_y), reach_y)
        )  # fmt: skip


def _widest(projection: Projection, width_px: float, height_px: float) -> float:
    wide, high = projection.half_km
    return ROOM * max(2.0 * wide / width_px, 2.0 * high / height_px)


def scale_bar(km_per_px: float, most_px: float) -> tuple[float, float]:
    """Return length (km) and width (px) of the longest bar of 1, 2 or 5 times a power of ten that has room."""
    most = most_px * km_per_px
    power = 10.0 ** math.floor(math.log10(most))
    length = next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= most * (1 + 1e-12))
    return length, length / km_per_px


def graticule_step_deg(km_per_px: float, least_px: float = 90.0) -> float:
    """Return how far apart parallels are, so that they have some pixels between them."""
    wanted = least_px * km_per_px / (math.pi / 180.0 * 1737.4)
    return next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0) if step >= wanted), 30.0)
