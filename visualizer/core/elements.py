"""Osculating orbits: from a state to the ellipse or hyperbola it is on, and back.

Core. Angles in radians, in whatever axes the state is given; the leading axes of arrays are the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, dot, norm

TWO_PI = 2.0 * np.pi


@dataclass(frozen=True, slots=True)
class Elements:
    """A conic about a centre, arrays of one shape.

    Attributes
    ----------
    semi_major_axis_km : km, negative for hyperbolas
    eccentricity : 0 and more, not 1
    inclination_rad, node_rad, periapsis_rad : rad; node and argument of periapsis in [0, 2 pi)
    true_anomaly_rad : rad, [0, 2 pi)
    gm_km3_s2 : km3/s2
    """

    semi_major_axis_km: FloatArray
    eccentricity: FloatArray
    inclination_rad: FloatArray
    node_rad: FloatArray
    periapsis_rad: FloatArray
    true_anomaly_rad: FloatArray
    gm_km3_s2: float

    @property
    def periapsis_radius_km(self) -> FloatArray:
        """Distance of the nearest point from the centre, km (perigee, perilune)."""
        return np.asarray(self.semi_major_axis_km * (1.0 - self.eccentricity))

    @property
    def apoapsis_radius_km(self) -> FloatArray:
        """Distance of the farthest point, km (apogee, apolune); negative and meaningless for hyperbolas."""
        return np.asarray(self.semi_major_axis_km * (1.0 + self.eccentricity))

    @property
    def argument_of_latitude_rad(self) -> FloatArray:
        """Angle from the ascending node to the craft, rad, [0, 2 pi); defined for circles too."""
        return np.asarray(np.mod(self.periapsis_rad + self.true_anomaly_rad, TWO_PI))

    @property
    def mean_motion_rad_s(self) -> FloatArray:
        """Mean motion, rad/s."""
        return np.asarray(np.sqrt(self.gm_km3_s2 / np.abs(self.semi_major_axis_km) ** 3))

    @property
    def mean_anomaly_rad(self) -> FloatArray:
        """Mean anomaly, rad: in [-pi, pi] for ellipses, unbounded for hyperbolas."""
        half = np.tan(0.5 * np.asarray(self.true_anomaly_rad))
        e = self.eccentricity
        with np.errstate(invalid="ignore"):
            root = np.sqrt(np.abs((1.0 - e) / (1.0 + e))) * half
            elliptic = 2.0 * np.arctan(root)
            hyperbolic = 2.0 * np.arctanh(root)
            open_orbit = e * np.sinh(hyperbolic) - hyperbolic
        return np.asarray(np.where(e < 1.0, elliptic - e * np.sin(elliptic), open_orbit))

    @property
    def time_from_periapsis_s(self) -> FloatArray:
        """Time since the nearest point, s; negative before it."""
        return np.asarray(self.mean_anomaly_rad / self.mean_motion_rad_s)


def elements_from_state(position_km: FloatArray, velocity_km_s: FloatArray, gm_km3_s2: float) -> Elements:
    """Return the osculating conic.

    Parameters
    ----------
    position_km, velocity_km_s : (..., 3) float64, km and km/s, from the centre, any inertial axes
    gm_km3_s2 : the centre's gravitational parameter

    Returns
    -------
    Elements with arrays (...). For a circle the periapsis is the node, for an equatorial orbit the node is x.

    Notes
    -----
    Vallado (2013), Fundamentals of Astrodynamics, algorithm 9, with two-argument arctangents throughout.
    """
    spin = np.cross(position_km, velocity_km_s)
    distance, spin_size = norm(position_km), norm(spin)
    shape = np.cross(velocity_km_s, spin) / gm_km3_s2 - position_km / distance[..., None]
    eccentricity = norm(shape)
    semi_major = 1.0 / (2.0 / distance - dot(velocity_km_s, velocity_km_s) / gm_km3_s2)
    inclination = np.arctan2(np.hypot(spin[..., 0], spin[..., 1]), spin[..., 2])
    level = np.hypot(spin[..., 0], spin[..., 1]) < 1e-12 * spin_size
    node = np.where(level, 0.0, np.arctan2(spin[..., 0], -spin[..., 1]))
    ascending = np.stack([np.cos(node), np.sin(node), np.zeros_like(node)], axis=-1)
    ahead = np.cross(spin / spin_size[..., None], ascending)
    latitude = np.arctan2(dot(position_km, ahead), dot(position_km, ascending))
    periapsis = np.where(eccentricity < 1e-13, 0.0, np.arctan2(dot(shape, ahead), dot(shape, ascending)))
    return Elements(
        semi_major, eccentricity, inclination, np.mod(node, TWO_PI), np.mod(periapsis, TWO_PI),
        np.mod(latitude - periapsis, TWO_PI), gm_km3_s2,
    )  # fmt: skip


def state_from_elements(elements: Elements) -> tuple[FloatArray, FloatArray]:
    """Return position (km) and velocity (km/s), (..., 3) each, in the axes of the elements."""
    e, anomaly = np.asarray(elements.eccentricity), np.asarray(elements.true_anomaly_rad)
    parameter = elements.semi_major_axis_km * (1.0 - e**2)
    distance = parameter / (1.0 + e * np.cos(anomaly))
    speed = np.sqrt(elements.gm_km3_s2 / parameter)
    toward, across = _plane_axes(elements)
    position = distance[..., None] * (np.cos(anomaly)[..., None] * toward + np.sin(anomaly)[..., None] * across)
    velocity = speed[..., None] * (-np.sin(anomaly)[..., None] * toward + (e + np.cos(anomaly))[..., None] * across)
    return np.asarray(position), np.asarray(velocity)


def _plane_axes(elements: Elements) -> tuple[FloatArray, FloatArray]:
    """Return the unit vectors toward the periapsis and 90 degrees ahead of it."""
    node, tilt, turn = elements.node_rad, elements.inclination_rad, elements.periapsis_rad
    cn, sn, ci, si = np.cos(node), np.sin(node), np.cos(tilt), np.sin(tilt)
    ascending = np.stack([cn, sn, np.zeros_like(cn)], axis=-1)
    highest = np.stack([-sn * ci, cn * ci, si], axis=-1)
    ct, st = np.cos(turn)[..., None], np.sin(turn)[..., None]
    return ct * ascending + st * highest, ct * highest - st * ascending


def true_from_mean_anomaly_rad(mean_anomaly_rad: FloatArray, eccentricity: FloatArray) -> FloatArray:
    """Solve Kepler's equation for ellipses, (...) rad, by Newton's method; to 1e-14 rad up to e = 0.99."""
    mean, e = np.broadcast_arrays(np.asarray(mean_anomaly_rad, dtype=np.float64), eccentricity)
    reduced = np.mod(mean + np.pi, TWO_PI) - np.pi
    low, high = reduced - e, reduced + e
    anomaly = np.clip(reduced + 0.85 * e * np.sign(np.sin(reduced)), low, high)
    for _ in range(50):
        miss = anomaly - e * np.sin(anomaly) - reduced
        low, high = np.where(miss < 0.0, anomaly, low), np.where(miss > 0.0, anomaly, high)
        newton = anomaly - miss / (1.0 - e * np.cos(anomaly))
        anomaly = np.where((newton < low) | (newton > high), 0.5 * (low + high), newton)
    half = np.arctan(np.sqrt((1.0 + e) / (1.0 - e)) * np.tan(0.5 * anomaly))
    return np.asarray(np.mod(2.0 * half, TWO_PI))
