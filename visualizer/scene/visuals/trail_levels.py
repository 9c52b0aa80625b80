"""Which parts of a path are drawn and how finely: chunks, their bounds, thinned forms of a path. No OpenGL here."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.model.trail_line import TrailLine

# A path that turns by 1.2 degrees a point about the Moon, near it, strays by so much over 2, 3, 4, ... steps.
STRAYS_KM: Final = (0.0, 0.44, 0.98, 1.75, 2.75, 4.0, 7.0, 11.0, 18.0, 30.0, 60.0, 100.0, 200.0, 400.0)
STRAY_PX: Final = 0.4
SMALL_PX: Final = 10.0
LONGEST_STEP: Final = 32
CHUNK_POINTS: Final = 24
EDGE_ROOM: Final = 0.2
# How far within a globe's limb what it hides must be: a camera may move a little before that is asked again.
HIDDEN_WITHIN: Final = 0.97


def thinned_line(line: TrailLine, stray_km: float, keep: npt.NDArray[np.intp] | None = None) -> TrailLine:
    """Return a path with points left out so that chords stray from it by about `stray_km` at most.

    Both ends, every change of kind and the points numbered in `keep` stay. A chord over n steps strays n^2 / 4 times as
    far as one over two.
    """
    if stray_km <= 0.0 or len(line.tdb_s) < 4:
        return line
    place = line.position_km
    bend_km = np.linalg.norm(place[1:-1] - 0.5 * (place[:-2] + place[2:]), axis=1)
    steps = np.clip(2.0 * np.sqrt(stray_km / np.maximum(bend_km, 1e-9)), 1, LONGEST_STEP).astype(int)
    # A step may not run into a sharper bend than where it began.
    smallest = running_minimum(np.concatenate([steps[:1], steps, steps[-1:]]))
    must = np.zeros(len(place), dtype=bool)
    change = np.flatnonzero(np.diff(line.kind))
    must[[0, -1, *change, *(change + 1)]] = True
    if keep is not None:
        must[keep] = True
    kept, since = [], 0
    for index, (is_needed, step) in enumerate(zip(must.tolist(), smallest.tolist(), strict=True)):
        since += 1
        if is_needed or since >= step:
            kept.append(index)
            since = 0
    return replace(line, tdb_s=line.tdb_s[kept], position_km=place[kept], kind=line.kind[kept])


def running_minimum(values: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """Return at each place the least of the values within the longest step on either side."""
    padded = np.pad(values, LONGEST_STEP, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * LONGEST_STEP + 1)
    return np.asarray(windows.min(axis=1))


@dataclass(frozen=True, eq=False, slots=True)
class ChunkedLine:
    """A path cut into chunks.

    Attributes
    ----------
    edges : (m + 1,) number of the first point of each chunk, and of the last point of all
    start_tdb_s, end_tdb_s : (m,) of each chunk
    centre_km : (m, 3); radius_km : (m,) of a ball around each chunk
    strays_km : the finenesses there are; one only for a short path
    middle_km, reach_km : of a ball around the whole path
    """

    edges: npt.NDArray[np.intp]
    start_tdb_s: FloatArray
    end_tdb_s: FloatArray
    centre_km: FloatArray
    radius_km: FloatArray
    strays_km: tuple[float, ...]
    middle_km: FloatArray
    reach_km: float

    @classmethod
    def of(cls, line: TrailLine) -> ChunkedLine:
        """Cut a path into chunks of `CHUNK_POINTS` at most."""
        count = len(line.tdb_s)
        pieces = max(1, -(-(count - 1) // CHUNK_POINTS))
        edges = np.unique(np.linspace(0, count - 1, pieces + 1).astype(np.intp))
        first, last = edges[:-1], edges[1:]
        low = np.minimum(np.minimum.reduceat(line.position_km, first), line.position_km[last])
        high = np.maximum(np.maximum.reduceat(line.position_km, first), line.position_km[last])
        centre = 0.5 * (low + high)
        radius = 0.5 * np.linalg.norm(high - low, axis=1)
        strays = STRAYS_KM if count > 128 else STRAYS_KM[:1]
        middle = centre.mean(axis=0)
        reach = float(np.max(np.linalg.norm(centre - middle, axis=1) + radius))
        return cls(edges, line.tdb_s[first], line.tdb_s[last], centre, radius, strays, middle, reach)

    def thinned(self, line: TrailLine, level: int, first: int, count: int) -> tuple[TrailLine, npt.NDArray[np.intp]]:
        """Return so many chunks of its path in one fineness, and the first segment of each, and of the end.

        Parameters
        ----------
        line : that was cut
        level : number among `strays_km`
        first, count : of the chunks
        """
        edges = self.edges[first : first + count + 1]
        piece = slice(edges[0], edges[-1] + 1)
        own = replace(line, tdb_s=line.tdb_s[piece], position_km=line.position_km[piece], kind=line.kind[piece])
        thin = thinned_line(own, self.strays_km[level], edges - edges[0])
        return thin, np.searchsorted(thin.tdb_s, line.tdb_s[edges])

    @property
    def is_single(self) -> bool:
        """Whether the path is short enough for one fineness."""
        return len(self.strays_km) == 1

    def levels(
        self, camera_km: FloatArray, forward: FloatArray, half_diagonal_rad: float, pixel_rad: float,
        now_tdb_s: float, span_tdb_s: tuple[float, float], *, is_extra: bool = False, solid_km: float = 0.0,
    ) -> npt.NDArray[np.intp]:  # fmt: skip
        """Return for each chunk which of `strays_km` to draw, or -1 where it cannot be seen.

        Parameters
        ----------
        camera_km, forward : camera and unit direction of sight in the path's axes, relative to its anchor
        half_diagonal_rad : from the picture's middle to its corner
        pixel_rad : angle of a pixel, of which a chord may stray `STRAY_PX` from the path
        now_tdb_s, span_tdb_s : now; first and last epoch that is shown
        solid_km : radius of a globe at the anchor that hides what is behind it, and is nowhere lower; 0 where none does

        Notes
        -----
        Of a path that looks smaller than `SMALL_PX` on all sides, only the chunk of now is drawn, or the nearest in
        time: revolutions would lie on each other. Of one that `is_extra`, not the active mission's, nothing is.
        """
        level = np.full(len(self.radius_km), -1, dtype=np.intp)
        first, after, now = self.window(now_tdb_s, span_tdb_s)
        if first >= after:
            return level
        seen = slice(first, after)
        if self.is_small(camera_km, pixel_rad):
            if is_extra or not first <= now < after:
                return level
            seen = slice(now, now + 1)
        level[seen] = self.fineness(camera_km, forward, half_diagonal_rad, pixel_rad, seen)
        if solid_km:
            level[seen][self.is_hidden(camera_km, solid_km, seen)] = -1
        return level

    def is_hidden(self, camera_km: FloatArray, solid_km: float, seen: slice = slice(None)) -> npt.NDArray[np.bool_]:
        """Tell which chunks are wholly behind a globe at the anchor, as `levels` has it."""
        away = math.sqrt(camera_km @ camera_km)
        offset, radius = self.centre_km[seen] - camera_km, self.radius_km[seen]
        if away <= solid_km:
            return np.zeros(len(radius), dtype=bool)
        distance = np.maximum(np.sqrt(np.einsum("ij,ij->i", offset, offset)), 1e-9)
        aside = np.arccos(np.clip(offset @ camera_km / (-away * distance), -1.0, 1.0))
        reach = np.arcsin(np.minimum(radius / distance, 1.0))
        # What is outside of the globe, and farther off than its limb, is behind it.
        is_within = aside + reach < HIDDEN_WITHIN * math.asin(solid_km / away)
        return np.asarray(is_within & (distance - radius > math.sqrt(away * away - solid_km * solid_km)))

    def fineness(
        self, camera_km: FloatArray, forward: FloatArray, half_diagonal_rad: float, pixel_rad: float,
        seen: slice = slice(None),
    ) -> npt.NDArray[np.intp]:  # fmt: skip
        """Return for some chunks which of `strays_km` to draw, or -1 beside the picture; as `levels` otherwise."""
        offset, radius = self.centre_km[seen] - camera_km, self.radius_km[seen]
        distance = np.maximum(np.sqrt(np.einsum("ij,ij->i", offset, offset)), 1e-9)
        allowed = STRAY_PX * pixel_rad * np.maximum(distance - radius, 0.0)
        fine = np.searchsorted(self.strays_km, allowed, side="right") - 1
        reach = np.arcsin(np.minimum(radius / distance, 1.0)) + half_diagonal_rad + 0.05
        away = np.arccos(np.clip(offset @ forward / distance, -1.0, 1.0))
        return np.where((away > reach) & (distance > radius), -1, fine)

    def window(self, now_tdb_s: float, span_tdb_s: tuple[float, float]) -> tuple[int, int, int]:
        """Return the first chunk that is shown, the one after the last, and that of now; they lie in order of time."""
        first = int(self.end_tdb_s.searchsorted(span_tdb_s[0], side="left"))
        after = int(self.start_tdb_s.searchsorted(span_tdb_s[1], side="right"))
        now = int(self.start_tdb_s.searchsorted(now_tdb_s, side="right")) - 1
        return first, after, min(max(now, 0), len(self.radius_km) - 1)

    def is_far(self, camera_km: FloatArray) -> bool:
        """Tell whether the camera is farther off than the path is large, so that each segment looks short."""
        offset = self.middle_km - camera_km
        return float(offset @ offset) > (2.0 * self.reach_km) ** 2

    def room_km(self, camera_km: FloatArray) -> float:
        """Return how far the camera is from the edge of any chunk's ball at least, from inside or outside.

        At an edge a chunk has its finest form on either side, so a fifth of its radius is room enough there.
        """
        offset = self.centre_km - camera_km
        away = np.abs(np.sqrt(np.einsum("ij,ij->i", offset, offset)) - self.radius_km)
        return float(np.min(np.maximum(away, EDGE_ROOM * self.radius_km)))

    def is_small(self, camera_km: FloatArray, pixel_rad: float) -> bool:
        """Tell whether the whole path looks small, and has more than one chunk."""
        offset = self.middle_km - camera_km
        return len(self.radius_km) > 1 and self.reach_km < SMALL_PX * pixel_rad * math.sqrt(offset @ offset)
