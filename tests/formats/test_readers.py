"""What others write: keys, scales, axes, centres, units, headers; and errors that name the place."""

from __future__ import annotations

import numpy as np
import pytest

from formats.samples import START_TDB_S, horizons_text, kepler_states, orbit_arc
from visualizer.core.arrays import rotate
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.moon_axes import rot_moon_me_from_icrf, rotation_x
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError
from visualizer.formats.clock import Scale, calendar_texts, tdb_s_from_days
from visualizer.formats.conversion import OBLIQUITY_RAD, to_flight
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.provenance import provenance_from_words
from visualizer.formats.recording import Axes, Hints

OEM = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2023-08-20T00:00:00
ORIGINATOR = SOMEBODY
META_START
OBJECT_NAME = CRAFT
OBJECT_ID = 2023-118A
CENTER_NAME = {centre}
REF_FRAME = {frame}
TIME_SYSTEM = {scale}
START_TIME = {first}
{useable}STOP_TIME = {last}
INTERPOLATION = LAGRANGE
INTERPOLATION_DEGREE = 7
META_STOP
{rows}
"""


def oem(rows, dates, *, centre="MOON", frame="ICRF", scale="TDB", useable=""):
    lines = [f"{date} {' '.join(f'{v:.12g}' for v in row)}" for date, row in zip(dates, rows, strict=True)]
    return OEM.format(centre=centre, frame=frame, scale=scale, first=dates[0], last=dates[-1], useable=useable,
                      rows="\n".join(lines))  # fmt: skip


def read_text(tmp_path, text, name="file.oem", hints=None):
    path = tmp_path / name
    path.write_text(text)
    (recording,) = read_trajectory_file(path, hints or Hints())
    return recording


def flight_of(tmp_path, text, name="file.oem", hints=None):
    return to_flight(read_text(tmp_path, text, name, hints), Provenance.PLANNED)


def refusal(tmp_path, text, name="file.oem"):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileFormatError) as caught:
        read_trajectory_file(tmp_path / name)
    return caught.value


def sample_rows(count=30):
    arc = orbit_arc(count=count)
    return arc, np.hstack([arc.position_km, arc.velocity_km_s])


# ---------------------------------------------------------------- time scales


@pytest.mark.parametrize(
    "scale, behind_s", [("TDB", 0.0), ("TT", 0.0), ("TAI", 32.184), ("UTC", 69.184), ("GPS", 51.184)]
)
def test_oem_time_scales(tmp_path, scale, behind_s):
    arc, rows = sample_rows()
    flight = flight_of(tmp_path, oem(rows, calendar_texts(arc.tdb_s - behind_s), scale=scale))
    np.testing.assert_allclose(flight.trajectory.arcs[0].tdb_s, arc.tdb_s, atol=0.002)


def test_columns_of_dates_agree_with_the_clock_of_the_core():
    texts = ["1972-06-30T23:59:60.5", "1999-12-31T12:00:00", "2016-12-31T23:59:60.25", "2023-08-16T08:57:00.125"]
    wanted = [tdb_s_from_utc_text(text) for text in texts]
    days, seconds = np.array([41498, 51543, 57753, 60172]), np.array([86400.5, 43200.0, 86400.25, 32220.125])
    np.testing.assert_allclose(tdb_s_from_days(days, seconds, Scale.UTC), wanted, atol=1e-6)


def test_leap_seconds_exist_only_where_they_do(tmp_path):
    _, rows = sample_rows(3)
    good = ["2016-12-31T23:59:59", "2016-12-31T23:59:60", "2017-01-01T00:00:00"]
    flight = flight_of(tmp_path, oem(rows, good, scale="UTC"))
    np.testing.assert_allclose(np.diff(flight.trajectory.arcs[0].tdb_s), [1.0, 1.0], atol=1e-6)
    bad = ["2015-12-31T23:59:59", "2015-12-31T23:59:60", "2016-01-01T00:00:00"]
    assert "not a date" in refusal(tmp_path, oem(rows, bad, scale="UTC")).reason


def test_days_of_the_year_and_trailing_z(tmp_path):
    arc, rows = sample_rows(4)
    dates = [f"2023-228T{text[11:]}Z" for text in calendar_texts(arc.tdb_s, 3)]
    np.testing.assert_allclose(flight_of(tmp_path, oem(rows, dates)).trajectory.arcs[0].tdb_s, arc.tdb_s, atol=1e-6)


# ---------------------------------------------------------------- axes and centres


def test_earth_fixed_states_are_turned_with_their_velocities(tmp_path):
    tdb_s = START_TDB_S + 30.0 * np.arange(40)
    place, rate = kepler_states(tdb_s, semi_major_km=8000.0)
    rot = rot_itrs_from_icrf(tdb_s)
    fixed = rotate(rot, place)
    later, sooner = (rotate(rot_itrs_from_icrf(tdb_s + h), place + h * rate) for h in (0.5, -0.5))
    rows = np.hstack([fixed, later - sooner])
    flight = flight_of(tmp_path, oem(rows, calendar_texts(tdb_s), centre="EARTH", frame="ITRF2000"))
    again, again_rate = flight.trajectory.state_km(tdb_s, 399)
    np.testing.assert_allclose(again, place, atol=1e-6)
    np.testing.assert_allclose(again_rate, rate, atol=1e-7)


def test_moon_fixed_states_are_turned_with_their_velocities(tmp_path):
    arc, _ = sample_rows()
    later, sooner = (
        rotate(rot_moon_me_from_icrf(arc.tdb_s + h), arc.position_km + h * arc.velocity_km_s) for h in (0.5, -0.5)
    )
    fixed = rotate(rot_moon_me_from_icrf(arc.tdb_s), arc.position_km)
    text = oem(np.hstack([fixed, later - sooner]), calendar_texts(arc.tdb_s), frame="MOON_ME")
    place, rate = flight_of(tmp_path, text).trajectory.state_km(arc.tdb_s, 301)
    np.testing.assert_allclose(place, arc.position_km, atol=1e-6)
    np.testing.assert_allclose(rate, arc.velocity_km_s, atol=1e-8)


def test_sun_and_barycentre_are_centres(tmp_path):
    from visualizer.core.ephemeris import bundled_ephemeris

    arc, _ = sample_rows()
    for name, number in (("SUN", 10), ("SOLAR SYSTEM BARYCENTER", 0), ("EARTH BARYCENTER", 3)):
        shift = np.hstack(bundled_ephemeris().state_km(301, number, arc.tdb_s))
        rows = np.hstack([arc.position_km, arc.velocity_km_s]) + shift
        text = oem(rows, calendar_texts(arc.tdb_s), centre=name).replace(" 1.0 ", " 1.0 ")
        place, _ = flight_of(tmp_path, text).trajectory.state_km(arc.tdb_s, 301)
        assert np.max(np.abs(place - arc.position_km)) < 1e-3


def test_the_useable_span_bounds_the_arc(tmp_path):
    arc, rows = sample_rows()
    dates = calendar_texts(arc.tdb_s)
    inner = calendar_texts(np.array([arc.tdb_s[3] + 7.0, arc.tdb_s[-4] - 7.0]))
    useable = f"USEABLE_START_TIME = {inner[0]}\nUSEABLE_STOP_TIME = {inner[1]}\n"
    flight = flight_of(tmp_path, oem(rows, dates, useable=useable))
    np.testing.assert_allclose(flight.trajectory.span_tdb_s, [arc.tdb_s[3] + 7.0, arc.tdb_s[-4] - 7.0], atol=1e-6)


def test_a_cut_oem_is_told_from_a_whole_one(tmp_path):
    arc, rows = sample_rows()
    text = oem(rows, calendar_texts(arc.tdb_s))
    short = "\n".join(text.splitlines()[:-8]) + "\n"
    assert any("may be cut" in notice for notice in read_text(tmp_path, short).notices)
    assert read_text(tmp_path, text).notices == ()


# ---------------------------------------------------------------- errors name the place


def test_errors_carry_line_column_expected_and_found(tmp_path):
    arc, rows = sample_rows()
    lines = oem(rows, calendar_texts(arc.tdb_s)).splitlines()
    words = lines[20].split(" ")
    words[3] = "12.x4"
    error = refusal(tmp_path, "\n".join([*lines[:20], " ".join(words), *lines[21:]]))
    assert (error.line, error.column) == (21, len(" ".join(words[:3])) + 2)
    assert error.expected == "a finite number"
    assert "12.x4" in error.found
    assert str(tmp_path / "file.oem") in str(error)


@pytest.mark.parametrize("change, words", [
    (("TIME_SYSTEM = TDB", "TIME_SYSTEM = MRT"), "TIME_SYSTEM is not understood"),
    (("REF_FRAME = ICRF", "REF_FRAME = TEME"), "REF_FRAME is not understood"),
    (("CENTER_NAME = MOON", "CENTER_NAME = SATURN"), "CENTER_NAME is not understood"),
    (("META_STOP", "META_STPO"), "does not belong"),
    (("OBJECT_ID = 2023-118A\n", ""), "lack OBJECT_ID"),
    (("CCSDS_OEM_VERS = 2.0", "CCSDS_OEM_VERS = 9.0"), "known version"),
    (("INTERPOLATION_DEGREE = 7", "INTERPOLATION_DEGREE = x"), "whole number"),
])  # fmt: skip
def test_broken_metadata_are_refused(tmp_path, change, words):
    arc, rows = sample_rows()
    error = refusal(tmp_path, oem(rows, calendar_texts(arc.tdb_s)).replace(*change))
    assert words in error.reason
    assert error.line is not None


def test_hints_fill_what_the_file_leaves_out_and_may_not_contradict(tmp_path):
    arc, rows = sample_rows()
    text = oem(rows, calendar_texts(arc.tdb_s), frame="OWN_FRAME")
    assert read_text(tmp_path, text, hints=Hints(axes=Axes.ECLIPTIC)).segments[0].axes is Axes.ECLIPTIC
    with pytest.raises(FileFormatError, match="not what the command line says"):
        read_text(tmp_path, oem(rows, calendar_texts(arc.tdb_s)), hints=Hints(scale=Scale.UTC))


def test_xml_with_entities_or_a_document_type_is_refused(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    text = f'<?xml version="1.0"?><!DOCTYPE oem [<!ENTITY x SYSTEM "file://{secret}">]><oem version="2.0">&x;</oem>'
    error = refusal(tmp_path, text, "file.xml")
    assert "document type" in error.reason
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{i} "{"&a%s;" % (i - 1 if i else "") * 10}">' for i in range(9)
    )
    assert "document type" in refusal(tmp_path, bomb + "]><oem>&a8;</oem>", "bomb.xml").reason


@pytest.mark.parametrize("content, words", [
    (b"", "empty"), (b"DAF/PCK " + b"\0" * 2000, "orientation kernel"), (b"KPL/FK\n\\begindata\n", "text kernel"),
    (b"PK\x03\x04aaaa", "archive"), (b"\x1f\x8b\x08", "archive"),
    (b"CCSDS_OPM_VERS = 2.0\n", "another kind"),
    (b"hello world\n", "not a trajectory file"), (b"\xff\xfeh\0e\0", "UTF-16"),
    (b"1 2 3\n4 5 6\n", "not a trajectory file"),
])  # fmt: skip
def test_other_kinds_of_files_are_named(tmp_path, content, words):
    path = tmp_path / "thing.oem"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=words):
        read_trajectory_file(path)


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


# ---------------------------------------------------------------- STK


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


# ---------------------------------------------------------------- Horizons


@pytest.mark.parametrize("is_csv", [True, False])
@pytest.mark.parametrize("has_velocity", [True, False])
def test_horizons_tables(tmp_path, is_csv, has_velocity):
    arc, _ = sample_rows(40)
    text = horizons_text(arc, is_csv=is_csv, has_velocity=has_velocity, target="Craft, the (spacecraft) (-77)")
    recording = read_text(tmp_path, text, "h.txt")
    assert (recording.name, recording.object_id) == ("Craft, the (spacecraft)", "-77")
    np.testing.assert_allclose(recording.segments[0].tdb_s, arc.tdb_s, atol=1e-4)
    place, _ = to_flight(recording, Provenance.PLANNED).trajectory.state_km(arc.tdb_s, 301)
    np.testing.assert_allclose(place, arc.position_km, atol=1e-6)


def test_horizons_in_ut_ecliptic_and_other_units(tmp_path):
    arc, _ = sample_rows(40)
    late = type(arc)(arc.name, 301, arc.tdb_s - 69.184, arc.position_km, arc.velocity_km_s, arc.provenance)
    recording = read_text(tmp_path, horizons_text(late, scale="UT", frame="Ecliptic of J2000.0"), "h.txt")
    assert recording.segments[0].axes is Axes.ECLIPTIC
    np.testing.assert_allclose(recording.segments[0].tdb_s, arc.tdb_s, atol=3e-3)
    small = type(arc)(
        arc.name, 301, arc.tdb_s, arc.position_km / 149597870.7, arc.velocity_km_s / 1731.45683, arc.provenance
    )
    recording = read_text(tmp_path, horizons_text(small, units="AU-D"), "h.txt")
    np.testing.assert_allclose(recording.segments[0].position_km, arc.position_km, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(recording.segments[0].velocity_km_s, arc.velocity_km_s, rtol=1e-8, atol=1e-9)


def test_horizons_damage_and_refusals(tmp_path):
    arc, _ = sample_rows(40)
    text = horizons_text(arc)
    assert "cut short" in refusal(tmp_path, "\n".join(text.splitlines()[:30]), "h.txt").reason
    assert "disagree" in refusal(tmp_path, text.replace("-Aug-16 00:10", "-Aug-17 00:10"), "h.txt").reason
    assert "not geometric" in refusal(tmp_path, text.replace("GEOMETRIC", "ASTROMETRIC"), "h.txt").reason
    assert "on the ground" in refusal(tmp_path, text.replace("BODY CENTER", "Goldstone"), "h.txt").reason
    assert "not in the bundled" in refusal(tmp_path, text.replace("Moon (301)", "Io (501)"), "h.txt").reason
    said = text.split("$$SOE")[0] + 'No ephemeris for target "X" after A.D. 2020-JAN-01\n'
    assert "No ephemeris" in refusal(tmp_path, said, "h.txt").reason


# ---------------------------------------------------------------- provenance


@pytest.mark.parametrize("text, wanted", [
    ("", Provenance.PLANNED), ("definitive orbit", Provenance.MEASURED), ("OD0018_021017", Provenance.MEASURED),
    ("reconstructed until May, predicted after", Provenance.PLANNED), ("reconstructed", Provenance.RECONSTRUCTED),
    ("simulated flight", Provenance.SYNTHETIC), ("planets", Provenance.PLANNED),
])  # fmt: skip
def test_no_more_is_claimed_than_the_file_says(text, wanted):
    assert provenance_from_words([text])[0] is wanted
