"""Chebyshev polynomials for one epoch are those for many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualizer.core.chebyshev import _polynomials, _polynomials_at_one


@given(st.floats(-1.0, 1.0), st.integers(2, 16))
def test_at_one_epoch_they_are_the_same_digit_for_digit(x, count):
    for one, many in zip(_polynomials_at_one(x, count), _polynomials(x, count, with_rates=True), strict=True):
        assert one.tobytes() == many.tobytes()
