"""Strips under the timeline: light at a site, the Earth in view, eclipses, station passes, as intervals over time.

No toolkit. A strip's time is cut into cells of some hours or days; each cell is found by itself (with the finder of
`core.events` where the craft matters), so that what is looked at comes first and the rest can be left out at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, angle_between_rad, norm, rotate, unit
from visualizer.core.bodies import EARTH, MOON, SUN
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.events.contacts import Occultations, Passes
from visualizer.core.events.intervals import below_zero
from visualizer.core.events.light import disc_gap
from visualizer.core.events.moments import Moments
from visualizer.core.events.places import Place
from visualizer.core.events.roots import crossings
from visualizer.core.events.search import Channel, Search
from visualizer.core.geometry import elevation_rad
from visualizer.core.horizon import HorizonMaps, bundled_horizon, flat_horizon, sun_place_rad
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.stations import STATIONS
from visualizer.core.trajectory import Trajectory

CRAFT_CELL_S: Final = 86_400.0
MOON_CELL_S: Final = 8.0 * 86_400.0
EARTH_CELL_S: Final = 2.0 * 86_400.0
# Four months: then a day on the Earth is a few pixels wide.
EARTH_CELLS_MOST: Final = 60
# The Sun climbs by half a degree an hour on the Moon, by fifteen on the Earth.
MOON_STEP_S: Final = 1_800.0
EARTH_STEP_S: Final = 600.0
TOUCH_S: Final = 1e-3


@dataclass(frozen=True, slots=True)
class StripSpec:
    """One strip that can be shown: `title` for the gutter, `help` for menus, `is_of_site` for those of a place."""

    id: str
    title: str
    help: str
    is_of_site: bool


STRIPS: Final = (
    StripSpec("sun", "Sun", "Sunlight and elevation of the Sun at the site, over the drawn hills", True),
    StripSpec("earth", "Earth seen", "Whether the craft sees the Earth, or the Moon is in the way", False),
    StripSpec("site-earth", "Earth", "Elevation of the Earth at the site", True),
    StripSpec("eclipse", "Eclipse", "The craft in the shadow of the Earth or of the Moon", False),
    StripSpec("stations", "Stations", "Ground stations that see the craft", False),
)


def strip_of_id(strip_id: str) -> StripSpec:
    """Return a strip by its id."""
    return next(spec for spec in STRIPS if spec.id == strip_id)


@dataclass(frozen=True, eq=False)
class Cell:
    """What was found between two epochs.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : the cell
    bands : name -> (n, 2) s, starts and ends of intervals inside it, in order
    curves : name -> (m, 2), epochs and values (rad)
    """

    start_tdb_s: float
    end_tdb_s: float
    bands: Mapping[str, FloatArray] = field(default_factory=dict)
    curves: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Source:
    """Where cells come from.

    Attributes
    ----------
    key : what it is of: mission, or mission and site
    start_tdb_s, end_tdb_s, cell_s : the time it knows, and the length of a cell
    find : works one cell out, from its start and end
    most_seen : a window with more cells than this shows nothing of it: it would be gray, and cost minutes
    """

    key: Hashable
    start_tdb_s: float
    end_tdb_s: float
    cell_s: float
    find: Callable[[float, float], Cell]
    most_seen: int = 100_000

    @property
    def count(self) -> int:
        """How many cells there are."""
        return max(1, int(np.ceil((self.end_tdb_s - self.start_tdb_s) / self.cell_s)))

    def bounds(self, index: int) -> tuple[float, float]:
        """Return start and end of a cell."""
        start = self.start_tdb_s + index * self.cell_s
        return start, min(start + self.cell_s, self.end_tdb_s)

    def seen(self, start_tdb_s: float, end_tdb_s: float) -> range:
        """Return the cells that a window shows a part of."""
        if end_tdb_s < self.start_tdb_s or start_tdb_s > self.end_tdb_s:
            return range(0)
        # Both ends belong to it; the last moment lies in the last cell.
        first = min(int((start_tdb_s - self.start_tdb_s) // self.cell_s), self.count - 1)
        last = int((end_tdb_s - self.start_tdb_s) // self.cell_s)
        return range(max(first, 0), min(last + 1, self.count))

    def is_too_wide(self, start_tdb_s: float, end_tdb_s: float) -> bool:
        """Whether a window shows too much to be worked out."""
        return len(self.seen(start_tdb_s, end_tdb_s)) > self.most_seen


class StripStore:
    """Cells found so far, of any number of sources."""

    def __init__(self) -> None:
        self._cells: dict[Hashable, dict[int, Cell]] = {}

    def put(self, source: Source, index: int, cell: Cell) -> None:
        """Keep a cell."""
        self._cells.setdefault(source.key, {})[index] = cell

    def next_cell(self, sources: Sequence[Source], start_tdb_s: float, end_tdb_s: float) -> tuple[Source, int] | None:
        """Return which cell to find next: what a window shows, from its middle outwards, then what is near it.

        Notes
        -----
        Beyond the window one more width of it on either side is found, no more: a window of hours in a span of years
        costs hours.
        """
        middle, width = 0.5 * (start_tdb_s + end_tdb_s), end_tdb_s - start_tdb_s
        for margin in (0.0, width):
            window = (start_tdb_s - margin, end_tdb_s + margin)
            wanted = [
                (abs(sum(source.bounds(index)) / 2.0 - middle), number, index)
                for number, source in enumerate(sources)
                if not source.is_too_wide(start_tdb_s, end_tdb_s)
                for index in source.seen(*window)
                if index not in self._cells.get(source.key, {})
            ]
            if wanted:
                _, number, index = min(wanted)
                return sources[number], index
        return None

    def is_known(self, source: Source, tdb_s: float) -> bool:
        """Whether the cell that an epoch lies in was found."""
        return any(index in self._cells.get(source.key, {}) for index in source.seen(tdb_s, tdb_s))

    def unknown(self, source: Source, start_tdb_s: float, end_tdb_s: float) -> list[tuple[float, float]]:
        """Return the stretches of a window that are still to be found."""
        known = self._cells.get(source.key, {})
        return [source.bounds(index) for index in source.seen(start_tdb_s, end_tdb_s) if index not in known]

    def bands(self, source: Source, name: str, start_tdb_s: float, end_tdb_s: float) -> FloatArray:
        """Return the intervals of a window, (n, 2) s, those that go on across cells joined."""
        rows = [cell.bands[name] for cell in self._seen(source, start_tdb_s, end_tdb_s) if name in cell.bands]
        return joined(rows)

    def curve(self, source: Source, name: str, start_tdb_s: float, end_tdb_s: float) -> FloatArray:
        """Return a curve over a window, (m, 2) epochs and values."""
        rows = [cell.curves[name] for cell in self._seen(source, start_tdb_s, end_tdb_s) if name in cell.curves]
        return np.concatenate(rows) if rows else np.empty((0, 2))

    def is_inside(self, source: Source, name: str, tdb_s: float) -> bool:
        """Whether an epoch lies in one of the intervals found."""
        tables = [cell.bands[name] for cell in self._seen(source, tdb_s, tdb_s) if name in cell.bands]
        return any(bool(np.any((table[:, 0] <= tdb_s) & (tdb_s <= table[:, 1]))) for table in tables)

    def interval_at(self, source: Source, name: str, tdb_s: float) -> tuple[float, float] | None:
        """Return start and end of the interval around an epoch, as far as it was found; None outside of all."""
        table = self.bands(source, name, source.start_tdb_s, source.end_tdb_s)
        hit = np.flatnonzero((table[:, 0] <= tdb_s) & (tdb_s <= table[:, 1]))
        return (float(table[hit[0], 0]), float(table[hit[0], 1])) if hit.size else None

    def value_at(self, source: Source, name: str, tdb_s: float) -> float | None:
        """Return a curve's value, or None where it was not found."""
        table = self.curve(source, name, tdb_s, tdb_s)
        if len(table) == 0 or not table[0, 0] <= tdb_s <= table[-1, 0]:
            return None
        return float(np.interp(tdb_s, table[:, 0], table[:, 1]))

    def _seen(self, source: Source, start_tdb_s: float, end_tdb_s: float) -> Iterable[Cell]:
        known = self._cells.get(source.key, {})
        return (known[index] for index in source.seen(start_tdb_s, end_tdb_s) if index in known)


