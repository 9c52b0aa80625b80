"""Pinned measures as quantities of charts: range, range rate, angle, elevation, line of sight. Model, pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.sky import Sky
from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.missions.flight_state import FlightState
from visualizer.missions.series import Quantity
from visualizer.model.ghosts import Ghost
from visualizer.model.measuring import MEASURE_QUANTITIES, Measure, MeasureQuantity, measure_series
from visualizer.model.things import title_of

CHARTED: Final = ("range", "range_rate", "angle", "elevation", "sight")


def measure_quantities(
    measures: Sequence[Measure], missions: Mapping[str, Mission], ghosts: Mapping[str, Ghost] | None = None
) -> list[Quantity]:
    """Return what can be charted of measures; those of things that are not there are left out.

    Parameters
    ----------
    missions, ghosts : loaded ones, by id
    """
    found = []
    for measure in measures:
        try:
            ends = " – ".join(title_of(key, missions, ghosts) for key in (measure.first, measure.second))
        except CommandError:
            continue
        found += [
            _quantity(measure, quantity, ends, missions, ghosts)
            for quantity in MEASURE_QUANTITIES
            if quantity.key in CHARTED
        ]
    return found


def _quantity(
    measure: Measure, quantity: MeasureQuantity, ends: str, missions: Mapping[str, Mission],
    ghosts: Mapping[str, Ghost] | None,
) -> Quantity:  # fmt: skip
    def of_epochs(tdb_s: FloatArray) -> FloatArray:
        return quantity.of(measure_series(measure, missions, tdb_s, ghosts))

    def of_flight(_mission: Mission, state: FlightState, _sky: Sky) -> FloatArray:
        return np.full(np.shape(state.tdb_s), np.nan)

    crafts = [key.partition(":")[2] for key in (measure.first, measure.second) if key.startswith("craft:")]
    return Quantity(
        f"{quantity.key} of {measure.text}", f"{quantity.title}, {ends}", quantity.unit, quantity.is_log, of_flight,
        of_epochs=of_epochs, known_by=crafts[0] if crafts else "",
    )  # fmt: skip
