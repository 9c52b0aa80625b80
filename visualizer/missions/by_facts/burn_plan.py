"""A burn whose velocity change is to be found: three numbers along and across a guessed direction, and its edges.

Missions, by facts. Components instead of size and angles keep a correction of unknown direction as easy as a long
insertion: nothing is singular where the velocity change is zero. The thrust follows from size, length and mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray, norm, unit
from visualizer.core.constants import G0_KM_S2
from visualizer.core.forces import Engine, velocity_axes

SMALLEST_M_S = 1e-9


@dataclass(frozen=True, slots=True)
class BurnPlan:
    """A burn as the document guesses it.

    Attributes
    ----------
    id, name, engine : words
    impulse_s : specific impulse
    start_tdb_s, start_sigma_s : ignition; 0 holds it
    duration_s, duration_sigma_s : length; 0 holds it
    delta_v_m_s, sigmas_m_s : along the guessed direction; of the three components
    frame : velocity (angles to the velocity, held), inertial (those angles at ignition, then among the stars) or up
    pitch_rad, yaw_rad : the guessed direction
    """

    id: str
    name: str
    engine: str
    impulse_s: float
    start_tdb_s: float
    start_sigma_s: float
    duration_s: float
    duration_sigma_s: float
    delta_v_m_s: float
    sigmas_m_s: tuple[float, float, float]
    frame: str
    pitch_rad: float = 0.0
    yaw_rad: float = 0.0

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of its numbers."""
        names = ["along", "across-plane", "across-normal"]
        names += ["start"] if self.start_sigma_s else []
        return tuple([*names, "duration"] if self.duration_sigma_s else names)

    @property
    def starts(self) -> FloatArray:
        """Guesses of its numbers, (p,): m/s, m/s, m/s, then s after the guessed ignition, s."""
        more = ([0.0] if self.start_sigma_s else []) + ([self.duration_s] if self.duration_sigma_s else [])
        return np.array([self.delta_v_m_s, 0.0, 0.0, *more])

    @property
    def sigmas(self) -> FloatArray:
        """Uncertainty of those guesses, (p,)."""
        return np.array([*self.sigmas_m_s, *(s for s in (self.start_sigma_s, self.duration_sigma_s) if s)])

    @property
    def steps(self) -> FloatArray:
        """Changes that show what they do, (p,); an epoch resolves 0.1 us, so they must not be smaller."""
        return np.array([0.01, 0.01, 0.01, *(0.02 for s in (self.start_sigma_s, self.duration_sigma_s) if s)])

    def edges(self, numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ignition and cut-off of a batch of numbers (b, p), (b,) each."""
        start = np.full(len(numbers), self.start_tdb_s)
        if self.start_sigma_s:
            start = start + numbers[:, 3]
        length = numbers[:, -1] if self.duration_sigma_s else np.full(len(numbers), self.duration_s)
        return start, start + length

    def components_m_s(self, numbers: FloatArray) -> FloatArray:
        """Return the velocity change in the axes of the frame, (b, 3) m/s."""
        cp, sp, cy, sy = np.cos(self.pitch_rad), np.sin(self.pitch_rad), np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        axes = np.array([[cy * cp, cy * sp, sy], [-sp, cp, 0.0], [-sy * cp, -sy * sp, cy]])
        return np.asarray(numbers[:, :3] @ axes)

    def engine_at(self, numbers: FloatArray, state: FloatArray) -> Engine:
        """Return the engine of a batch from its states (b, 7) at ignition."""
        parts = self.components_m_s(numbers)
        size_m_s = np.maximum(norm(parts), SMALLEST_M_S)
        start, end = self.edges(numbers)
        exhaust_m_s = 1e3 * G0_KM_S2 * self.impulse_s
        flow = state[:, 6] * -np.expm1(-size_m_s / exhaust_m_s) / (end - start)
        if self.frame == "velocity":
            level = np.arcsin(np.clip(parts[:, 2] / size_m_s, -1.0, 1.0))
            return Engine(
                flow * exhaust_m_s, flow, "velocity", np.stack([np.arctan2(parts[:, 1], parts[:, 0]), level], 1)
            )
        axes = up_axes(state[:, :3]) if self.frame == "up" else velocity_axes(state[:, :3], state[:, 3:6])
        aim = np.einsum("bi,bij->bj", parts / size_m_s[:, None], axes)
        return Engine(
            flow * exhaust_m_s, flow, "inertial", unit(np.where(np.abs(aim).sum(1)[:, None] > 0, aim, axes[:, 0]))
        )


def up_axes(position_km: FloatArray) -> FloatArray:
    """Return rows up, across and at right angles to both, (b, 3, 3), of ICRF axes."""
    up = unit(position_km)
    across = unit(np.cross(np.broadcast_to([0.0, 0.0, 1.0], up.shape), up))
    return np.stack([up, across, np.cross(up, across)], axis=-2)
