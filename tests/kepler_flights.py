"""Flights along Kepler's ellipses, whose events are known."""

from __future__ import annotations

import numpy as np

from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_KM3_S2
from visualizer.core.elements import (
    Elements,
    state_from_elements,
    true_from_mean_anomaly_rad,
)
from visualizer.core.stations import station_named
from visualizer.core.trajectory import Arc, Provenance, Trajectory

START = 7.4e8
MOON, EARTH = 301, 399
MADRID = station_named("Madrid").place


def kepler(
    epochs, *, axis_km=1837.4, ecc=0.05, incl_deg=70.0, node_deg=30.0, peri_deg=40.0, passage=START, centre=MOON, **arc
):
    """Return an arc of an ellipse that goes through its nearest point at the epoch `passage`."""
    gm = GM_MOON_KM3_S2 if centre == MOON else GM_EARTH_KM3_S2
    mean = np.sqrt(gm / axis_km**3) * (epochs - passage)
    columns = (axis_km, ecc, np.radians(incl_deg), np.radians(node_deg), np.radians(peri_deg))
    whole = [np.full(len(epochs), column) for column in columns]
    true = true_from_mean_anomaly_rad(np.mod(mean, 2.0 * np.pi), whole[1])
    pos, vel = state_from_elements(Elements(*whole, true, gm))
    return Arc(arc.get("name", "orbit"), centre, epochs, pos, vel, Provenance.SYNTHETIC)


def flight(*arcs):
    return Trajectory("test", arcs)


def period_s(axis_km, gm=GM_MOON_KM3_S2):
    return 2.0 * np.pi * np.sqrt(axis_km**3 / gm)


def times(events, kind=None):
    return np.array([event.tdb_s for event in events if kind in (None, event.kind)])


ORBITS = [
    {"axis_km": 1800.0, "ecc": 0.001, "incl_deg": 90.0, "node_deg": 200.0},
    {"axis_km": 2300.0, "ecc": 0.2, "incl_deg": 40.0, "node_deg": 310.0},
    {"axis_km": 6000.0, "ecc": 0.6, "incl_deg": 65.0, "node_deg": 100.0},
    {"axis_km": 9000.0, "ecc": 0.78, "incl_deg": 120.0, "node_deg": 20.0},
]
