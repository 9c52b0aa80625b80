"""SPK kernels: what we evaluate is what the SPICE toolkit does, whatever the type, the axes, the order of segments."""

from __future__ import annotations

import numpy as np
import pytest
import spiceypy

from formats.samples import CRAFT, START_TDB_S, gapped_flight, kepler_states, spk_writers, write_kernel
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError
from visualizer.formats.conversion import to_flight
from visualizer.formats.daf import open_spk
from visualizer.formats.spk_read import read_spk
from visualizer.formats.write import write_flight


def spice_states(path, tdb_s, target=CRAFT, centre=301):
    """Return SPICE's own states, (n, 6), leaving nothing loaded."""
    spiceypy.furnsh(str(path))
    try:
        return np.array([spiceypy.spkgeo(target, float(t), "J2000", centre)[0] for t in tdb_s])
    finally:
        spiceypy.unload(str(path))


def compared(path, count=1500):
    """Return the greatest differences from SPICE: m, mm/s."""
    (recording,) = read_spk(path)
    flight = to_flight(recording, Provenance.SYNTHETIC)
    start, end = flight.trajectory.span_tdb_s
    tdb_s = np.sort(np.random.default_rng(3).uniform(start, end, count))
    place, rate = flight.trajectory.state_km(tdb_s, 301)
    wanted = spice_states(path, tdb_s)
    far = np.max(np.linalg.norm(place - wanted[:, :3], axis=1))
    return 1e3 * far, 1e6 * np.max(np.linalg.norm(rate - wanted[:, 3:], axis=1))


@pytest.mark.parametrize("kind", list(spk_writers()))
def test_every_type_gives_what_spice_gives(tmp_path, kind):
    far_m, fast_mm_s = compared(write_kernel(tmp_path / "one.bsp", spk_writers()[kind]))
    assert far_m < 0.3
    if kind not in ("9 degree 3", "18"):  # their velocities are not the rate of their positions
        assert fast_mm_s < 1.0


@pytest.mark.parametrize("axes", ["ECLIPJ2000", "B1950", "GALACTIC"])
@pytest.mark.parametrize("kind", ["13 degree 7", "5"])
def test_inertial_axes_are_turned(tmp_path, axes, kind):
    far_m, fast_mm_s = compared(write_kernel(tmp_path / "one.bsp", spk_writers()[kind], axes=axes))
    assert far_m < 0.3
    assert fast_mm_s < 1.0


def test_a_frame_kernel_beside_it_defines_its_axes(tmp_path):
    kernel = tmp_path / "frames.tf"
    kernel.write_text(
        "KPL/FK\n\\begindata\nFRAME_OWN_AXES = 1777000\nFRAME_1777000_NAME = 'OWN_AXES'\nFRAME_1777000_CLASS = 4\n"
        "FRAME_1777000_CLASS_ID = 1777000\nFRAME_1777000_CENTER = 399\nTKFRAME_1777000_SPEC = 'ANGLES'\n"
        "TKFRAME_1777000_RELATIVE = 'J2000'\nTKFRAME_1777000_ANGLES = (10.0, 20.0, 30.0)\n"
        "TKFRAME_1777000_AXES = (3, 1, 3)\nTKFRAME_1777000_UNITS = 'DEGREES'\n"
    )
    spiceypy.furnsh(str(kernel))
    path = write_kernel(tmp_path / "one.bsp", spk_writers()["13 degree 7"], axes="OWN_AXES")
    tdb_s = START_TDB_S + np.linspace(10.0, 20000.0, 200)
    wanted = spice_states(path, tdb_s)
    spiceypy.unload(str(kernel))
    (recording,) = read_spk(path)
    place, _ = to_flight(recording, Provenance.SYNTHETIC).trajectory.state_km(tdb_s, 301)
    assert np.max(np.abs(place - wanted[:, :3])) < 3e-4
    assert "frames.tf" in recording.notices[0]
    kernel.unlink()
    with pytest.raises(FileFormatError, match=r"\.tf"):
        read_spk(path)


def test_a_text_kernel_beside_it_loads_no_further_file(tmp_path):
    (tmp_path / "other").mkdir()
    secret = tmp_path / "other" / "secret.tf"
    secret.write_text("KPL/FK\n\\begindata\nFRAME_SECRET = 1777001\n")
    (tmp_path / "trap.tf").write_text(f"KPL/FK\n\\begindata\nKERNELS_TO_LOAD = ('{secret}')\n")
    path = write_kernel(tmp_path / "one.bsp", spk_writers()["13 degree 7"], axes="B1950")
    read_spk(path)
    assert spiceypy.ktotal("ALL") == 0


def test_reading_leaves_nothing_in_spice(tmp_path):
    (tmp_path / "frames.tf").write_text("KPL/FK\n\\begindata\nPERILUNE_TEST_VARIABLE = 1\n")
    for kind in ("5", "13 degree 7"):
        read_spk(write_kernel(tmp_path / "one.bsp", spk_writers()[kind], axes="B1950"))
    assert spiceypy.ktotal("ALL") == 0
    with pytest.raises(spiceypy.utils.exceptions.NotFoundError):
        spiceypy.gnpool("PERILUNE_TEST_VARIABLE", 0, 5)


