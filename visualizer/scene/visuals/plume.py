"""Exhaust during burns: gas in vacuum, wide and faint, brightest at the nozzle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.model.craft_state import CraftState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import ADD_SOFTLY, TRIANGLES, DirectProgram, DynamicBuffer, set_state
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace

REACH = 22.0
# The thrust at which a plume has the brightness of the formula below, and its bounds.
MIDDLE_THRUST_N = 4000.0
FAINTEST, BRIGHTEST = 0.16, 0.85

Nozzle = tuple[str, FloatArray, FloatArray, float]


class PlumeVisual:
    """The plumes of one craft's burning nozzles in one draw call."""

    DTYPE = np.dtype(
        [("a_corner", np.float32, 2), ("a_nozzle_m", np.float32, 3), ("a_axis", np.float32, 3),
         ("a_radius_m", np.float32)]
    )  # fmt: skip
    CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [-1, 1], [1, -1], [1, 1]], dtype=np.float32)

    def __init__(self) -> None:
        self.program = DirectProgram(door.make_program("plume.vert", "plume.frag"), self.DTYPE)
        self._buffer = DynamicBuffer(self.DTYPE)

    def draw(self, craft: CraftState, nozzles: Sequence[Nozzle], space: RenderSpace, factor: float = 1.0) -> None:
        """Draw the plumes of nozzles given in body axes: they add to what is there, nearer things hide them."""
        if not nozzles or craft.thrust_n <= 0.0:
            return
        corners, program = self.vertices(nozzles), self.program
        self._buffer.send(corners)
        program.begin()
        program.set("u_depth_scale", DEPTH_SCALE)
        program.set("u_reach", REACH)
        program.set_matrix("u_view_from_body", space.pose.rot_view_from_icrf @ craft.rot_body_from_icrf.T)
        program.set_vector("u_offset_view_km", space.to_view_km(craft.pos_km))
        program.set("u_km_per_m", 1e-3 * factor)
        program.set("u_focal", *space.focal)
        program.set("u_strength", strength(craft.thrust_n / len(nozzles)))
        set_state(depth=True, blend=ADD_SOFTLY, writes_depth=False)
        program.draw_all(self._buffer, len(corners), TRIANGLES)

    def vertices(self, nozzles: Sequence[Nozzle]) -> np.typing.NDArray[np.void]:
        """Return six corners for each nozzle."""
        corners = np.zeros((len(nozzles), 6), dtype=self.DTYPE)
        for row, (_, place, axis, radius) in zip(corners, nozzles, strict=True):
            row["a_corner"], row["a_nozzle_m"], row["a_axis"], row["a_radius_m"] = self.CORNERS, place, axis, radius
        return corners.reshape(-1)


def strength(thrust_n: float) -> float:
    """Return the brightness at a nozzle's exit: it grows slowly with the thrust."""
    return float(np.clip(0.5 * (thrust_n / MIDDLE_THRUST_N) ** 0.3, FAINTEST, BRIGHTEST))
