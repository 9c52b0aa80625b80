"""STK ephemerides that others write: units, segments, damage."""

from __future__ import annotations

import numpy as np
import pytest

from formats.reading import flight_of, refusal, sample_rows
from visualizer.core.epochs import tdb_s_from_utc_text

STK = """stk.v.4.3
# WrittenBy somebody
BEGIN Ephemeris
NumberOfEphemerisPoints {count}
ScenarioEpoch 16 Aug 2023 00:00:00.000000
InterpolationMethod Lagrange
InterpolationOrder 5
CentralBody {centre}
CoordinateSystem {axes}
{more}
{kind}

{rows}

END Ephemeris
"""


def stk(arc, *, kind="EphemerisTimePosVel", axes="J2000", more="", centre="Moon"):
    start = tdb_s_from_utc_text("2023-08-16T00:00:00")
    columns = [arc.tdb_s - start, *(1e3 * arc.position_km.T)]
    columns += [*(1e3 * arc.velocity_km_s.T)] if kind.endswith("Vel") else []
    rows = "\n".join("  ".join(f"{v:.14e}" for v in row) for row in zip(*columns, strict=True))
    return STK.format(count=len(arc.tdb_s), kind=kind, axes=axes, more=more, rows=rows, centre=centre)


@pytest.mark.parametrize("kind", ["EphemerisTimePosVel", "EphemerisTimePos"])
def test_stk_in_metres_with_seconds_from_an_epoch_in_utc(tmp_path, kind):
    arc, _ = sample_rows(40)
    place, _ = flight_of(tmp_path, stk(arc, kind=kind), "t.e").trajectory.state_km(arc.tdb_s, 301)
    np.testing.assert_allclose(place, arc.position_km, atol=1e-5)


def test_stk_segments_end_at_boundaries(tmp_path):
    arc, _ = sample_rows(40)
    start = tdb_s_from_utc_text("2023-08-16T00:00:00")
    times = [f"{arc.tdb_s[i] - start:.14e}" for i in (0, 20, 39)]
    more = "\n".join(["BEGIN SegmentBoundaryTimes", *times, "END SegmentBoundaryTimes"])
    flight = flight_of(tmp_path, stk(arc, more=more), "t.e")
    assert [len(a.tdb_s) for a in flight.trajectory.arcs] == [21, 20]
    assert flight.trajectory.gaps_tdb_s == ()


def test_stk_damage_is_refused(tmp_path):
    arc, _ = sample_rows(40)
    text = stk(arc)
    assert "cut short" in refusal(tmp_path, text.replace("END Ephemeris", ""), "t.e").reason
    assert "cut short" in refusal(tmp_path, text.replace("Points 40", "Points 41"), "t.e").reason
    assert "ScenarioEpoch" in refusal(tmp_path, text.replace("16 Aug", "36 Aug"), "t.e").reason
    assert "CoordinateSystem" in refusal(tmp_path, text.replace("J2000", "TEMEOfEpoch"), "t.e").reason
    assert (
        "not read here" in refusal(tmp_path, text.replace("EphemerisTimePosVel", "EphemerisLLATimePos"), "t.e").reason
    )
