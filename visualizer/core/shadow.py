"""Sunlight and occultation: who hides what from whom, with discs for the Sun and spheres for bodies."""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np

from visualizer.core.arrays import BoolArray, FloatArray, angle_between_rad, dot, norm
from visualizer.core.constants import RADIUS_SUN_KM


class Light(StrEnum):
    """How much of the Sun a craft sees."""

    SUNLIT = "sunlit"
    PENUMBRA = "penumbra"
    UMBRA = "umbra"


def sunlit_fraction(
    pos_craft_wrt_body_km: FloatArray, pos_sun_wrt_body_km: FloatArray, body_radius_km: float
) -> FloatArray:
    """Return how much of the solar disc a craft can see past a spherical body.

    Parameters
    ----------
    pos_craft_wrt_body_km : (..., 3) km, any axes shared with the Sun vector
    pos_sun_wrt_body_km : broadcastable to the above, km
    body_radius_km : km

    Returns
    -------
    (...) float64, 0 in full shadow, 1 in full light; a craft inside the body counts as on its surface

    Notes
    -----
    Both discs are circles on the sky; no refraction, no oblateness. The overlap of two circles is exact.
    """
    pos_sun_wrt_craft = pos_sun_wrt_body_km - pos_craft_wrt_body_km
    if pos_sun_wrt_craft.ndim == 1 and _is_far_aside(pos_sun_wrt_craft, pos_craft_wrt_body_km, body_radius_km):
        return np.asarray(1.0)
    sun_rad = np.arcsin(np.clip(RADIUS_SUN_KM / norm(pos_sun_wrt_craft), 0.0, 1.0))
    body_rad = np.arcsin(np.clip(body_radius_km / norm(pos_craft_wrt_body_km), 0.0, 1.0))
    apart_rad = angle_between_rad(pos_sun_wrt_craft, -pos_craft_wrt_body_km)
    return np.asarray(1.0 - _covered_fraction(sun_rad, body_rad, apart_rad))


def _is_far_aside(to_sun_km: FloatArray, from_body_km: FloatArray, body_radius_km: float) -> bool:
    """Tell of one craft whether the body is clear of the Sun's disc, as it nearly always is."""
    to_sun, away = math.sqrt(to_sun_km @ to_sun_km), math.sqrt(from_body_km @ from_body_km)
    if away == 0.0 or to_sun == 0.0:
        return False
    cosine = -float(to_sun_km @ from_body_km) / (to_sun * away)
    apart_rad = math.acos(min(max(cosine, -1.0), 1.0))
    touching_rad = math.asin(min(RADIUS_SUN_KM / to_sun, 1.0)) + math.asin(min(body_radius_km / away, 1.0))
    # An arc cosine is good to 1e-8 near 0; closer cases are left to the exact way.
    return apart_rad > touching_rad + 1e-6


def _covered_fraction(disc_rad: FloatArray, cover_rad: FloatArray, apart_rad: FloatArray) -> FloatArray:
    """Return the part of a small disc's area that a covering disc hides, 0 to 1."""
    near = np.maximum(apart_rad, 1e-12)
    first = np.clip((near**2 + disc_rad**2 - cover_rad**2) / (2.0 * near * disc_rad), -1.0, 1.0)
    second = np.clip((near**2 + cover_rad**2 - disc_rad**2) / (2.0 * near * cover_rad), -1.0, 1.0)
    angle_1, angle_2 = np.arccos(first), np.arccos(second)
    lens = disc_rad**2 * (angle_1 - np.sin(2.0 * angle_1) / 2.0)
    lens = lens + cover_rad**2 * (angle_2 - np.sin(2.0 * angle_2) / 2.0)
    partial = np.clip(lens / (np.pi * disc_rad**2), 0.0, 1.0)
    inside = np.minimum(1.0, (cover_rad / disc_rad) ** 2)
    result = np.where(apart_rad >= disc_rad + cover_rad, 0.0, partial)
    return np.asarray(np.where(apart_rad <= np.abs(cover_rad - disc_rad), inside, result))


def light_of_fraction(fraction: float) -> Light:
    """Name a sunlit fraction: full light, penumbra, umbra."""
    if fraction >= 1.0:
        return Light.SUNLIT
    return Light.UMBRA if fraction <= 0.0 else Light.PENUMBRA


def is_occulted(
    pos_observer_wrt_body_km: FloatArray, pos_target_wrt_body_km: FloatArray, body_radius_km: float | FloatArray
) -> BoolArray:
    """Tell whether a sphere stands between an observer and a target point, (...) bool.

    The point of the sight line nearest to the body's centre decides; an observer on the surface sees all that
    is above his horizon.
    """
    sight = pos_target_wrt_body_km - pos_observer_wrt_body_km
    if sight.ndim == 1 and float(pos_observer_wrt_body_km @ sight) > 0.0:
        # One observer who looks away from the body.
        return np.asarray(False)
    along = -dot(pos_observer_wrt_body_km, sight) / dot(sight, sight)
    nearest = pos_observer_wrt_body_km + np.clip(along, 0.0, 1.0)[..., np.newaxis] * sight
    is_between = (along > 0.0) & (along < 1.0)
    return np.asarray(is_between & (norm(nearest) < body_radius_km))
