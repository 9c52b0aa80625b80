"""The curve of least jerk through values, rates and second rates of which only some are known.

Missions, powered flight. Between knots it is a polynomial of degree five; value, rate and second rate are continuous.
What is not known at a knot is found so that the integral of the squared third derivative is least, which is a linear
problem: throttle and attitude then change as gently as the known gates allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray

_POWERS = np.arange(6)


def _basis() -> FloatArray:
    """Return the coefficients (6, 6) in 0..1 of the quintics of unit value, rate, second rate at 0, then at 1."""
    rows = np.zeros((6, 6))
    for end, x in enumerate((0.0, 1.0)):
        for order in range(3):
            for power in range(order, 6):
                factor = float(np.prod(np.arange(power - order + 1, power + 1)))
                rows[3 * end + order, power] = factor * (1.0 if power == order else x ** (power - order))
    return np.asarray(np.linalg.inv(rows), dtype=np.float64)


def _jerk_form() -> FloatArray:
    """Return the (6, 6) form of the integral over 0..1 of the squared third derivative, on coefficients."""
    third = _POWERS * (_POWERS - 1) * (_POWERS - 2)
    form = np.zeros((6, 6))
    for i in range(3, 6):
        for j in range(3, 6):
            form[i, j] = third[i] * third[j] / (i + j - 5)
    return form


_BASIS = _basis()
_FORM = _BASIS.T @ _jerk_form() @ _BASIS


@dataclass(frozen=True, slots=True)
class Curve:
    """A chain of quintics.

    Attributes
    ----------
    knots_s : (k,) increasing
    states : (k, 3) value, rate (1/s), second rate (1/s2) at each knot
    """

    knots_s: FloatArray
    states: FloatArray

    def at(self, t_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return value and rate at times between the knots, (n,) each."""
        piece = np.clip(np.searchsorted(self.knots_s, t_s, side="right") - 1, 0, len(self.knots_s) - 2)
        span = np.diff(self.knots_s)[piece]
        x = (t_s - self.knots_s[piece]) / span
        scale = np.stack([np.ones_like(span), span, span**2], axis=-1)
        ends = np.concatenate([self.states[piece] * scale, self.states[piece + 1] * scale], axis=-1)
        coefficients = ends @ _BASIS.T
        value = np.einsum("np,np->n", coefficients, x[:, None] ** _POWERS)
        slope = np.einsum("np,np->n", coefficients[:, 1:] * _POWERS[1:], x[:, None] ** _POWERS[:-1])
        return np.asarray(value), np.asarray(slope / span)


def least_jerk(knots_s: FloatArray, known: FloatArray) -> Curve:
    """Return the curve of least jerk.

    Parameters
    ----------
    knots_s : (k,) increasing, s
    known : (k, 3) value, rate, second rate at each knot; NaN where free

    Raises
    ------
    ValueError
        If what is known does not determine the curve: three conditions at least, one of them a value.
    """
    count = len(knots_s)
    form = np.zeros((3 * count, 3 * count))
    for piece, span in enumerate(np.diff(knots_s)):
        scale = np.tile([1.0, span, span**2], 2)
        at = slice(3 * piece, 3 * piece + 6)
        form[at, at] += _FORM * np.outer(scale, scale) / span**5
    states = known.reshape(-1).copy()
    free = np.isnan(states)
    if np.any(free):
        # Equal weight to value, rate and second rate: conditioning only.
        weight = np.tile([1.0, 1.0 / np.ptp(knots_s), 1.0 / np.ptp(knots_s) ** 2], count)
        inner = form[np.ix_(free, free)] * np.outer(weight[free], weight[free])
        right = -(form[np.ix_(free, ~free)] @ states[~free]) * weight[free]
        if np.linalg.matrix_rank(inner) < len(inner):
            raise ValueError("too little is known of the gates for one curve")
        states[free] = weight[free] * np.linalg.solve(inner, right)
    return Curve(knots_s, states.reshape(count, 3))
