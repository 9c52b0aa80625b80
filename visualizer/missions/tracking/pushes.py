"""Small steady pushes that make up for what the forces leave out.

Missions, tracking. They stand for air drag at perigee, leaking and unloading thrusters and the error of the gravity
field: figures without a published cause. They are smooth in time, so the path stays continuous in velocity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from visualizer.core.arrays import FloatArray, norm
from visualizer.core.forces import Force, Surroundings, velocity_axes

PushKind = Literal["none", "drag", "steady", "orbital"]
PUSH_SIZES: dict[PushKind, int] = {"none": 0, "drag": 1, "steady": 3, "orbital": 9}


@dataclass(frozen=True)
class PushedForce(Force):
    """A force with pushes in the axes of the orbit.

    Attributes
    ----------
    push_km_s2 : (b, n) km/s2; 1: along the velocity; 3: outwards, along the track, across; 9: these three, then three
        each in proportion to the cosine and the sine of the angle from `reference`
    reference : (2, 3) or (b, 2, 3) unit vectors in the orbit plane that the angle is counted by
    """

    push_km_s2: FloatArray | None = None
    reference: FloatArray | None = None

    def rates(self, near: Surroundings, state: FloatArray) -> FloatArray:
        """Return the time derivative of states (b, 7): km, km/s, kg per second."""
        rates = super().rates(near, state)
        if self.push_km_s2 is not None:
            rates[:, 3:6] += self._push(state[:, :3], state[:, 3:6])
        return rates

    def _push(self, position_km: FloatArray, velocity_km_s: FloatArray) -> FloatArray:
        push = self.push_km_s2
        assert push is not None
        if push.shape[1] == 1:
            return np.asarray(push * velocity_km_s / norm(velocity_km_s)[:, None])
        outward = position_km / norm(position_km)[:, None]
        parts = push[:, :3]
        if push.shape[1] == 9:
            assert self.reference is not None
            turn = np.einsum("bi,bji->bj", outward, np.broadcast_to(self.reference, (len(outward), 2, 3)))
            parts = parts + turn[:, :1] * push[:, 3:6] + turn[:, 1:] * push[:, 6:9]
        normal = velocity_axes(position_km, velocity_km_s)[:, 2]
        ahead = np.cross(normal, outward)
        return np.asarray(parts[:, :1] * outward + parts[:, 1:2] * ahead + parts[:, 2:] * normal)
