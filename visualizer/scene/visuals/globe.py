"""Globes: what the Earth and the Moon share."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray, length
from visualizer.model.frame_state import BodyState
from visualizer.scene import gl as door
from visualizer.scene.cap_mesh import CapGrid, cap_indices, cap_vertices, place_cap
from visualizer.scene.gl_direct import DirectProgram
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace

MIDDLE: Final = CapGrid(rings=56, spokes=144, beyond=1)
COARSE: Final = CapGrid(rings=20, spokes=64, beyond=1)


VERTEX: Final = np.dtype([("a_ring_share", np.float32, 2)])
# As many rings have room in the vertex shader.
MOST_RINGS: Final = 58


class GlobeVisual:
    """One globe: `stretch` flattens a sphere (the mesh and the shader work in stretched axes)."""

    def __init__(self, fragment: str, radius_km: float, flattening: float = 0.0, defines: tuple[str, ...] = ()) -> None:
        self.program = DirectProgram(door.make_program("globe.vert", fragment, defines), VERTEX)
        self.radius_km = radius_km
        self.stretch = np.array([1.0, 1.0, 1.0 / (1.0 - flattening)])
        self._meshes: dict[CapGrid, tuple[gloo.VertexBuffer, gloo.IndexBuffer, int]] = {}

    def camera_km(self, body: BodyState, space: RenderSpace) -> FloatArray:
        """Return the camera relative to the centre, body-fixed and stretched axes."""
        offset = space.pose.pos_wrt_earth_icrf_km - body.pos_km
        return np.asarray((body.rot_fixed_from_icrf @ offset) * self.stretch)

    def apparent_radius_px(self, camera_km: FloatArray, space: RenderSpace, radius_km: float) -> float:
        """Return how large the globe looks at the picture's middle."""
        ratio = min(radius_km / length(camera_km), 1.0)
        return math.asin(ratio) / space.pixel_rad

    def draw_cap(
        self,
        body: BodyState,
        space: RenderSpace,
        radius_km: float,
        grid: CapGrid,
        inner_rad: float = 0.0,
    ) -> None:
        """Draw the visible cap of a sphere (stretched axes); the program is in use and has its other uniforms."""
        camera = self.camera_km(body, space)
        forward = body.rot_fixed_from_icrf @ -space.pose.rot_view_from_icrf[2]
        to_limb_km = math.sqrt(max(float(camera @ camera) - radius_km**2, 1e-6))
        # The stretched axes tilt directions by the flattening at most: widen the sector by as much.
        cap = place_cap(
            camera,
            forward,
            space.half_diagonal_rad + (0.02 if self.stretch[2] != 1.0 else 0.0),
            radius_km,
            grid,
            limb_margin_km=1.5 * space.pixel_rad * to_limb_km,
            inner_rad=inner_rad,
        )
        rotation = space.pose.rot_view_from_icrf @ body.rot_fixed_from_icrf.T
        self.program.set("u_depth_scale", DEPTH_SCALE)
        self.program.set_matrix("u_view_from_fixed", rotation / self.stretch)
        self.program.set_matrix("u_fixed_from_cap", cap.axes.T)
        self.program.set("u_bearings", *cap.bearings_rad)
        self.program.set_vectors("u_rings_km", cap.rings_km)
        self.program.set("u_focal", *space.focal)
        self.program.set_vector("u_camera_km", camera)
        self.program.draw(*self._mesh(grid))

    def _mesh(self, grid: CapGrid) -> tuple[gloo.VertexBuffer, gloo.IndexBuffer, int]:
        """Return a grid's points and triangles, and how many indices these are."""
        if grid not in self._meshes:
            assert grid.shape[0] <= MOST_RINGS
            indices = cap_indices(grid)
            points = gloo.VertexBuffer(cap_vertices(grid).view(VERTEX)[:, 0])
            self._meshes[grid] = (points, gloo.IndexBuffer(indices), len(indices))
        return self._meshes[grid]

    def grid_for(self, radius_px: float) -> CapGrid:
        """Return how finely to cut a globe of this apparent size."""
        return COARSE if radius_px < 40.0 else MIDDLE
