"""Arcs, gaps, interpolation, and the kernels they are kept in."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import spiceypy
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.core.trajectory import Arc, Provenance, SigmaTable, Trajectory
from visualizer.errors import EpochRangeError, FileFormatError
from visualizer.formats.spk import read_spk_segments, write_spk13

RATE = 2 * np.pi / 7080.0
START = 7.4e8


def circle(start_s: float, n_nodes: int, step_s: float = 60.0, name: str = "orbit") -> Arc:
    """Return an arc of a circular orbit of 1,840 km about the Moon."""
    epochs = start_s + step_s * np.arange(n_nodes)
    angle = RATE * (epochs - START)
    zero = np.zeros(n_nodes)
    position = 1840.0 * np.stack([np.cos(angle), np.sin(angle), zero], axis=-1)
    velocity = 1840.0 * RATE * np.stack([-np.sin(angle), np.cos(angle), zero], axis=-1)
    return Arc(name, 301, epochs, position, velocity, Provenance.RECONSTRUCTED)


@given(st.lists(st.floats(-1.0, 1.0), min_size=24, max_size=24), st.integers(0, 1000))
def test_interpolation_is_exact_for_polynomials_of_degree_7(coefficients, seed):
    rng = np.random.default_rng(seed)
    epochs = START + np.cumsum(rng.uniform(20.0, 90.0, 9))
    power = np.array(coefficients).reshape(8, 3)
    scale = 300.0

    def polynomial(t):
        x = (np.asarray(t) - epochs[4]) / scale
        value = sum(c * x[..., np.newaxis] ** k for k, c in enumerate(power))
        rate = sum(k * c * x[..., np.newaxis] ** (k - 1) for k, c in enumerate(power) if k) / scale
        return value, rate

    arc = Arc("p", 301, epochs, *polynomial(epochs), Provenance.SYNTHETIC)
    wanted = rng.uniform(epochs[0], epochs[-1], 40)
    value, rate = arc.table.evaluate(wanted)
    right_value, right_rate = polynomial(wanted)
    assert np.abs(value - right_value).max() < 1e-9
    assert np.abs(rate - right_rate).max() < 1e-9


def test_nodes_are_met_and_scalars_match_arrays():
    arc = circle(START, 30)
    value, rate = arc.table.evaluate(arc.tdb_s)
    assert np.abs(value - arc.position_km).max() < 1e-9
    assert np.abs(rate - arc.velocity_km_s).max() < 1e-12
    alone, _ = arc.table.evaluate(float(arc.tdb_s[3]) + 11.0)
    together, _ = arc.table.evaluate(arc.tdb_s + 0.0)
    assert alone.shape == (3,)
    assert together.shape == (30, 3)


def test_a_minute_between_nodes_costs_under_a_millimetre():
    arc = circle(START, 100)
    wanted = np.linspace(arc.start_tdb_s, arc.end_tdb_s, 5000)
    value, _ = arc.table.evaluate(wanted)
    assert np.abs(np.linalg.norm(value, axis=1) - 1840.0).max() < 1e-6


def test_an_epoch_outside_names_the_span():
    trajectory = Trajectory("Luna-25", (circle(START, 10),))
    with pytest.raises(EpochRangeError, match=r"Luna-25.*known from 2023-06-1\d.* to 2023-06-1\d.*UTC") as caught:
        trajectory.state_km(START - 10.0, 301)
    assert caught.value.start_tdb_s == START


def test_a_gap_is_an_error_and_is_listed():
    first, second = circle(START, 10), circle(START + 1000.0, 10)
    trajectory = Trajectory("x", (first, second))
    assert trajectory.gaps_tdb_s == ((first.end_tdb_s, second.start_tdb_s),)
    with pytest.raises(EpochRangeError, match="gap"):
        trajectory.state_km(START + 800.0, 301)
    trajectory.state_km(START + 1000.0, 301)


def test_overlapping_arcs_are_refused():
    with pytest.raises(ValueError, match="starts before"):
        Trajectory("x", (circle(START, 10), circle(START + 100.0, 10)))


def test_arcs_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        circle(START, 10).position_km[0] = 0.0


def test_changing_the_centre_there_and_back_is_the_identity():
    trajectory = Trajectory("x", (circle(START, 50),))
    epochs = np.linspace(*trajectory.span_tdb_s, 60)
    about_moon, velocity = trajectory.state_km(epochs, 301)
    about_earth, velocity_earth = trajectory.state_km(epochs, 399)
    from visualizer.core.ephemeris import bundled_ephemeris

    moon, moon_velocity = bundled_ephemeris().state_km(301, 399, epochs)
    assert np.abs(about_earth - moon - about_moon).max() < 1e-9
    assert np.abs(velocity_earth - moon_velocity - velocity).max() < 1e-12


def test_uncertainty_is_linear_between_its_epochs():
    sigma = SigmaTable(np.array([START, START + 100.0]), np.array([[1.0, 10.0, 2.0], [3.0, 30.0, 4.0]]))
    trajectory = Trajectory("x", (circle(START, 10),), sigma)
    assert np.allclose(trajectory.sigma_km(START + 50.0), [2.0, 20.0, 3.0])
    assert np.all(np.isnan(Trajectory("x", (circle(START, 10),)).sigma_km(START)))


def test_uncertainty_at_one_epoch_is_as_at_many_to_the_last_digit():
    rng = np.random.default_rng(5)
    sigma = SigmaTable(START + np.cumsum(rng.uniform(1.0, 900.0, 40)), rng.uniform(0.01, 500.0, (40, 3)))
    first, last = sigma.tdb_s[[0, -1]]
    epochs = np.concatenate([rng.uniform(first - 50.0, last + 50.0, 300), sigma.tdb_s])
    assert np.array_equal(np.array([sigma.at(float(epoch)) for epoch in epochs]), sigma.at(epochs))
    alone = SigmaTable(np.array([START]), np.array([[1.0, 2.0, 3.0]]))
    assert np.array_equal([alone.at(START + 1.0), alone.at(START - 1.0)], alone.at(START + np.array([1.0, -1.0])))


def test_spice_reads_what_we_write_as_we_do(tmp_path):
    arcs = (circle(START, 40, name="first"), circle(START + 2400.0, 30, name="second"))
    path = tmp_path / "Луна 25.bsp"
    write_spk13(path, -157600, arcs, ["made for a test"])
    segments = read_spk_segments(path)
    assert [s.name for s in segments] == ["first", "second"]
    assert np.array_equal(segments[0].position_km, arcs[0].position_km)
    trajectory = Trajectory("x", arcs)
    plain = tmp_path / "plain.bsp"
    plain.write_bytes(path.read_bytes())
    spiceypy.furnsh(str(plain))
    try:
        for t in np.linspace(START + 1.0, START + 4100.0, 200):
            if t < arcs[0].end_tdb_s or t > arcs[1].start_tdb_s:
                theirs, _ = spiceypy.spkgeo(-157600, t, "J2000", 301)
                value, rate = trajectory.state_km(t, 301)
                assert np.abs(theirs[:3] - value).max() < 1e-9
                assert np.abs(theirs[3:] - rate).max() < 1e-12
    finally:
        spiceypy.kclear()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_damaged_kernel_is_refused_in_words(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("spk")
    path = folder / "x.bsp"
    write_spk13(path, -157600, (circle(START, 12),), [])
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    if seed % 2:
        content = content[: rng.integers(0, len(content))]
    else:
        for place in rng.integers(0, 1024, 30):
            content[place] = rng.integers(0, 256)
    path.write_bytes(bytes(content))
    with contextlib.suppress(FileFormatError):
        assert all(np.isfinite(s.position_km).all() for s in read_spk_segments(path))
        return
    with pytest.raises(FileFormatError, match=r"x\.bsp"):
        read_spk_segments(path)
