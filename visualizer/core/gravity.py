"""The Moon's gravity field: acceleration from spherical harmonics, for many places at once.

Core. The solid harmonics grow degree by degree (Cunningham's recursion, fully normalized), each step over all
orders and all places together; because acceleration is linear in the harmonics one degree higher, one
matrix product with the field's coefficients finishes the work.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_LP165P_KM
from visualizer.errors import AssetError
from visualizer.resources import asset_path

ComplexArray: TypeAlias = npt.NDArray[np.complex128]

LP165P_NAME = "gravity/lp165p_deg30.csv"


def _normalization(n: int, m: int) -> float:
    """Return the factor from Legendre functions to fully normalized ones (4 pi convention)."""
    product = float(np.prod(np.arange(n - m + 1, n + m + 1, dtype=np.float64))) if m else 1.0
    return float(np.sqrt((1.0 if m == 0 else 2.0) * (2 * n + 1) / product))


def _row_start(n: int) -> int:
    """Return where degree `n` begins in the packed list of (degree, order) pairs."""
    return n * (n + 1) // 2


@dataclass(frozen=True)
class GravityField:
    """A field of spherical harmonics in the body's own axes.

    Attributes
    ----------
    degree : highest degree and order that is evaluated
    gm_km3_s2, radius_km : constants that the coefficients refer to
    rise, fall : (k, 1), factors of the recursion for every harmonic, packed by degree
    sectoral : (degree + 2, 1), factors of the harmonics of equal degree and order
    functional : (3, 2 k) km/s2 per unit of the packed real and imaginary harmonics
    """

    degree: int
    gm_km3_s2: float
    radius_km: float
    rise: FloatArray
    fall: FloatArray
    sectoral: FloatArray
    functional: FloatArray

    @classmethod
    def from_coefficients(
        cls, cosine: FloatArray, sine: FloatArray, gm_km3_s2: float, radius_km: float
    ) -> GravityField:
        """Prepare a field from normalized coefficients, (degree + 1, degree + 1) each, indexed [n, m]."""
        degree = len(cosine) - 1
        rise, fall = np.zeros((2, _row_start(degree + 2), 1))
        for n in range(1, degree + 2):
            m = np.arange(n, dtype=np.float64)
            row = slice(_row_start(n), _row_start(n) + n)
            rise[row, 0] = np.sqrt((2 * n + 1) * (2 * n - 1) / ((n - m) * (n + m)))
            lower = (2 * n + 1) * (n - m - 1) * (n + m - 1) / (max(2 * n - 3, 1) * (n + m) * (n - m))
            fall[row, 0] = -np.sqrt(np.maximum(lower, 0.0))
        degrees = np.arange(1, degree + 2, dtype=np.float64)
        ratios = np.sqrt((2 * degrees + 1) / np.where(degrees == 1, 1.0, 2 * degrees))
        sectoral = np.cumprod(np.concatenate([[1.0], ratios]))[:, None]
        functional = _functional(cosine, sine) * (gm_km3_s2 / radius_km**2)
        return cls(degree, gm_km3_s2, radius_km, rise, fall, sectoral, functional)

    def acceleration_km_s2(self, position_km: FloatArray) -> FloatArray:
        """Return the whole field's pull, central term included.

        Parameters
        ----------
        position_km : (b, 3) float64, km, the body's own axes, from its centre; outside the body

        Returns
        -------
        (b, 3) float64, km/s2, the same axes

        Notes
        -----
        Cunningham (1970), Celestial Mechanics 2, 207; equal to the gradient of the potential to 1e-13.
        """
        x, y, z = position_km.T
        scale = self.radius_km / np.einsum("bi,bi->b", position_km, position_km)
        ratio2 = self.radius_km * scale
        rise, fall = self.rise * (z * scale), self.fall * ratio2
        harmonics = np.empty((len(self.rise), len(position_km)), dtype=np.complex128)
        harmonics[_diagonal(self.degree + 2)] = self._sectoral(x, y, scale, np.sqrt(ratio2))
        for n in range(1, self.degree + 2):
            row, before, earlier = _row_start(n), _row_start(n - 1), _row_start(n - 2)
            here = harmonics[row : row + n]
            np.multiply(rise[row : row + n], harmonics[before : before + n], out=here)
            if n > 1:
                here[:-1] += fall[row : row + n - 1] * harmonics[earlier : earlier + n - 1]
        packed = np.concatenate([harmonics.real, harmonics.imag])
        return np.asarray((self.functional @ packed).T)

    def _sectoral(self, x: FloatArray, y: FloatArray, scale: FloatArray, first: FloatArray) -> ComplexArray:
        """Return the harmonics of equal degree and order, (degree + 2, b)."""
        powers = np.empty((self.degree + 2, len(x)), dtype=np.complex128)
        powers[0], powers[1:] = first, (x + 1j * y) * scale
        return np.asarray(self.sectoral * np.multiply.accumulate(powers, axis=0))


@cache
def _diagonal(count: int) -> npt.NDArray[np.intp]:
    """Return where the harmonics of equal degree and order are in the packed list, for `count` degrees."""
    n = np.arange(count)
    return np.asarray(n * (n + 1) // 2 + n, dtype=np.intp)


def _functional(cosine: FloatArray, sine: FloatArray) -> FloatArray:
    """Return the (3, 2 k) matrix from packed harmonics to acceleration in units of GM / R^2."""
    degree = len(cosine) - 1
    size = _row_start(degree + 2)
    weights = np.zeros((3, size), dtype=np.complex128)
    for n in range(degree + 1):
        row = _row_start(n + 1)
        for m in range(n + 1):
            coefficient = (cosine[n, m] - 1j * sine[n, m]) * _normalization(n, m)
            up = coefficient / _normalization(n + 1, m + 1)
            weights[2, row + m] -= (n - m + 1) * coefficient / _normalization(n + 1, m)
            if m == 0:
                weights[0, row + 1] -= up
                weights[1, row + 1] += 1j * up
                continue
            down = (n - m + 1) * (n - m + 2) * coefficient / _normalization(n + 1, m - 1)
            weights[0, row + m + 1] -= 0.5 * up
            weights[1, row + m + 1] += 0.5j * up
            weights[0, row + m - 1] += 0.5 * down
            weights[1, row + m - 1] += 0.5j * down
    return np.concatenate([weights.real, -weights.imag], axis=1)


@cache
def lp165p(degree: int) -> GravityField:
    """Return the Moon's field LP165P in principal axes, cut at `degree` (0 to 30).

    Notes
    -----
    Konopliv et al. (2001), Icarus 150, 1; reference radius 1738.0 km, GM 4902.80105600 km3/s2.
    """
    cosine, sine = np.zeros((31, 31)), np.zeros((31, 31))
    cosine[0, 0] = 1.0
    try:
        with asset_path(LP165P_NAME).open(encoding="ascii", newline="") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                n, m = int(row["n"]), int(row["m"])
                cosine[n, m], sine[n, m] = float(row["C_normalized"]), float(row["S_normalized"])
        if not np.any(cosine[30]):
            raise ValueError("the last degree is missing")
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise AssetError(f"bundled file assets/{LP165P_NAME} is damaged ({error}); install Perilune again") from error
    keep = slice(0, degree + 1)
    return GravityField.from_coefficients(cosine[keep, keep], sine[keep, keep], GM_MOON_LP165P_KM3_S2, RADIUS_LP165P_KM)
