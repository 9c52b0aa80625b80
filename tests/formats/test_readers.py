"""What others write: OEM and Horizons: keys, scales, axes, centres, headers; errors that name the place."""

from __future__ import annotations

import numpy as np
import pytest

from formats.reading import flight_of, oem, read_text, refusal, sample_rows
from formats.samples import START_TDB_S, horizons_text, kepler_states
from visualizer.core.arrays import rotate
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.moon_axes import rot_moon_me_from_icrf
from visualizer.core.trajectory import Provenance
from visualizer.errors import TOLD_MAX, FileFormatError, MistakesError
from visualizer.formats.clock import Scale, calendar_texts, tdb_s_from_days
from visualizer.formats.conversion import to_flight
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.provenance import provenance_from_words
from visualizer.formats.recording import Axes, Hints

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


def test_all_mistakes_of_a_message_are_told_at_once_in_their_lines(tmp_path):
    arc, rows = sample_rows()
    text = oem(rows, calendar_texts(arc.tdb_s))
    changes = (
        ("REF_FRAME = ICRF", "REF_FRAME = TEME"), ("TIME_SYSTEM = TDB", "TIME_SYSTEM = MRT\nCOLOUR = RED"),
        ("START_TIME = 2", "START_TIME = today 2"), ("OBJECT_ID = 2023-118A\n", ""),
        ("INTERPOLATION_DEGREE = 7", "INTERPOLATION_DEGREE = x"), ("META_START", "OWNER = ME\nMETA_START"),
    )  # fmt: skip
    for change in changes:
        assert change[0] in text
        text = text.replace(*change, 1)
    lines = text.splitlines()
    lines[-3] = lines[-3].replace(" ", " x", 1)
    error = refusal(tmp_path, "\n".join(lines) + "\n")
    said = [(one.line, one.reason) for one in error.mistakes]
    wanted = [
        ("OWNER", "'OWNER' is not a key of the header, or appears twice"),
        ("META_START", "the metadata lack OBJECT_ID"),
        ("REF_FRAME", "REF_FRAME is not understood"), ("TIME_SYSTEM", "TIME_SYSTEM is not understood"),
        ("COLOUR", "'COLOUR' is not a key of OEM metadata"), ("START_TIME", "START_TIME is not a date"),
        ("INTERPOLATION_DEGREE", "INTERPOLATION_DEGREE is not a whole number"),
    ]  # fmt: skip
    places = [next(n for n, line in enumerate(lines, 1) if line.startswith(start)) for start, _ in wanted]
    assert said[:-1] == [(place, words) for place, (_, words) in zip(places, wanted, strict=True)]
    assert said[-1][0] == len(lines) - 2
    assert len(error.lines()) == len(wanted) + 1


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


def test_every_wrong_state_is_told_and_the_first_twenty_in_lines_of_their_own(tmp_path):
    arc, rows = sample_rows()
    text = oem(rows, calendar_texts(arc.tdb_s))
    lines = text.splitlines()
    states = [number for number, line in enumerate(lines) if line[:2] == "20"]
    wrong = states[1:]
    for number in wrong:
        lines[number] = lines[number].rpartition(" ")[0] + " x1"
    path = tmp_path / "x.oem"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(MistakesError) as caught:
        read_trajectory_file(path)
    assert [one.line for one in caught.value.mistakes] == sorted(number + 1 for number in set(wrong))
    told = caught.value.lines()
    assert len(told) == TOLD_MAX + 1
    assert told[-1].endswith(f"and {len(set(wrong)) - TOLD_MAX} more mistakes")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(f"(and {len(set(wrong)) - 1} more)")


def test_a_date_before_a_wrong_one_is_told_beside_a_wrong_number(tmp_path):
    arc, rows = sample_rows()
    lines = oem(rows, calendar_texts(arc.tdb_s)).splitlines()
    first = next(number for number, line in enumerate(lines) if line[:2] == "20")
    lines[first + 1] = lines[first + 1].rpartition(" ")[0] + " abc"
    # After the row before the broken one, but not after the broken one.
    lines[first + 1], lines[first + 2] = (
        lines[first + 2].split()[0] + " " + lines[first + 1].partition(" ")[2],
        lines[first + 1].split()[0] + " " + lines[first + 2].partition(" ")[2],
    )
    path = tmp_path / "x.oem"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(MistakesError) as caught:
        read_trajectory_file(path)
    assert [(one.line, one.reason) for one in caught.value.mistakes] == [
        (first + 2, "not a number"),
        (first + 3, "the epoch is not after the one before it"),
    ]
