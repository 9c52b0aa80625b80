"""What a camera in a craft sees of the Moon or the Earth: how much of the near side, how much in daylight, how large.

Pure geometry of spheres. Shares are of the solid angle that the body fills in a square picture centred on it, so they
follow the field of view: they speak of what is in the picture, limb darkest or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.geometry import earth_geodetic, phase_angle_rad, spherical_subpoint
from visualizer.model.camera import diameter_rad
from visualizer.model.frame_state import FrameState
from visualizer.model.rotation import look_rotation

Target = Literal["moon", "earth"]
BODY_IDS: Final[dict[str, int]] = {"moon": 301, "earth": 399}
RINGS: Final = 96


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of a body.

    Attributes
    ----------
    target : 'moon' or 'earth'
    distance_km : to its centre
    diameter_rad : angle from limb to limb
    phase_rad : Sun - body - craft; 0 where the whole disc is lit
    lat_rad, lon_rad : of the point below the craft: mean-Earth axes, or geodetic
    lit_share : of what is in the picture, how much has the Sun's centre above its mean horizon
    near_share : the same for the Moon's near side (within 90 degrees of the mean sub-Earth point), None for the Earth
    is_hidden : whether the other body hides its centre
    """

    target: Target
    distance_km: float
    diameter_rad: float
    phase_rad: float
    lat_rad: float
    lon_rad: float
    lit_share: float
    near_share: float | None
    is_hidden: bool


def target_of(pane_id: str) -> Target:
    """Return what a small picture with this name looks at."""
    return "earth" if pane_id.endswith("earth") else "moon"


def what_is_seen(state: FrameState, place_km: FloatArray, target: Target, fov_rad: float) -> Seen:
    """Tell what a camera at a place sees of a body.

    Parameters
    ----------
    state : bodies now
    place_km : (3,) relative to the Earth's centre, ICRF axes, outside the body
    fov_rad : of the square picture, the body in its middle, the Moon's north up
    """
    body, moon = state.body(BODY_IDS[target]), state.body(301)
    offset = place_km - body.pos_km
    sun = state.body(10).pos_km - body.pos_km
    rot_view = look_rotation(-offset, moon.rot_fixed_from_icrf[2])
    radius_km = body.body.radius_km
    near = None
    if target == "moon":
        near = hemisphere_share(rot_view @ offset, radius_km, rot_view @ body.rot_fixed_from_icrf[0], fov_rad)
        lat, lon = spherical_subpoint(body.rot_fixed_from_icrf @ offset)
    else:
        lat, lon, _ = earth_geodetic(body.rot_fixed_from_icrf @ offset)
    return Seen(
        target=target,
        distance_km=float(np.linalg.norm(offset)),
        diameter_rad=diameter_rad(float(np.linalg.norm(offset)), radius_km),
        phase_rad=float(phase_angle_rad(sun, offset)),
        lat_rad=float(lat),
        lon_rad=float(lon),
        lit_share=hemisphere_share(rot_view @ offset, radius_km, rot_view @ (sun / np.linalg.norm(sun)), fov_rad),
        near_share=near,
        is_hidden=_is_hidden(state, place_km, target),
    )


def hemisphere_share(offset_view_km: FloatArray, radius_km: float, pole_view: FloatArray, fov_rad: float) -> float:
    """Return which share of what a square picture shows of a sphere lies on one of its halves, by solid angle.

    Parameters
    ----------
    offset_view_km : (3,) camera relative to the sphere's centre, view axes (right, up, backward): along the third
    pole_view : (3,) unit, toward the middle of that half
    fov_rad : of the picture, below 180 degrees

    Notes
    -----
    Rings about the picture's middle are summed; along each ring the half begins and ends at known azimuths. With
    sin(psi) = sin(rho) sin(x), rho the limb's angle, the ring's ground is x - psi from the point below the camera.
    """
    distance = max(float(np.linalg.norm(offset_view_km)), radius_km * (1.0 + 1e-9))
    sine_limb = radius_km / distance
    side = float(np.tan(0.5 * fov_rad))
    corner = np.sin(np.arctan(np.sqrt(2.0) * side))
    last = float(np.arcsin(min(corner / sine_limb, 1.0)))
    nodes, weights = _nodes()
    x = 0.5 * last * (nodes + 1.0)
    psi = np.arcsin(sine_limb * np.sin(x))
    # Four arcs of each ring are in the picture, about its diagonals; they meet where the whole ring is.
    arc = np.pi / 4.0 - np.arccos(np.minimum(side / np.maximum(np.tan(psi), 1e-12), 1.0))
    arc = np.maximum(arc, 0.0)
    along, across = float(pole_view[2]), float(np.hypot(pole_view[0], pole_view[1]))
    level = -along * np.cos(x - psi) / np.maximum(across * np.sin(x - psi), 1e-12)
    half = np.arccos(np.clip(level, -1.0, 1.0))
    azimuth = float(np.arctan2(pole_view[1], pole_view[0]))
    inside = np.sum([_overlap(half, arc, azimuth - (0.25 + 0.5 * k) * np.pi) for k in range(4)], axis=0)
    weight = weights * np.tan(psi) * np.cos(x)
    return float(np.clip(weight @ inside / (weight @ (8.0 * arc)), 0.0, 1.0))


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Return places in (-1, 1) and weights of a Gauss-Legendre sum."""
    nodes, weights = np.polynomial.legendre.leggauss(RINGS)
    return nodes, weights


def _overlap(half: FloatArray, arc: FloatArray, apart_rad: float) -> FloatArray:
    """Return what two arcs on a circle have in common: half lengths, and the angle between their middles."""
    apart = (apart_rad + np.pi) % (2.0 * np.pi) - np.pi
    common = np.zeros_like(half)
    for turn in (-2.0 * np.pi, 0.0, 2.0 * np.pi):
        common += np.maximum(0.0, np.minimum(half, apart + turn + arc) - np.maximum(-half, apart + turn - arc))
    return common


def _is_hidden(state: FrameState, place_km: FloatArray, target: Target) -> bool:
    """Tell whether the other body is before this one's centre."""
    body, other = state.body(BODY_IDS[target]), state.body(BODY_IDS["earth" if target == "moon" else "moon"])
    sight, between = body.pos_km - place_km, other.pos_km - place_km
    length = float(np.linalg.norm(sight))
    along = float(between @ sight) / length
    return 0.0 < along < length and float(np.linalg.norm(between - sight * along / length)) < other.body.radius_km


def share_text(share: float) -> str:
    """Write a share in percent; all and nothing only where it is so."""
    percent = 100.0 * share
    if 0.05 < percent < 1.0:
        return "<1 %"
    if 99.0 < percent < 99.95:
        return ">99 %"
    return f"{percent:.0f} %"


def seen_words(seen: Seen) -> str:
    """Say in a line what part of the body is seen."""
    parts = [] if seen.near_share is None else [f"{share_text(seen.near_share)} near side"]
    parts += [f"{share_text(seen.lit_share)} day"]
    parts += [f"behind the {'Earth' if seen.target == 'moon' else 'Moon'}"] if seen.is_hidden else []
    return ", ".join(parts)
