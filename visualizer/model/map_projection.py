"""Flat maps of the Moon: from latitude and longitude to kilometres on the paper, and exactly back.

Model, pure. The south-pole map is polar stereographic, true at the pole, seen from above the pole as the field does it:
longitude 0 points up, east goes clockwise (90 E to the right). The map of the whole Moon is simple cylindrical, true
at the equator, with the near side in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, cross, perpendicular, unit
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.geometry import position_on_sphere_km

SOUTH_LIMIT_RAD: Final = float(np.deg2rad(-55.0))


class Projection(Protocol):
    """A map's paper: x to the right, y up, km."""

    @property
    def key(self) -> str:
        """Name for machines."""

    @property
    def title(self) -> str:
        """Name for people."""

    @property
    def half_km(self) -> tuple[float, float]:
        """Half the width and height of the paper."""

    def plane_km(self, lat_rad: FloatArray, lon_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return where places are on the paper, (...) each."""

    def place_rad(self, x_km: FloatArray, y_km: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return latitude and longitude, -pi to pi, of places on the paper, (...) each."""

    def scale(self, lat_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return km of paper for each km of ground, along the parallel and along the meridian, (...) each."""

    def is_on_paper(self, x_km: FloatArray, y_km: FloatArray) -> BoolArray:
        """Tell which places are shown at all."""


@dataclass(frozen=True)
class SouthPolar:
    """The map about the south pole, to 55 S."""

    key: str = "south"
    title: str = "South pole"

    @property
    def rim_km(self) -> float:
        """Radius of the outermost parallel."""
        return float(_radius_km(SOUTH_LIMIT_RAD))

    @property
    def half_km(self) -> tuple[float, float]:
        """Half the width and height of the paper."""
        return self.rim_km, self.rim_km

    def plane_km(self, lat_rad: FloatArray, lon_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return x (toward 90 E) and y (toward longitude 0); the north pole is nowhere."""
        away = _radius_km(np.asarray(lat_rad, dtype=np.float64))
        return np.asarray(away * np.sin(lon_rad)), np.asarray(away * np.cos(lon_rad))

    def place_rad(self, x_km: FloatArray, y_km: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return latitude and longitude; at the pole longitude 0."""
        colatitude = 2.0 * np.arctan(np.hypot(x_km, y_km) / (2.0 * RADIUS_MOON_KM))
        return np.asarray(colatitude - 0.5 * np.pi), np.asarray(np.arctan2(x_km, y_km))

    def scale(self, lat_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the same both ways: 1 at the pole, 1.1 at the rim."""
        grown = np.asarray(1.0 / np.cos(0.5 * (np.asarray(lat_rad) + 0.5 * np.pi)) ** 2)
        return grown, grown

    def is_on_paper(self, x_km: FloatArray, y_km: FloatArray) -> BoolArray:
        """Tell which places lie inside the rim."""
        return np.asarray(np.hypot(x_km, y_km) <= self.rim_km)


def _radius_km(lat_rad: FloatArray | float) -> FloatArray:
    return np.asarray(2.0 * RADIUS_MOON_KM * np.tan(0.5 * (np.asarray(lat_rad) + 0.5 * np.pi)))


@dataclass(frozen=True)
class Cylindrical:
    """The map of the whole Moon."""

    key: str = "global"
    title: str = "Whole Moon"

    @property
    def half_km(self) -> tuple[float, float]:
        """Half the width and height of the paper."""
        return float(np.pi * RADIUS_MOON_KM), float(0.5 * np.pi * RADIUS_MOON_KM)

    def plane_km(self, lat_rad: FloatArray, lon_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return x (east) and y (north)."""
        wrapped = (np.asarray(lon_rad, dtype=np.float64) + np.pi) % (2.0 * np.pi) - np.pi
        return np.asarray(RADIUS_MOON_KM * wrapped), np.asarray(RADIUS_MOON_KM * np.asarray(lat_rad, dtype=np.float64))

    def place_rad(self, x_km: FloatArray, y_km: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return latitude and longitude."""
        return np.asarray(np.asarray(y_km) / RADIUS_MOON_KM), np.asarray(np.asarray(x_km) / RADIUS_MOON_KM)

    def scale(self, lat_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return 1 over the cosine of the latitude along the parallel, 1 along the meridian."""
        cosine = np.maximum(np.cos(np.asarray(lat_rad, dtype=np.float64)), 1e-6)
        return np.asarray(1.0 / cosine), np.ones_like(cosine)

    def is_on_paper(self, x_km: FloatArray, y_km: FloatArray) -> BoolArray:
        """Tell which places lie inside the frame."""
        wide, high = self.half_km
        return np.asarray((np.abs(x_km) <= wide) & (np.abs(y_km) <= high))


PROJECTIONS: Final[dict[str, Projection]] = {"south": SouthPolar(), "global": Cylindrical()}


def directions(projection: Projection, x_km: FloatArray, y_km: FloatArray) -> FloatArray:
    """Return unit vectors to places on the paper, (..., 3), Moon-fixed mean-Earth axes."""
    lat, lon = projection.place_rad(x_km, y_km)
    return position_on_sphere_km(lat, lon, 1.0)


def pieces_on_paper(
    projection: Projection, lat_rad: FloatArray, lon_rad: FloatArray
) -> list[tuple[slice, FloatArray, FloatArray]]:
    """Cut a path on the ground where it leaves the paper, or goes on at its other edge.

    Parameters
    ----------
    lat_rad, lon_rad : (n,)

    Returns
    -------
    list of (which points, x_km, y_km), two points or more each
    """
    x, y = projection.plane_km(lat_rad, lon_rad)
    is_seen = projection.is_on_paper(x, y)
    # A step of half the paper is no step: the path went over the edge.
    is_jump = np.abs(np.diff(x)) > projection.half_km[0]
    cuts = np.flatnonzero((is_seen[1:] != is_seen[:-1]) | is_jump) + 1
    edges = [0, *cuts.tolist(), len(x)]
    pieces = []
    for first, end in pairwise(edges):
        if is_seen[first] and end - first > 1:
            pieces.append((slice(first, end), x[first:end], y[first:end]))
    return pieces


def great_circle(pole: FloatArray, points: int = 241) -> FloatArray:
    """Return unit vectors at right angles to a direction, (points, 3), closed."""
    first = perpendicular(pole)
    turn = np.linspace(0.0, 2.0 * np.pi, points)[:, np.newaxis]
    return np.asarray(np.cos(turn) * first + np.sin(turn) * cross(unit(pole), first))
