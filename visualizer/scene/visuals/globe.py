"""Globes: what the Earth and the Moon share."""

from __future__ import annotations

from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.model.frame_state import BodyState
from visualizer.scene import gl as door
from visualizer.scene.cap_mesh import CapGrid, build_cap, cap_indices
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, matrix_f32

MIDDLE: Final = CapGrid(rings=56, spokes=144, beyond=1)
COARSE: Final = CapGrid(rings=20, spokes=64, beyond=1)


class _Mesh:
    """A cap's buffers, one set per grid, refilled when the camera has moved relative to the body."""

    def __init__(self, program: gloo.Program) -> None:
        self.program = program
        self._buffers: dict[CapGrid, tuple[gloo.VertexBuffer, gloo.IndexBuffer]] = {}

    def draw(self, grid: CapGrid, vertices: np.ndarray) -> None:
        """Upload the vertices and draw them."""
        if grid not in self._buffers:
            self._buffers[grid] = (gloo.VertexBuffer(vertices), gloo.IndexBuffer(cap_indices(grid)))
        vertex_buffer, index_buffer = self._buffers[grid]
        vertex_buffer.set_data(vertices)
        self.program["a_position_km"] = vertex_buffer
        self.program.draw("triangles", index_buffer)


class GlobeVisual:
    """One globe: `stretch` flattens a sphere (the mesh and the shader work in stretched axes)."""

    def __init__(self, fragment: str, radius_km: float, flattening: float = 0.0, defines: tuple[str, ...] = ()) -> None:
        self.program = door.make_program("globe.vert", fragment, defines)
        self.program["u_depth_scale"] = DEPTH_SCALE
        self.radius_km = radius_km
        self.stretch = np.array([1.0, 1.0, 1.0 / (1.0 - flattening)])
        self._mesh = _Mesh(self.program)

    def camera_km(self, body: BodyState, space: RenderSpace) -> FloatArray:
        """Return the camera relative to the centre, body-fixed and stretched axes."""
        offset = space.pose.pos_wrt_earth_icrf_km - body.pos_km
        return np.asarray((body.rot_fixed_from_icrf @ offset) * self.stretch)

    def apparent_radius_px(self, camera_km: FloatArray, space: RenderSpace, radius_km: float) -> float:
        """Return how large the globe looks at the picture's middle."""
        ratio = min(radius_km / float(np.linalg.norm(camera_km)), 1.0)
        return float(np.arcsin(ratio)) / space.pixel_rad

    def draw_cap(
        self,
        body: BodyState,
        space: RenderSpace,
        radius_km: float,
        grid: CapGrid,
        inner_rad: float = 0.0,
    ) -> None:
        """Draw the visible cap of a sphere (stretched axes) with the program's present uniforms."""
        camera = self.camera_km(body, space)
        forward = body.rot_fixed_from_icrf @ -space.pose.rot_view_from_icrf[2]
        to_limb_km = np.sqrt(max(float(camera @ camera) - radius_km**2, 1e-6))
        # The stretched axes tilt directions by the flattening at most: widen the sector by as much.
        vertices = build_cap(
            camera,
            forward,
            space.half_diagonal_rad + (0.02 if self.stretch[2] != 1.0 else 0.0),
            radius_km,
            grid,
            limb_margin_km=1.5 * space.pixel_rad * to_limb_km,
            inner_rad=inner_rad,
        )
        rotation = space.pose.rot_view_from_icrf @ body.rot_fixed_from_icrf.T
        self.program["u_view_from_fixed"] = matrix_f32(rotation / self.stretch)
        self.program["u_focal"] = space.focal
        self.program["u_camera_km"] = camera.astype(np.float32)
        self._mesh.draw(grid, vertices)

    def grid_for(self, radius_px: float) -> CapGrid:
        """Return how finely to cut a globe of this apparent size."""
        return COARSE if radius_px < 40.0 else MIDDLE
