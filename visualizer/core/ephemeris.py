"""Sun, Earth, Moon and planets from the bundled excerpt of JPL's DE440.

Positions are geometric (no light time), ICRF axes, km, at TDB epochs. The excerpt is a genuine SPK file;
against SPICE reading the whole DE440 it agrees to better than a millimetre (`tests/validation`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import numpy as np
from jplephem.daf import DAF

from visualizer.core.arrays import FloatArray
from visualizer.core.chebyshev import ChebyshevTable
from visualizer.errors import AssetError, CommandError
from visualizer.resources import asset_path

SSB_ID = 0
EMB_ID = 3


def read_chebyshev_daf(path: str, integers: int) -> dict[tuple[int, ...], ChebyshevTable]:
    """Read every type 2 segment of a binary SPK (6 integers) or PCK (5) kernel.

    Returns
    -------
    dict from the segment's leading integers (target, centre, axes) or (body, axes) to its table

    Raises
    ------
    AssetError
        If the file is missing, cut short or not of type 2.
    """
    try:
        return _read_tables(path, integers)
    except AssetError:
        raise
    except Exception as error:  # the reader's own failures on damaged bytes are of many kinds
        raise AssetError(f"bundled file {path} is damaged ({error}); install Perilune again") from error


def _read_tables(path: str, integers: int) -> dict[tuple[int, ...], ChebyshevTable]:
    tables: dict[tuple[int, ...], ChebyshevTable] = {}
    with open(path, "rb") as file:
        daf = DAF(file)
        for name, values in daf.summaries():
            ids, data_type, first, last = values[2:-3], values[-3], values[-2], values[-1]
            if file.seek(0, 2) < 8 * last:
                raise AssetError(f"bundled file {path} is cut short; install Perilune again")
            if data_type != 2 or len(values) != integers + 2:
                raise AssetError(f"{path}: segment of type {data_type} where type 2 was expected")
            start_s, interval_s, record_size, count = daf.read_array(last - 3, last)
            records = np.array(daf.read_array(first, last - 4)).reshape(int(count), int(record_size))
            per_component = (int(record_size) - 2) // 3
            coefficients = records[:, 2:].reshape(int(count), 3, per_component).transpose(2, 0, 1)
            what = name.decode("ascii", "replace").strip()
            tables[tuple(int(i) for i in ids)] = ChebyshevTable(
                float(start_s), float(interval_s), np.ascontiguousarray(coefficients), what
            )
    return tables


Way: TypeAlias = tuple[list[ChebyshevTable], list[ChebyshevTable]]


@dataclass(frozen=True)
class Ephemeris:
    """The solar system as DE440 has it.

    Attributes
    ----------
    tables : (target id, centre id) -> Chebyshev table; each target has one centre
    """

    tables: dict[tuple[int, int], ChebyshevTable]
    _ways: dict[tuple[int, int], Way] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_spk(cls, path: str) -> Ephemeris:
        """Load every segment of an SPK kernel of type 2 in ICRF axes."""
        segments = read_chebyshev_daf(path, 6)
        return cls({(target, centre): table for (target, centre, _), table in segments.items()})

    @property
    def span_tdb_s(self) -> tuple[float, float]:
        """First and last epoch that every body covers, TDB seconds past J2000."""
        starts, ends = zip(*((t.start_tdb_s, t.end_tdb_s) for t in self.tables.values()), strict=True)
        return max(starts), min(ends)

    def _chain(self, naif_id: int) -> list[ChebyshevTable]:
        """Return the tables whose sum leads from the solar system barycentre to a body."""
        links = {target: (centre, table) for (target, centre), table in self.tables.items()}
        chain = []
        while naif_id != SSB_ID:
            if naif_id not in links:
                raise CommandError(f"body {naif_id}: not in the bundled ephemeris")
            naif_id, table = links[naif_id]
            chain.append(table)
        return chain

    def _difference(self, target_id: int, centre_id: int) -> Way:
        """Return the tables to add and to take off; every pair is looked for once."""
        way = self._ways.get((target_id, centre_id))
        if way is None:
            way = self._ways[target_id, centre_id] = self._way(target_id, centre_id)
        return way

    def _way(self, target_id: int, centre_id: int) -> Way:
        plus, minus = self._chain(target_id), self._chain(centre_id)
        while plus and minus and plus[-1] is minus[-1]:
            plus.pop(), minus.pop()
        return plus, minus

    def position_km(self, target_id: int, centre_id: int, tdb_s: float | FloatArray) -> FloatArray:
        """Return where `target_id` is as seen from `centre_id`, geometric, ICRF axes.

        Parameters
        ----------
        target_id, centre_id : SPICE ids (0 is the solar system barycentre)
        tdb_s : (...) TDB seconds past J2000

        Returns
        -------
        (..., 3) float64, km

        Raises
        ------
        EpochRangeError
            Outside 1970 to 2040.
        """
        plus, minus = self._difference(target_id, centre_id)
        total = np.zeros(np.shape(tdb_s) + (3,))
        for table in plus:
            total = total + table.position(tdb_s)
        for table in minus:
            total = total - table.position(tdb_s)
        return total

    def position_at_one_km(self, target_id: int, centre_id: int, tdb_s: float) -> FloatArray:
        """Return the position that `state_km` tells at one epoch, (3,), in less time."""
        plus, minus = self._difference(target_id, centre_id)
        if len(plus) == 1 and not minus:
            return plus[0].position_at_one(tdb_s)
        position = np.zeros(3)
        for sign, tables in ((1.0, plus), (-1.0, minus)):
            for table in tables:
                position = position + sign * table.position_at_one(tdb_s)
        return position

    def state_km(self, target_id: int, centre_id: int, tdb_s: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return position (km) and velocity (km/s) of `target_id` relative to `centre_id`, (..., 3) each."""
        plus, minus = self._difference(target_id, centre_id)
        if len(plus) == 1 and not minus:
            return plus[0].position_and_rate(tdb_s)
        position = np.zeros(np.shape(tdb_s) + (3,))
        velocity = position
        for sign, tables in ((1.0, plus), (-1.0, minus)):
            for table in tables:
                part, rate = table.position_and_rate(tdb_s)
                position, velocity = position + sign * part, velocity + sign * rate
        return position, velocity


@cache
def bundled_ephemeris() -> Ephemeris:
    """Return DE440 from 1970 to 2040 as bundled with the app, loaded once."""
    return Ephemeris.from_spk(str(asset_path("ephemeris/de440_1970_2040.bsp")))
