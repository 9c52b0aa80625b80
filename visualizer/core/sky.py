"""The state of Earth, Moon, Sun and planets at an epoch, computed once and handed round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.core import bodies as b
from visualizer.core.arrays import FloatArray
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.ephemeris import EMB_ID, SSB_ID, Ephemeris, bundled_ephemeris
from visualizer.core.moon_axes import rot_moon_me_from_icrf

PLANETS = (b.MERCURY, b.VENUS, b.MARS, b.JUPITER)


@dataclass(frozen=True, slots=True)
class Sky:
    """Bodies at one epoch or many: relative to the Earth's centre, ICRF axes, geometric.

    Attributes
    ----------
    tdb_s : (...) TDB seconds past J2000
    moon_pos_km, moon_vel_km_s, sun_pos_km, sun_vel_km_s : (..., 3)
    planet_pos_km : SPICE id -> (..., 3); empty unless asked for
    rot_itrs_from_icrf, rot_me_from_icrf : (..., 3, 3) Earth-fixed and Moon-fixed (mean-Earth) axes
    """

    tdb_s: FloatArray
    moon_pos_km: FloatArray
    moon_vel_km_s: FloatArray
    sun_pos_km: FloatArray
    sun_vel_km_s: FloatArray
    planet_pos_km: dict[int, FloatArray]
    rot_itrs_from_icrf: FloatArray
    rot_me_from_icrf: FloatArray

    def body_pos_km(self, naif_id: int) -> FloatArray:
        """Return a body's position relative to the Earth, (..., 3) km."""
        if naif_id == b.EARTH.naif_id:
            return np.zeros_like(self.moon_pos_km)
        if naif_id == b.MOON.naif_id:
            return self.moon_pos_km
        return self.sun_pos_km if naif_id == b.SUN.naif_id else self.planet_pos_km[naif_id]


def _planet_km(source: Ephemeris, planet: b.Body, epochs: FloatArray) -> FloatArray:
    """Return a planet's place from the barycentre."""
    if epochs.ndim == 0:
        return source.position_at_one_km(planet.naif_id, SSB_ID, float(epochs))
    return source.position_km(planet.naif_id, SSB_ID, epochs)


def sky_at(
    tdb_s: float | FloatArray,
    *,
    with_planets: bool = False,
    ephemeris: Ephemeris | None = None,
    rot_itrs_from_icrf_at: Callable[[FloatArray], FloatArray] = rot_itrs_from_icrf,
    rot_me_from_icrf_at: Callable[[FloatArray], FloatArray] = rot_moon_me_from_icrf,
) -> Sky:
    """Evaluate every body once.

    Parameters
    ----------
    tdb_s : (...) TDB seconds past J2000, 1970 to 2040
    with_planets : Mercury, Venus, Mars and Jupiter too
    rot_itrs_from_icrf_at : gives the Earth's axes; for many epochs there is a quick one in `earth_axes`
    rot_me_from_icrf_at : gives the Moon's axes
    """
    epochs = np.asarray(tdb_s, dtype=np.float64)
    source = ephemeris or bundled_ephemeris()
    earth, earth_rate = source.state_km(b.EARTH.naif_id, EMB_ID, epochs)
    moon, moon_rate = source.state_km(b.MOON.naif_id, EMB_ID, epochs)
    emb, emb_rate = source.state_km(EMB_ID, SSB_ID, epochs)
    sun, sun_rate = source.state_km(b.SUN.naif_id, SSB_ID, epochs)
    planets = PLANETS if with_planets else ()
    return Sky(
        tdb_s=epochs,
        moon_pos_km=moon - earth,
        moon_vel_km_s=moon_rate - earth_rate,
        sun_pos_km=sun - emb - earth,
        sun_vel_km_s=sun_rate - emb_rate - earth_rate,
        planet_pos_km={p.naif_id: _planet_km(source, p, epochs) - emb - earth for p in planets},
        rot_itrs_from_icrf=rot_itrs_from_icrf_at(epochs),
        rot_me_from_icrf=rot_me_from_icrf_at(epochs),
    )