def joined(parts: Sequence[FloatArray]) -> FloatArray:
    """Join intervals of neighbouring cells, (n, 2) each and in order: those that touch become one."""
    table = np.concatenate([np.empty((0, 2)), *parts])
    if len(table) < 2:
        return table
    is_new = np.concatenate([[True], table[1:, 0] - table[:-1, 1] > TOUCH_S])
    is_last = np.concatenate([is_new[1:], [True]])
    return np.stack([table[is_new, 0], table[is_last, 1]], axis=1)


def without(table: FloatArray, removed: FloatArray) -> FloatArray:
    """Return intervals, (n, 2) in order, less the parts that other intervals, (m, 2) in order, cover."""
    rows = []
    for start, end in table.tolist():
        inside = removed[(removed[:, 1] > start) & (removed[:, 0] < end)]
        edges = [start, *np.clip(inside, start, end).ravel().tolist(), end]
        rows += [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.0]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


# -- of a craft -------------------------------------------------------------------------------------------


def craft_source(key: Hashable, trajectory: Trajectory) -> Source:
    """Return where the strips of a craft come from: `hidden`, `penumbra-...`, `umbra-...` and `pass:<station>`."""
    first, last = trajectory.span_tdb_s
    return Source(key, first, last, CRAFT_CELL_S, lambda start, end: craft_cell(trajectory, start, end))


