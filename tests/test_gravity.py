"""The Moon's field: against an independent evaluation by associated Legendre functions, and against its potential."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import lpmv

from visualizer.core.gravity import GravityField, lp165p
from visualizer.resources import asset_path

GM, RADIUS_KM = 4902.80105600, 1738.0


def coefficients() -> dict[tuple[int, int], tuple[float, float]]:
    with asset_path("gravity/lp165p_deg30.csv").open(newline="") as file:
        return {
            (int(r["n"]), int(r["m"])): (float(r["C_normalized"]), float(r["S_normalized"]))
            for r in csv.DictReader(file)
        }


def potential(place: np.ndarray, degree: int, terms: dict) -> float:
    """Sum the series in latitude and longitude with scipy's Legendre functions, term by term."""
    r = np.linalg.norm(place)
    sine, lon = place[2] / r, np.arctan2(place[1], place[0])
    total = 1.0
    for (n, m), (c, s) in terms.items():
        if n > degree:
            continue
        ratio = 1.0
        for factor in range(n - m + 1, n + m + 1):
            ratio /= factor
        scale = np.sqrt((1.0 if m == 0 else 2.0) * (2 * n + 1) * ratio) * (-1) ** m
        wave = c * np.cos(m * lon) + s * np.sin(m * lon)
        total += (RADIUS_KM / r) ** n * scale * lpmv(m, n, sine) * wave
    return GM / r * total


@pytest.mark.parametrize("degree", [2, 8, 20, 30])
def test_acceleration_is_the_gradient_of_the_potential(degree):
    terms = coefficients()
    rng = np.random.default_rng(degree)
    places = rng.normal(size=(4, 3))
    places *= (np.array([1745.0, 1838.0, 1900.0, 4000.0]) / np.linalg.norm(places, axis=1))[:, None]
    found = lp165p(degree).acceleration_km_s2(places)
    h = 0.05
    for place, pull in zip(places, found, strict=True):
        slope = [
            (
                8.0 * (potential(place + e, degree, terms) - potential(place - e, degree, terms))
                - potential(place + 2 * e, degree, terms)
                + potential(place - 2 * e, degree, terms)
            )
            / (12.0 * h)
            for e in h * np.eye(3)
        ]
        np.testing.assert_allclose(pull, slope, atol=2e-12)


def test_degree_zero_is_a_point():
    place = np.array([[1000.0, -1500.0, 400.0]])
    wanted = -GM * place / np.linalg.norm(place) ** 3
    np.testing.assert_allclose(lp165p(0).acceleration_km_s2(place), wanted, rtol=1e-14)


@settings(deadline=None, max_examples=30)
@given(st.floats(-1.5, 1.5), st.floats(-3.1, 3.1), st.floats(1740.0, 9000.0))
def test_a_batch_gives_what_single_places_give(lat, lon, radius_km):
    place = radius_km * np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    batch = np.stack([place, 1.1 * place, -place])
    together = lp165p(20).acceleration_km_s2(batch)
    alone = np.concatenate([lp165p(20).acceleration_km_s2(row[None]) for row in batch])
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-17)


def test_over_the_poles_the_field_is_finite_and_smooth():
    near = np.array([[1e-9, 0.0, 1800.0], [0.0, 0.0, 1800.0], [0.0, 0.0, -1800.0]])
    pull = lp165p(30).acceleration_km_s2(near)
    assert np.all(np.isfinite(pull))
    np.testing.assert_allclose(pull[0], pull[1], atol=1e-14)


def test_a_field_of_j2_alone_pulls_as_the_closed_form():
    cosine = np.zeros((3, 3))
    cosine[0, 0], cosine[2, 0] = 1.0, -1.0e-3
    field = GravityField.from_coefficients(cosine, np.zeros((3, 3)), GM, RADIUS_KM)
    x, z = 1500.0, 1200.0
    r = np.hypot(x, z)
    j2 = 1.0e-3 * np.sqrt(5.0)
    k = 1.5 * j2 * RADIUS_KM**2 / r**2
    wanted = [-GM * x / r**3 * (1 + k * (1 - 5 * z**2 / r**2)), 0.0, -GM * z / r**3 * (1 + k * (3 - 5 * z**2 / r**2))]
    np.testing.assert_allclose(field.acceleration_km_s2(np.array([[x, 0.0, z]]))[0], wanted, rtol=1e-13, atol=1e-18)