def test_later_segments_hold_where_they_overlap(tmp_path):
    t = START_TDB_S + 120.0 * np.arange(100)
    low, high = np.hstack(kepler_states(t)), np.hstack(kepler_states(t, semi_major_km=2400.0))

    def segment(states, first, last):
        return lambda h, axes: spiceypy.spkw13(h, CRAFT, 301, axes, t[first], t[last], "part", 7, 100, states, t)

    path = write_kernel(tmp_path / "two.bsp", segment(low, 0, 99), segment(high, 30, 60), segment(low, 50, 55))
    (recording,) = read_spk(path)
    assert len(recording.segments) == 5
    tdb_s = np.delete(np.linspace(t[0], t[-1], 901), [270, 540, 450, 495])[1:-1]
    place, _ = to_flight(recording, Provenance.SYNTHETIC).trajectory.state_km(tdb_s, 301)
    inside = np.min(np.abs(tdb_s[:, np.newaxis] - t[[30, 60, 50, 55]]), axis=1) > 1.0
    assert np.max(np.abs(place - spice_states(path, tdb_s)[:, :3])[inside]) < 3e-4


def test_a_jump_in_velocity_is_a_cut_and_smears_nothing(tmp_path):
    t = START_TDB_S + 60.0 * np.arange(80)
    low, high = np.hstack(kepler_states(t)), np.hstack(kepler_states(t, eccentricity=0.05))
    high[:, :3] += low[40, :3] - high[40, :3]
    coefficients = []
    x = np.cos(np.pi * (np.arange(20) + 0.5) / 20)
    for k in range(8):
        at = t[0] + 600.0 * (k + 0.5 + 0.5 * x)
        states = np.hstack(kepler_states(at, eccentricity=0.03 if k < 4 else 0.05))
        states[:, :3] += 0.0 if k < 4 else low[40, :3] - kepler_states(t[40:41], eccentricity=0.05)[0][0]
        coefficients.append(np.polynomial.chebyshev.chebfit(x, states, 13).T)
    numbers = np.array(coefficients).ravel()
    path = write_kernel(
        tmp_path / "burn.bsp",
        lambda h, axes: spiceypy.spkw03(h, CRAFT, 301, axes, t[0], t[0] + 4800.0, "b", 600.0, 8, 13, numbers, t[0]),
    )
    (recording,) = read_spk(path)
    assert len(recording.segments) == 2
    assert recording.segments[0].tdb_s[-1] == pytest.approx(t[40], abs=1e-2)
    far_m, fast_mm_s = compared(path)
    assert far_m < 0.3
    assert fast_mm_s < 1.0


def test_several_bodies_are_several_recordings(tmp_path):
    t = START_TDB_S + 120.0 * np.arange(60)
    s = np.hstack(kepler_states(t))

    def craft(naif_id):
        return lambda h, axes: spiceypy.spkw13(h, naif_id, 301, axes, t[0], t[-1], "x", 7, 60, s, t)

    path = write_kernel(tmp_path / "three.bsp", craft(-85), craft(-1023), craft(399))
    recordings = read_spk(path)
    assert [r.object_id for r in recordings] == ["-85", "-1023"]
    assert recordings[0].name == "LUNAR RECONNAISSANCE ORBITER"
    with pytest.raises(FileFormatError, match="no spacecraft"):
        read_spk(write_kernel(tmp_path / "planet.bsp", craft(499)))


@pytest.mark.parametrize("count", [24, 25, 26, 50])
def test_as_many_segments_as_fill_a_record_of_names(tmp_path, count):
    """SPICE ends such a file with an empty record and 24 bytes short of a whole one."""
    t = START_TDB_S + 120.0 * np.arange(10 * count + 1)
    s = np.hstack(kepler_states(t))

    def pieces(handle, axes):
        for i in range(count):
            part = slice(10 * i, 10 * i + 11)
            spiceypy.spkw13(handle, CRAFT, 301, axes, t[10 * i], t[10 * i + 10], f"{i}", 7, 11, s[part], t[part])

    path = write_kernel(tmp_path / "many.bsp", pieces)
    assert len(open_spk(path).segments) == count
    (recording,) = read_spk(path)
    assert to_flight(recording, Provenance.SYNTHETIC).trajectory.span_tdb_s == pytest.approx((t[0], t[-1]), abs=1e-6)


def test_spice_reads_what_we_write(tmp_path):
    flight = gapped_flight()
    path = tmp_path / "ours.bsp"
    write_flight(flight, path)
    for arc in flight.trajectory.arcs:
        tdb_s = np.linspace(arc.start_tdb_s, arc.end_tdb_s, 200)[1:-1]
        place, rate = flight.trajectory.state_km(tdb_s, 301)
        wanted = spice_states(path, tdb_s)
        assert np.max(np.abs(place - wanted[:, :3])) < 1e-6
        assert np.max(np.abs(rate - wanted[:, 3:])) < 1e-9
    handle = spiceypy.dafopr(str(path))
    count, lines, is_done = spiceypy.dafec(handle, 100)
    spiceypy.dafcls(handle)
    assert is_done
    assert any("provenance: planned" in line for line in lines[:count])


def test_a_segment_about_an_unknown_body_is_refused_in_words(tmp_path):
    t = START_TDB_S + 120.0 * np.arange(60)
    s = np.hstack(kepler_states(t))
    path = write_kernel(
        tmp_path / "saturn.bsp", lambda h, axes: spiceypy.spkw13(h, CRAFT, 699, axes, t[0], t[-1], "x", 7, 60, s, t)
    )
    with pytest.raises(FileFormatError, match="about body 699"):
        read_spk(path)
