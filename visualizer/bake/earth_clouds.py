"""Make clouds for the Earth: `python -m visualizer.bake.earth_clouds`.

Layer: bake. Weather of no day: moist air is laid out in belts as the climate has it (doldrums, dry subtropics, storm
tracks, decks of low cloud off the western coasts), then carried along by trade winds, westerlies and some eighty
turning lows, which wind it up into fronts and commas. The same seed gives the same clouds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates

from .cubemap import (
    direction_of_lat_lon,
    equirect_coordinates,
    face_directions,
    pad_equirect,
    sample_equirect,
    save_image,
)
from .manifest import ASSETS, record

Array = NDArray[np.float32]
ROWS: Final = 900
WIND_ROWS: Final = 256
STEPS: Final = 34
STEP_RAD: Final = 0.011  # moved in one step by the strongest wind
SEED: Final = 25
FACE_PX: Final = 768
# Latitude, east longitude, reach (deg): low cloud over cold water off western coasts.
DECKS: Final = (
    (-20, -84, 11),
    (27, -127, 10),
    (-14, 2, 10),
    (26, -22, 7),
    (-30, 103, 9),
    (-52, -20, 13),
    (45, 172, 12),
)
# Latitude, east longitude, half widths (deg): land where clouds are rare.
DESERTS: Final = (
    (23, 10, 8, 24), (23, 46, 8, 11), (-25, 133, 7, 13), (-24, 19, 6, 7), (40, 62, 5, 11), (41, 100, 5, 12),
    (31, -108, 5, 8), (-23, -69, 5, 3), (30, 68, 5, 7),
)  # fmt: skip


def grid_directions(rows: int) -> Array:
    """Return unit directions of an even grid of latitude and longitude, (rows, 2 rows, 3)."""
    lat = 90.0 - (np.arange(rows) + 0.5) * (180.0 / rows)
    lon = (np.arange(2 * rows) + 0.5) * (180.0 / rows) - 180.0
    return direction_of_lat_lon(lat[:, np.newaxis], lon[np.newaxis, :]).astype(np.float32)


class Noise:
    """Smooth noise in space, sampled on the sphere: no seams, no poles."""

    SIDE: Final = 64

    def __init__(self, rng: np.random.Generator) -> None:
        block = gaussian_filter(rng.standard_normal((self.SIDE,) * 3), 0.9, mode="wrap")
        self._block = (block / block.std()).astype(np.float32)

    def octave(self, direction: Array, waves: float) -> Array:
        """Return noise of variance 1 with about `waves` features per radian."""
        places = np.moveaxis(direction, -1, 0) * np.float32(waves * 2.0) + np.float32(31.7 + waves)
        return map_coordinates(self._block, places, order=1, mode="grid-wrap", output=np.float32)

    def fractal(self, direction: Array, waves: float, octaves: int, fall: float = 0.55) -> Array:
        """Return octaves added up, each finer and weaker, variance about 1."""
        total, weight = np.zeros(direction.shape[:-1], np.float32), 0.0
        for number in range(octaves):
            total += np.float32(fall**number) * self.octave(direction, waves * 2.03**number)
            weight += fall ** (2 * number)
        return total / np.float32(np.sqrt(weight))


def lows(rng: np.random.Generator) -> list[tuple[float, float, float, float]]:
    """Return latitude, east longitude (deg), reach (rad) and strength of the turning lows and a few hurricanes."""
    found = []
    for sign in (1.0, -1.0):
        for number in range(30):
            lat = sign * rng.normal(51.0, 8.5)
            lon = -180.0 + 12.0 * number + rng.uniform(-7.0, 7.0)
            found.append((lat, lon, rng.uniform(0.07, 0.15), sign * rng.uniform(0.5, 1.25)))
        for _ in range(9):
            found.append(
                (sign * rng.uniform(22.0, 36.0), rng.uniform(-180.0, 180.0), rng.uniform(0.08, 0.13), -sign * 0.5)
            )
    for lat, lon in ((17.0, -58.0), (20.0, 132.0), (-16.0, 75.0)):
        found.append((lat, lon, 0.045, float(np.sign(lat)) * 2.2))
    return found


def winds(rng: np.random.Generator) -> Array:
    """Return the wind as vectors along the sphere, (rows, columns, 3), the strongest near 1."""
    direction = grid_directions(WIND_ROWS)
    lat = np.arcsin(direction[..., 2])
    east = np.stack([-direction[..., 1], direction[..., 0], np.zeros_like(lat)], axis=-1)
    zonal = 0.55 * np.exp(-(((np.abs(lat) - 0.80) / 0.28) ** 2)) - 0.28 * np.exp(-((lat / 0.34) ** 2))
    wind = east * zonal[..., np.newaxis]
    for low_lat, low_lon, reach, strength in lows(rng):
        centre = direction_of_lat_lon(low_lat, low_lon)
        apart = np.arccos(np.clip(direction @ centre, -1.0, 1.0)) / reach
        turn = np.cross(centre, direction)
        turn /= np.maximum(np.linalg.norm(turn, axis=-1, keepdims=True), 1e-9)
        wind += turn * (strength * apart * np.exp(0.5 * (1.0 - apart**2)))[..., np.newaxis]
    return wind.astype(np.float32)


def carried_back(direction: Array, wind: Array, steps: int) -> Array:
    """Return whence the air at each direction came."""
    parts = [pad_equirect(wind[..., axis], 4) for axis in range(3)]
    for _ in range(steps):
        row, column = equirect_coordinates(direction, *wind.shape[:2])
        speed = [map_coordinates(p, [row + 4, column + 4], order=1, output=np.float32) for p in parts]
        direction = direction - np.stack(speed, axis=-1) * np.float32(STEP_RAD)
        direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    return direction


def ramp(value: Array, low: float | Array, high: float | Array) -> Array:
    """Return 0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)


