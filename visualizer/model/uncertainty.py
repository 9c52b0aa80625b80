"""How well the flight is known, to scale: a tube of one sigma around the path, a body of one sigma around the craft,
and the flights that are as likely."""

from __future__ import annotations

from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.trajectory import Trajectory, beside_on_arc_km, track_axes
from visualizer.model.ground_track import revolution_s
from visualizer.model.shapes import LineState, VeilState, joined

POINTS: Final = 97
COLUMNS: Final = 32
ROWS: Final = 25
REACH_TURNS: Final = 0.5
# A camera nearer than this sees nothing but the tube from within.
NEAR_SIGMAS: Final = 1.1


def shown_epochs(trajectory: Trajectory, tdb_s: float, whole_tdb_s: tuple[float, float], centre_id: int) -> FloatArray:
    """Return epochs half a revolution on either side of now, as far as there is flight."""
    reach = REACH_TURNS * revolution_s(trajectory, tdb_s, centre_id)
    return np.linspace(max(whole_tdb_s[0], tdb_s - reach), min(whole_tdb_s[1], tdb_s + reach), POINTS)


def sigma_tube(
    name: str, trajectory: Trajectory, epochs_tdb_s: FloatArray, centre_id: int, anchor_pos_km: FloatArray, index: int
) -> VeilState | None:
    """Return the tube of one sigma along the radius and across the plane, or None where no sigma is known."""
    position, velocity = trajectory.state_km(epochs_tdb_s, centre_id)
    sigma = trajectory.sigma_km(epochs_tdb_s)
    if not np.all(np.isfinite(sigma)):
        return None
    axes = track_axes(position, velocity)
    around = np.linspace(0.0, 2.0 * np.pi, COLUMNS + 1)[np.newaxis, :, np.newaxis]
    out, aside = axes[:, np.newaxis, 0], axes[:, np.newaxis, 2]
    wide, high = sigma[:, np.newaxis, 2:3], sigma[:, np.newaxis, 0:1]
    points = position[:, np.newaxis] + high * np.cos(around) * out + wide * np.sin(around) * aside
    normals = wide * np.cos(around) * out + high * np.sin(around) * aside
    return VeilState(f"tube/{name}", "sigma", anchor_pos_km, points, _unit(normals), index)


def sigma_body(
    name: str, trajectory: Trajectory, tdb_s: float, centre_id: int, anchor_pos_km: FloatArray, index: int
) -> VeilState | None:
    """Return the surface of one sigma around the craft now, bent along its path, or None where no sigma is known."""
    position, velocity = trajectory.state_km(tdb_s, centre_id)
    sigma = trajectory.sigma_km(tdb_s)
    if not np.all(np.isfinite(sigma)):
        return None
    polar = np.linspace(0.0, np.pi, ROWS)[:, np.newaxis]
    around = np.linspace(0.0, 2.0 * np.pi, COLUMNS + 1)[np.newaxis, :]
    ball = np.stack(
        [np.sin(polar) * np.cos(around), np.cos(polar) + 0.0 * around, np.sin(polar) * np.sin(around)], axis=-1
    )
    points = beside_on_arc_km(position, velocity, ball * sigma)
    axes = track_axes(position, velocity)
    normals = (ball / np.maximum(sigma, 1e-9)) @ axes
    return VeilState(f"sigma/{name}", "sigma", anchor_pos_km, points, _unit(normals), index)


def is_within_sigma(trajectory: Trajectory, tdb_s: float, centre_id: int, from_craft_km: FloatArray) -> bool:
    """Tell whether a place is inside the tube or the body of one sigma, or so near that it would fill the picture.

    Parameters
    ----------
    from_craft_km : (3,) the place relative to the craft, axes of the trajectory
    """
    position, velocity = trajectory.state_km(tdb_s, centre_id)
    radial_km, _, cross_km = trajectory.sigma_km(tdb_s)
    out_km, ahead_km, aside_km = track_axes(position, velocity) @ from_craft_km
    # So far ahead or behind the path has bent away from its tangent by as much as counts as near.
    reach_km = float(np.sqrt(2.0 * norm(position) * NEAR_SIGMAS * max(radial_km, cross_km)))
    aside = float(np.hypot(out_km / max(radial_km, 1e-9), aside_km / max(cross_km, 1e-9)))
    return aside < NEAR_SIGMAS and abs(ahead_km) < reach_km


def member_lines(
    name: str, trajectory: Trajectory, epochs_tdb_s: FloatArray, centre_id: int, anchor_pos_km: FloatArray, index: int
) -> LineState | None:
    """Return the flights of the ensemble over some epochs, or None where there is none."""
    if trajectory.ensemble is None:
        return None
    places = trajectory.ensemble.positions_km(epochs_tdb_s, centre_id)
    points, starts = joined(list(places))
    return LineState(f"members/{name}", "member", anchor_pos_km, np.eye(3), points, starts, mission_index=index)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(norm(vectors), 1e-12)[..., np.newaxis])
