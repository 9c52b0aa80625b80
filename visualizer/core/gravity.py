"""The Moon's gravity field: acceleration from spherical harmonics, for many places at once.

Core. The solid harmonics grow degree by degree (Cunningham's recursion, fully normalized), each step over all
orders and all places together; because acceleration is linear in the harmonics one degree higher, one
matrix product with the field's coefficients finishes the work.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import GM_MOON_LP165P_KM3_S2, RADIUS_LP165P_KM
from visualizer.errors import AssetError
from visualizer.resources import asset_path

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
    rise, fall : per degree (n + 1, 1), factors of the recursion
    functional : (3, 2 k) km/s2 per unit of the packed real and imaginary harmonics
    """

    degree: int
    gm_km3_s2: float
    radius_km: float
    rise: tuple[FloatArray, ...]
    fall: tuple[FloatArray, ...]
    functional: FloatArray

    @classmethod
    def from_coefficients(
        cls, cosine: FloatArray, sine: FloatArray, gm_km3_s2: float, radius_km: float
    ) -> GravityField:
        """Prepare a field from normalized coefficients, (degree + 1, degree + 1) each, indexed [n, m]."""
        degree = len(cosine) - 1
        rise, fall = [], []
        for n in range(1, degree + 2):
            m = np.arange(n, dtype=np.float64)
            rise.append(np.sqrt((2 * n + 1) * (2 * n - 1) / ((n - m) * (n + m)))[:, None])
            lower = (2 * n + 1) * (n - m - 1) * (n + m - 1) / (max(2 * n - 3, 1) * (n + m) * (n - m))
            fall.append(np.sqrt(np.maximum(lower, 0.0))[:-1, None])
        functional = _functional(cosine, sine) * (gm_km3_s2 / radius_km**2)
        return cls(degree, gm_km3_s2, radius_km, tuple(rise), tuple(fall), functional)

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
        height, ratio2 = z * scale, self.radius_km * scale
        count = self.degree + 2
        harmonics = np.empty((_row_start(count), len(position_km)), dtype=np.complex128)
        harmonics[0] = np.sqrt(ratio2)
        equatorial = (x + 1j * y) * scale
        for n in range(1, count):
            row, before = _row_start(n), _row_start(n - 1)
            harmonics[row : row + n] = (self.rise[n - 1] * height) * harmonics[before : before + n]
            if n > 1:
                two_before = _row_start(n - 2)
                harmonics[row : row + n - 1] -= (self.fall[n - 1] * ratio2) * harmonics[two_before : two_before + n - 1]
            sectoral = np.sqrt(3.0 if n == 1 else (2 * n + 1) / (2 * n))
            harmonics[row + n] = sectoral * equatorial * harmonics[before + n - 1]
        packed = np.concatenate([harmonics.real, harmonics.imag])
        return np.asarray((self.functional @ packed).T)


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
    except (KeyError, ValueError, IndexError) as error:
        raise AssetError(f"assets/{LP165P_NAME}: {error}; install Perilune again") from error
    keep = slice(0, degree + 1)
    return GravityField.from_coefficients(cosine[keep, keep], sine[keep, keep], GM_MOON_LP165P_KM3_S2, RADIUS_LP165P_KM)
