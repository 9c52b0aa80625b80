"""A spacecraft's model in its true size."""

from __future__ import annotations

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.errors import AssetError
from visualizer.model.frame_state import CraftState
from visualizer.resources import asset_path, load_arrays
from visualizer.scene import gl as door
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, matrix_f32


class CraftVisual:
    """The model of one mission's craft.

    Attributes
    ----------
    radius_km : of the sphere about the model
    """

    def __init__(self, mission_id: str) -> None:
        data = load_arrays(f"spacecraft/{mission_id}.npz")
        position, normal = data["position_m"], data["normal_unit"]
        colour, index = data["colour_linear"], data["index"]
        self.program = door.make_program("craft.vert", "craft.frag")
        self.program["u_depth_scale"] = DEPTH_SCALE
        self.program["a_position_m"] = gloo.VertexBuffer(np.ascontiguousarray(position, dtype=np.float32))
        self.program["a_normal"] = gloo.VertexBuffer(np.ascontiguousarray(normal, dtype=np.float32))
        self.program["a_colour"] = gloo.VertexBuffer(np.ascontiguousarray(colour, dtype=np.float32))
        self._indices = gloo.IndexBuffer(np.ascontiguousarray(index, dtype=np.uint32).reshape(-1))
        self.radius_km = float(np.linalg.norm(position, axis=1).max()) * 1e-3

    @classmethod
    def for_mission(cls, mission_id: str) -> CraftVisual | None:
        """Return the model of a mission's craft, or None where there is none."""
        try:
            asset_path(f"spacecraft/{mission_id}.npz")
        except AssetError:
            return None
        return cls(mission_id)

    def radius_px(self, craft: CraftState, space: RenderSpace) -> float:
        """Return how large the model looks."""
        distance = max(float(np.linalg.norm(space.offset_km(craft.pos_km))), 1e-6)
        return self.radius_km / distance / space.pixel_rad

    def draw(self, craft: CraftState, sun_pos_km: FloatArray, ground_pos_km: FloatArray, space: RenderSpace) -> None:
        """Draw the model, lit by the Sun and by the ground below."""
        to_sun, to_ground = sun_pos_km - craft.pos_km, ground_pos_km - craft.pos_km
        view = space.pose.rot_view_from_icrf
        self.program["u_view_from_body"] = matrix_f32(view @ craft.rot_body_from_icrf.T)
        self.program["u_offset_view_km"] = space.to_view_km(craft.pos_km).astype(np.float32)
        self.program["u_sun_view"] = (view @ to_sun / np.linalg.norm(to_sun)).astype(np.float32)
        self.program["u_ground_view"] = (view @ to_ground / np.linalg.norm(to_ground)).astype(np.float32)
        self.program["u_sunlight"] = craft.sunlit_fraction
        cosine = float(to_sun @ -to_ground / np.linalg.norm(to_sun) / np.linalg.norm(to_ground))
        self.program["u_groundlight"] = 0.22 * max(cosine, 0.0) + 0.02
        self.program["u_focal"] = space.focal
        gloo.set_state(depth_test=True, blend=False, cull_face=False)
        self.program.draw("triangles", self._indices)
