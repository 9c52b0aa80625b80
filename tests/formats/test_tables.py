"""Tables that others write: CSV headers of many kinds, xyzv, positions without velocities."""

from __future__ import annotations

import numpy as np
import pytest

from formats.reading import flight_of, read_text, refusal, sample_rows
from formats.samples import kepler_states, orbit_arc
from visualizer.core.moon_axes import rotation_x
from visualizer.formats.clock import calendar_texts
from visualizer.formats.conversion import OBLIQUITY_RAD
from visualizer.formats.recording import Axes, Hints

# ---------------------------------------------------------------- CSV and xyzv


def csv(header, rows, dates):
    lines = [header] + [f"{d},{','.join(repr(float(v)) for v in r)}" for d, r in zip(dates, rows, strict=True)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("header, factor", [
    ("epoch_tdb,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s", 1.0),
    ("Time (TDB),X (m),Y (m),Z (m),VX (m/s),VY (m/s),VZ (m/s)", 1e3),
    ("date [TDB],x [km],y [km],z [km],x_dot [km/s],y_dot [km/s],z_dot [km/s]", 1.0),
    ('"epoch_tdb","pos_x_m","pos_y_m","pos_z_m","vel_x_m/s","vel_y_m/s","vel_z_m/s"', 1e3),
])  # fmt: skip
def test_csv_headers_of_many_kinds(tmp_path, header, factor):
    arc, rows = sample_rows()
    text = "# center: moon\n# axes: icrf\n" + csv(header, factor * rows, calendar_texts(arc.tdb_s))
    place, rate = flight_of(tmp_path, text, "t.csv").trajectory.state_km(arc.tdb_s, 301)
    np.testing.assert_allclose(place, arc.position_km, atol=1e-8)
    np.testing.assert_allclose(rate, arc.velocity_km_s, atol=1e-11)


def test_csv_with_other_columns_blanks_in_dates_and_semicolons(tmp_path):
    arc, rows = sample_rows()
    lines = ["time_tdb;id;x_km;y_km;z_km;remark"]
    lines += [f"{d.replace('T', ' ')};7;{r[0]!r};{r[1]!r};{r[2]!r};well, well" for d, r in
              zip(calendar_texts(arc.tdb_s), rows.tolist(), strict=True)]  # fmt: skip
    recording = read_text(tmp_path, "\n".join(lines), "t.csv", Hints(centre_id=301, axes=Axes.ICRF))
    np.testing.assert_allclose(recording.segments[0].position_km, arc.position_km, atol=1e-9)
    np.testing.assert_allclose(recording.segments[0].tdb_s, arc.tdb_s, atol=1e-6)


def test_csv_without_units_centre_or_scale_is_refused_with_advice(tmp_path):
    arc, rows = sample_rows()
    dates = calendar_texts(arc.tdb_s)
    assert "unit" in refusal(tmp_path, csv("epoch_tdb,x,y,z", rows[:, :3], dates), "t.csv").reason
    assert "--center" in refusal(tmp_path, csv("epoch_tdb,x_km,y_km,z_km", rows[:, :3], dates), "t.csv").reason
    text = "# center: moon\n# axes: icrf\n" + csv("epoch,x_km,y_km,z_km", rows[:, :3], dates)
    assert "--scale" in refusal(tmp_path, text, "t.csv").reason
    error = refusal(tmp_path, text.replace("epoch", "epoch_tdb").replace(f"\n{dates[5]},", f"\n{dates[5]},,"), "t.csv")
    assert error.line == 9


def test_a_hole_in_a_table_is_a_gap(tmp_path):
    arc, rows = sample_rows(60)
    keep = np.r_[0:20, 45:60]
    text = "# center: moon\n# axes: icrf\n" + csv(
        "epoch_tdb,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s", rows[keep], np.array(calendar_texts(arc.tdb_s))[keep]
    )
    flight = flight_of(tmp_path, text, "t.csv")
    np.testing.assert_allclose(flight.trajectory.gaps_tdb_s, [(arc.tdb_s[19], arc.tdb_s[45])], atol=1e-6)
    assert "hole" in flight.notices[0]


def test_xyzv_needs_to_be_told_its_centre_and_axes(tmp_path):
    arc, rows = sample_rows()
    text = "\n".join(
        f"{2451545.0 + t / 86400.0:.12f} {' '.join(map(repr, r))}"
        for t, r in zip(arc.tdb_s, rows.tolist(), strict=True)
    )
    assert "--center" in refusal(tmp_path, text, "t.xyzv").reason
    flight = flight_of(tmp_path, text, "t.xyzv", Hints(centre_id=301, axes=Axes.ECLIPTIC))
    place = flight.trajectory.arcs[0].position_km @ rotation_x(OBLIQUITY_RAD).T
    np.testing.assert_allclose(place, arc.position_km, atol=1e-8)


# ---------------------------------------------------------------- positions alone


@pytest.mark.parametrize("step_s", [60.0, 240.0, 600.0])
def test_positions_alone_get_velocities_and_an_honest_error(tmp_path, step_s):
    arc = orbit_arc(count=80, step_s=step_s)
    text = "# center: moon\n# axes: icrf\n" + csv(
        "epoch_tdb,x_km,y_km,z_km", arc.position_km, calendar_texts(arc.tdb_s)
    )
    flight = flight_of(tmp_path, text, "t.csv")
    (notice,) = [n for n in flight.notices if "local polynomial" in n]
    told_m = float(notice.split("good to about ")[1].split(" m")[0])
    t = np.random.default_rng(1).uniform(*flight.trajectory.span_tdb_s, 3000)
    true_m = 1e3 * np.max(np.linalg.norm(flight.trajectory.state_km(t, 301)[0] - kepler_states(t)[0], axis=1))
    assert true_m < 1.5 * told_m + 1e-3
    assert told_m < 60.0 * true_m + 1e-3