def craft_cell(trajectory: Trajectory, start_tdb_s: float, end_tdb_s: float) -> Cell:
    """Find the intervals of a craft between two epochs inside its flight.

    Notes
    -----
    `hidden` is when the Moon's sphere stands between craft and the Earth's centre. Passes are those above a station's
    mask, less what the Moon hides from it; geometric, without refraction.
    """
    search = Search(trajectory, (start_tdb_s, end_tdb_s))
    if not search.pieces:
        return Cell(start_tdb_s, end_tdb_s)
    stations = [(s.name, Passes(s.place).channels[0], Occultations(s.place).channels[0]) for s in STATIONS]
    channels: dict[str, Channel] = {
        "hidden": _earth_clearance,
        **{f"penumbra-{body.name.lower()}": disc_gap(body, 1.0) for body in (EARTH, MOON)},
        **{f"umbra-{body.name.lower()}": disc_gap(body, -1.0) for body in (EARTH, MOON)},
    }
    search.prepare([*channels.values(), *(c for _, *pair in stations for c in pair)])
    bands = {name: _intervals(search, channel) for name, channel in channels.items()}
    for name, under_mask, clearance in stations:
        up = _intervals(search, under_mask)
        bands[f"pass:{name}"] = without(up, _intervals(search, clearance)) if len(up) else up
    return Cell(start_tdb_s, end_tdb_s, bands)


def _intervals(search: Search, channel: Channel) -> FloatArray:
    found = below_zero(search, channel)
    return np.stack([found.start_tdb_s, found.end_tdb_s], axis=1)


def _earth_clearance(moments: Moments) -> FloatArray:
    """Return how far the Earth's centre is from behind the Moon: the limb's dip less the angle beyond it, rad."""
    craft, earth = moments.about_moon[0], -moments.moon_about_earth[0]
    caps = (np.arccos(np.clip(RADIUS_MOON_KM / norm(v), 0.0, 1.0)) for v in (craft, earth))
    return np.asarray(sum(caps) - angle_between_rad(craft, earth))


# -- of a site --------------------------------------------------------------------------------------------


