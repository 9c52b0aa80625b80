"""Bake how the Earth's air looks: `python -m visualizer.bake.earth_air`.

Layer: bake. Light scattered once by molecules and haze, dimmed by both and by ozone, summed along sight lines through
round layers of air. The tables hold what the shaders look up; the angle between sight and Sun enters there, by phase
functions. Scattering of higher order is taken in as a constant share.

Tables (float32), light relative to that of a white surface square to the Sun outside the air:

- `ground` (64, 256, 4): air before the ground. Rows: square root of the cosine between sight and vertical, 0 to 1;
  columns: cosine between Sun and vertical, `SUN_LOW` to 1. Red, green, blue of the molecules' light and red of the
  haze's, both without their phase function.
- `limb` (96, 256, 4): air beside the ground, summed over height from the row's height to the top. Rows: height of the
  sight line's lowest point, 0 to `TOP_KM`; columns as above.
- `sunlight` (2, 256, 4): light at the ground: row 0 from the Sun, row 1 from the sky.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.core.constants import RADIUS_EARTH_EQUATOR_KM

from .manifest import ASSETS, record
from .stars import write_npz

Array = NDArray[np.float64]
TOP_KM: Final = 80.0
SUN_LOW: Final = -0.35
STEPS: Final = 60
MORE_ORDERS: Final = 1.15
# Per km at sea level, at 680, 550 and 440 nm (Bucholtz 1995 for molecules); ozone after the absorption of 300 DU.
MOLECULES: Final = np.array([5.80e-3, 13.5e-3, 33.1e-3])
HAZE: Final = np.array([2.0e-3, 2.7e-3, 3.7e-3])  # by the wavelength to the power -1.4
HAZE_EXTINCTION: Final = 1.11
OZONE: Final = np.array([0.65e-3, 1.88e-3, 0.085e-3])
MOLECULES_SCALE_KM: Final = 8.0
HAZE_SCALE_KM: Final = 1.2
LOWEST_SEEN_KM: Final = 6.0
GROUND_KM: Final = RADIUS_EARTH_EQUATOR_KM


def densities(height_km: Array) -> tuple[Array, Array, Array]:
    """Return molecules, haze (both relative to sea level) and ozone (relative to its layer's middle)."""
    height = np.maximum(height_km, 0.0)
    ozone = np.maximum(1.0 - np.abs(height - 25.0) / 15.0, 0.0)
    return np.exp(-height / MOLECULES_SCALE_KM), np.exp(-height / HAZE_SCALE_KM), ozone


def extinction(height_km: Array) -> Array:
    """Return the dimming per km at heights, (..., 3)."""
    molecules, haze, ozone = (d[..., np.newaxis] for d in densities(height_km))
    return np.asarray(molecules * MOLECULES + haze * HAZE * HAZE_EXTINCTION + ozone * OZONE)


def _depth_table(n_heights: int = 100, n_cosines: int = 400) -> tuple[Array, Array, Array]:
    """Return heights, cosines and the optical depth from there to space, (heights, cosines, 3)."""
    heights = TOP_KM * np.linspace(0.0, 1.0, n_heights) ** 2
    cosines = np.sin(np.linspace(-0.25, np.pi / 2.0, n_cosines))
    radius = GROUND_KM + heights[:, np.newaxis]
    across = radius * np.sqrt(1.0 - cosines**2)
    along = radius * cosines
    reach = np.sqrt((GROUND_KM + TOP_KM) ** 2 - across**2) - along
    share = np.linspace(0.0, 1.0, 161)
    middle = 0.5 * (share[1:] + share[:-1])
    depth = np.zeros((n_heights, n_cosines, 3))
    for low, high, at in zip(share[:-1] ** 2, share[1:] ** 2, middle**2, strict=True):
        height = np.hypot(across, along + reach * at) - GROUND_KM
        # Below the ground the Sun is hidden: thick enough to be dark, soft enough to be smooth.
        depth += (extinction(height) + np.where(height < 0.0, 0.5, 0.0)[..., np.newaxis]) * (reach * (high - low))[
            ..., np.newaxis
        ]
    return heights, cosines, depth


class Sunlit:
    """How much sunlight reaches a place in the air."""

    def __init__(self) -> None:
        self._heights, self._cosines, self._depth = _depth_table()

    def __call__(self, height_km: Array, cos_sun: Array) -> Array:
        """Return what is left of the sunlight, (..., 3)."""
        row = np.sqrt(np.clip(height_km, 0.0, TOP_KM) / TOP_KM) * (len(self._heights) - 1)
        angle = np.arcsin(np.clip(cos_sun, np.sin(-0.25), 1.0))
        column = (angle + 0.25) / (np.pi / 2.0 + 0.25) * (len(self._cosines) - 1)
        i, j = (np.minimum(x.astype(int), n - 2) for x, n in zip((row, column), self._depth.shape[:2], strict=True))
        a, b = (row - i)[..., np.newaxis], (column - j)[..., np.newaxis]
        d = self._depth
        depth = (1 - a) * ((1 - b) * d[i, j] + b * d[i, j + 1]) + a * ((1 - b) * d[i + 1, j] + b * d[i + 1, j + 1])
        return np.exp(-depth)


def _sum_along(height_km: Array, cos_sun: Array, step_km: Array, sunlit: Sunlit) -> Array:
    """Sum the light scattered along sight lines from the eye, (..., 4); last axis of the input runs away from it."""
    step = step_km[..., np.newaxis]
    inside = (height_km < TOP_KM)[..., np.newaxis]
    thin = extinction(height_km) * step * inside
    before = np.cumsum(thin, axis=-2) - 0.5 * thin
    light = sunlit(height_km, cos_sun) * np.exp(-before) * step * inside
    molecules, haze, _ = densities(height_km)
    by_molecules = np.sum(light * molecules[..., np.newaxis], axis=-2) * MOLECULES
    by_haze = np.sum(light * haze[..., np.newaxis], axis=-2) * HAZE
    return np.concatenate([by_molecules, by_haze[..., :1]], axis=-1) * (np.pi * MORE_ORDERS)


def ground_table(sunlit: Sunlit, cos_sun: Array, rows: int = 64) -> Array:
    """Return the air's light before the ground; the Sun is taken abeam of the sight line."""
    table = np.zeros((rows, len(cos_sun), 4))
    for row, root in enumerate(np.linspace(0.0, 1.0, rows)):
        cos_sight = max(root**2, 1e-4)
        reach = np.sqrt((GROUND_KM * cos_sight) ** 2 + 2 * GROUND_KM * TOP_KM + TOP_KM**2) - GROUND_KM * cos_sight
        edges = reach * np.linspace(1.0, 0.0, STEPS + 1) ** 2  # from the top down to the ground
        middle, step = 0.5 * (edges[1:] + edges[:-1]), edges[:-1] - edges[1:]
        radius = np.sqrt(GROUND_KM**2 + middle**2 + 2 * GROUND_KM * middle * cos_sight)
        cosines = cos_sun[:, np.newaxis] * ((GROUND_KM + middle * cos_sight) / radius)
        heights = np.broadcast_to(radius - GROUND_KM, cosines.shape)
        table[row] = _sum_along(heights, cosines, np.broadcast_to(step, cosines.shape), sunlit)
    return table


def limb_table(sunlit: Sunlit, cos_sun: Array, rows: int = 96) -> Array:
    """Return the air's light beside the ground, summed over height (km) from each row's height up to the top."""
    fine = np.linspace(0.0, TOP_KM, 4 * (rows - 1) + 1)
    light = np.zeros((len(fine), len(cos_sun), 4))
    for index, height in enumerate(fine[:-1]):
        lowest = GROUND_KM + height
        reach = np.sqrt((GROUND_KM + TOP_KM) ** 2 - lowest**2)
        share = np.linspace(-1.0, 1.0, 2 * STEPS + 1)
        edges = reach * np.sign(share) * np.abs(share) ** 1.5
        middle, step = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
        radius = np.hypot(lowest, middle)
        cosines = cos_sun[:, np.newaxis] * (lowest / radius)
        heights = np.broadcast_to(radius - GROUND_KM, cosines.shape)
        light[index] = _sum_along(heights, cosines, np.broadcast_to(step, cosines.shape), sunlit)
    # The lowest air is never seen through from side to side: clouds and hills stand in it.
    light[fine < LOWEST_SEEN_KM] = light[np.searchsorted(fine, LOWEST_SEEN_KM)]
    pieces = 0.5 * (light[1:] + light[:-1]) * np.diff(fine)[:, np.newaxis, np.newaxis]
    summed = np.concatenate([np.cumsum(pieces[::-1], axis=0)[::-1], np.zeros((1, *light.shape[1:]))])
    return summed[::4]


def sunlight_table(sunlit: Sunlit, cos_sun: Array, ground: Array) -> Array:
    """Return the light that falls on level ground: from the Sun, and from the sky (as seen looking back up)."""
    direct = sunlit(np.zeros_like(cos_sun), cos_sun) * np.maximum(cos_sun, 0.0)[:, np.newaxis]
    root = np.linspace(0.0, 1.0, len(ground))
    weight = 2.0 * root**2 * 2.0 * root / (len(ground) - 1)
    # Looked through from below the air's light is about what it is from above; phase functions average to 1 / (4 pi).
    sky = np.einsum("r,rcx->cx", weight, ground)[:, :3] / (4.0 * np.pi)
    alpha = np.ones((len(cos_sun), 1))
    return np.stack([np.concatenate([part, alpha], axis=-1) for part in (direct, sky)])


def main() -> None:
    """Bake the tables."""
    sunlit = Sunlit()
    cos_sun = np.linspace(SUN_LOW, 1.0, 256)
    ground = ground_table(sunlit, cos_sun)
    tables = {
        "ground": ground.astype(np.float32),
        "limb": limb_table(sunlit, cos_sun).astype(np.float32),
        "sunlight": sunlight_table(sunlit, cos_sun, ground).astype(np.float32),
        "top_km": np.array([TOP_KM], np.float32),
        "sun_low": np.array([SUN_LOW], np.float32),
    }
    # Half floats are as fine as the eye and as the graphics card need.
    halved = {
        name: np.round(a.astype(np.float64), 6).astype(np.float16) if a.ndim > 1 else a for name, a in tables.items()
    }
    halved["limb"] = tables["limb"]
    write_npz(ASSETS / "earth" / "air.npz", halved)
    record(
        "earth/air.npz",
        recipe="python -m visualizer.bake.earth_air",
        sources=[
            "Bucholtz 1995, Applied Optics 34: scattering by air molecules",
            "US Standard Atmosphere 1976: scale heights",
        ],
        licence="MIT",
        note="computed: single scattering by molecules and haze with ozone's absorption",
    )


if __name__ == "__main__":
    main()