def humid_belts(lat_deg: Array, lon_deg: Array, wander: Array) -> Array:
    """Return how readily clouds form, by climate: storm tracks moist, subtropics dry, deserts drier."""
    lat = lat_deg + 4.0 * wander
    belt = 0.95 * np.exp(-(((np.abs(lat) - 54.0) / 15.0) ** 2)) - 0.95 * np.exp(-(((np.abs(lat) - 24.0) / 10.0) ** 2))
    belt += np.where(lat < -40.0, 0.3, 0.0) * ramp(-lat, 40.0, 55.0)
    belt -= 0.5 * ramp(np.abs(lat_deg), 70.0, 84.0)
    for low_lat, low_lon, half_lat, half_lon in DESERTS:
        apart = ((lat_deg - low_lat) / half_lat) ** 2 + (((lon_deg - low_lon + 180.0) % 360.0 - 180.0) / half_lon) ** 2
        belt -= 1.3 * np.exp(-apart)
    return belt


def tropical_rain(lat_deg: Array, lon_deg: Array, wander: Array) -> Array:
    """Return how readily towers rise: along the doldrums, over the warm pool, over Congo and Amazon."""
    doldrums = np.exp(-(((lat_deg - 6.5 - 3.5 * wander) / 5.5) ** 2))
    warm_pool = np.exp(-(((lat_deg + 3.0) / 9.0) ** 2)) * ramp(np.cos(np.deg2rad(lon_deg - 125.0)), 0.2, 0.95)
    forests = np.exp(-(((lon_deg - 22) / 14) ** 2)) + np.exp(-(((lon_deg + 62) / 15) ** 2))
    return np.asarray(doldrums + 0.75 * warm_pool + 0.55 * np.exp(-((lat_deg / 9.0) ** 2)) * forests)


def low_decks(lat_deg: Array, lon_deg: Array) -> Array:
    """Return where decks of low cloud lie, 0 to 1."""
    decks = np.zeros_like(lat_deg)
    for deck_lat, deck_lon, reach in DECKS:
        width = (lon_deg - deck_lon + 180.0) % 360.0 - 180.0
        decks += np.exp(-(((lat_deg - deck_lat) / reach) ** 2) - (width / (1.5 * reach)) ** 2)
    return decks


def make_clouds() -> Array:
    """Return how much of the sky clouds cover, 0 to 1, on a grid of latitude and longitude."""
    rng = np.random.default_rng(SEED)
    broad, fine, wispy = Noise(rng), Noise(rng), Noise(rng)
    here = grid_directions(ROWS)
    wind = winds(rng)
    near = carried_back(here, wind, 9)
    far = carried_back(near, wind, STEPS - 9)
    lat, lon = np.rad2deg(np.arcsin(far[..., 2])), np.rad2deg(np.arctan2(here[..., 1], here[..., 0]))
    lat_here = np.rad2deg(np.arcsin(here[..., 2]))
    wander = broad.octave(here, 1.1)
    detail = fine.fractal(near, 22.0, 5, 0.62)
    streaks = wispy.fractal(carried_back(near, wind, 8), 9.0, 5, 0.6)

    belt = humid_belts(0.5 * (lat + lat_here), lon, wander)
    moist = 0.85 * broad.fractal(far, 3.4, 4, 0.62) + 0.42 * streaks + belt
    fronts = ramp(moist + 0.42 * detail, 0.55, 2.3) * (0.72 + 0.28 * ramp(detail + streaks, -1.5, 1.2))
    veil = 0.42 * ramp(moist + 0.6 * streaks, -0.3, 1.9)

    rain = tropical_rain(lat_here, lon, wander)
    towers = ramp(0.85 * fine.fractal(near, 7.0, 6, 0.66) + 1.0 * rain + 0.45 * broad.octave(here, 3.0), 1.0, 2.7)

    decks = low_decks(lat_here, lon)
    cells = 1.0 - np.abs(fine.fractal(near, 34.0, 3, 0.5)) * 0.75
    deck = ramp(1.25 * decks + 0.45 * streaks + 0.75 * cells, 0.95, 2.4) * (0.55 + 0.35 * ramp(cells, -0.2, 1.0))

    puffs = (
        ramp(detail + 0.45 * broad.octave(here, 4.0) + 0.4 * belt, 1.25, 2.2)
        * 0.62
        * ramp(62.0 - np.abs(lat_here), 0.0, 15.0)
    )
    clear = [1.0 - layer for layer in (0.96 * fronts, veil, 0.95 * towers, deck, puffs)]
    return np.asarray(1.0 - np.prod(clear, axis=0), np.float32)


def main() -> None:
    """Bake the clouds."""
    cover = make_clouds()
    faces = [sample_equirect(cover, face_directions(face, FACE_PX)) for face in range(6)]
    pixels = np.rint(np.clip(np.concatenate(faces), 0.0, 1.0) * 255).astype(np.uint8)
    save_image(pixels, ASSETS / "earth" / "clouds_cube.jpg", quality=74)
    record(
        "earth/clouds_cube.jpg",
        recipe="python -m visualizer.bake.earth_clouds",
        sources=["own procedural weather"],
        licence="MIT",
        note="made, not observed: the weather of no day",
    )
    print(f"mean cover {cover.mean():.2f}")


def preview(path: str) -> None:
    """Write the clouds as one map, to look at."""
    Image.fromarray(np.rint(make_clouds() * 255).astype(np.uint8)).save(path)


if __name__ == "__main__":
    main()