def site_source(
    key: Hashable, place: Place, start_tdb_s: float, end_tdb_s: float, horizon: HorizonMaps | None = None
) -> Source:
    """Return where the strips of a site come from: `lit` and `up`, and the curves `sun` and `other`."""

    def find(start: float, end: float) -> Cell:
        return site_cell(place, start, end, horizon)

    cell_s, most = (MOON_CELL_S, 1_000) if place.body_id == MOON.naif_id else (EARTH_CELL_S, EARTH_CELLS_MOST)
    return Source(key, start_tdb_s, end_tdb_s, cell_s, find, most)


def site_cell(place: Place, start_tdb_s: float, end_tdb_s: float, horizon: HorizonMaps | None = None) -> Cell:
    """Find light and visibility at a place between two epochs.

    Parameters
    ----------
    place : on the Moon or the Earth
    horizon : heights of the ground around; the bundled ones by default, level ground on the Earth

    Notes
    -----
    `sun` and `other` (the Earth at a site on the Moon, the Moon at one on the Earth) are elevations of the centres,
    rad, without refraction; `lit` and `up` is when those stand over the ground in their direction.
    """
    is_moon = place.body_id == MOON.naif_id
    ground = horizon or (bundled_horizon() if is_moon else flat_horizon())
    step = MOON_STEP_S if is_moon else EARTH_STEP_S
    tdb_s = np.linspace(start_tdb_s, end_tdb_s, max(3, int(np.ceil((end_tdb_s - start_tdb_s) / step)) + 1))
    bands, curves = {}, {}
    for band, curve, target in (("lit", "sun", SUN), ("up", "other", EARTH if is_moon else MOON)):
        # The loop's variable is bound now: the function is called within this turn only.
        def above(epochs: FloatArray, target_id: int = target.naif_id) -> FloatArray:
            return _above_ground_rad(place, target_id, epochs, ground)

        curves[curve] = np.stack([tdb_s, _elevation_rad(place, target.naif_id, tdb_s)], axis=1)
        bands[band] = _positive(above, tdb_s)
    return Cell(start_tdb_s, end_tdb_s, bands, curves)


def _sight_km(place: Place, target_id: int, tdb_s: FloatArray) -> FloatArray:
    """Return a body seen from a place, (n, 3) km in the axes of the place's body."""
    rot = rot_moon_me_from_icrf(tdb_s) if place.body_id == MOON.naif_id else rot_itrs_from_icrf(tdb_s)
    target = bundled_ephemeris().position_km(target_id, place.body_id, tdb_s)
    return rotate(rot, target) - place.pos_fixed_km


def _elevation_rad(place: Place, target_id: int, tdb_s: FloatArray) -> FloatArray:
    return elevation_rad(_sight_km(place, target_id, tdb_s), place.up_unit)


def _above_ground_rad(place: Place, target_id: int, tdb_s: FloatArray, ground: HorizonMaps) -> FloatArray:
    """Return how high a body's centre stands over the ground in its direction, (n,) rad."""
    sight = unit(_sight_km(place, target_id, tdb_s))
    up = np.broadcast_to(place.up_unit, sight.shape)
    elevation, azimuth = sun_place_rad(up, sight)
    if place.body_id == EARTH.naif_id:
        return elevation
    return elevation - ground.elevation_rad(up, azimuth)


def _positive(function: Callable[[FloatArray], FloatArray], tdb_s: FloatArray) -> FloatArray:
    """Return when a function is above zero, (n, 2) s, from samples that are close enough."""
    values = function(tdb_s)
    at, _ = crossings(function, tdb_s, values)
    edges = [float(tdb_s[0]), *at.tolist(), float(tdb_s[-1])]
    middles = np.array([0.5 * (a + b) for a, b in pairwise(edges)])
    is_in = function(middles) > 0.0
    rows = [pair for pair, inside in zip(pairwise(edges), is_in, strict=True) if inside and pair[1] > pair[0]]
    return joined([np.array(rows, dtype=np.float64).reshape(-1, 2)])
