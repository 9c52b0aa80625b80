"""How bright planets look: visual magnitudes by distance and phase."""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core import bodies as b
from visualizer.core.arrays import FloatArray, angle_between_rad, norm
from visualizer.core.constants import AU_KM

# At 1 au from Sun and observer, then by powers of the phase angle in degrees (Astronomical Almanac 1984).
_COEFFICIENTS: Final = {
    b.MERCURY.naif_id: (-0.42, 0.0380, -0.000273, 0.000002),
    b.VENUS.naif_id: (-4.40, 0.0009, 0.000239, -0.00000065),
    b.MARS.naif_id: (-1.52, 0.016, 0.0, 0.0),
    b.JUPITER.naif_id: (-9.40, 0.005, 0.0, 0.0),
}


def planet_magnitudes(
    naif_ids: tuple[int, ...], pos_wrt_observer_km: FloatArray, pos_wrt_sun_km: FloatArray
) -> FloatArray:
    """Return the visual magnitudes of planets, (n,); positions are (n, 3), otherwise as `planet_magnitude`."""
    phase_deg = np.rad2deg(angle_between_rad(pos_wrt_observer_km, pos_wrt_sun_km))
    product = norm(pos_wrt_observer_km) * norm(pos_wrt_sun_km) / AU_KM**2
    powers = np.array([_COEFFICIENTS[i] for i in naif_ids]) * phase_deg[:, np.newaxis] ** np.arange(4)
    return np.asarray(5.0 * np.log10(product) + powers.sum(axis=1))


def planet_magnitude(naif_id: int, pos_wrt_observer_km: FloatArray, pos_wrt_sun_km: FloatArray) -> float:
    """Return a planet's visual magnitude.

    Parameters
    ----------
    naif_id : SPICE id of Mercury, Venus, Mars or Jupiter
    pos_wrt_observer_km, pos_wrt_sun_km : (3,) of the planet, shared axes
    """
    return float(planet_magnitudes((naif_id,), pos_wrt_observer_km[np.newaxis], pos_wrt_sun_km[np.newaxis])[0])
