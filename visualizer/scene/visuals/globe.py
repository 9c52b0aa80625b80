"""Globes: the Moon with relief, the Earth with its air."""

from __future__ import annotations

from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import FLATTENING_EARTH, RADIUS_EARTH_EQUATOR_KM, RADIUS_MOON_KM
from visualizer.core.relief import bundled_relief
from visualizer.model.frame_state import BodyState
from visualizer.scene import gl as door
from visualizer.scene.cap_mesh import CapGrid, build_cap, cap_indices
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace, matrix_f32
from visualizer.scene.visuals.textures import cube_pixels

FINE: Final = CapGrid(rings=100, spokes=176, beyond=18)
MIDDLE: Final = CapGrid(rings=56, spokes=144, beyond=1)
COARSE: Final = CapGrid(rings=20, spokes=64, beyond=1)
AIR: Final = CapGrid(rings=8, spokes=144, beyond=1)
RELIEF_WITHIN_RADII: Final = 3.0
EARTHSHINE_RATIO: Final = 0.025


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

    def __init__(self, fragment: str, radius_km: float, flattening: float = 0.0) -> None:
        self.program = door.make_program("globe.vert", fragment)
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
        has_relief: bool = False,
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
            height_km=bundled_relief().height_km if has_relief else None,
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


class MoonVisual(GlobeVisual):
    """The Moon: relief as geometry when near, as shading always."""

    def __init__(self) -> None:
        super().__init__("moon.frag", RADIUS_MOON_KM)
        self.program["u_albedo"] = door.make_cube_texture(cube_pixels("moon/albedo_cube.jpg"))
        self.program["u_slope"] = door.make_cube_texture(cube_pixels("moon/slope_cube.jpg"))
        self.program["u_exposure"] = 4.6
        self.program["u_radius_km"] = self.radius_km

    def draw(self, body: BodyState, sun_pos_km: FloatArray, space: RenderSpace) -> None:
        """Draw the Moon for this camera and Sun; the Earth is at the origin of positions."""
        camera = self.camera_km(body, space)
        to_sun, to_earth = sun_pos_km - body.pos_km, -body.pos_km
        sun = body.rot_fixed_from_icrf @ (to_sun / np.linalg.norm(to_sun))
        earth = body.rot_fixed_from_icrf @ (to_earth / np.linalg.norm(to_earth))
        has_relief = float(np.linalg.norm(camera)) < RELIEF_WITHIN_RADII * self.radius_km
        self.program["u_sun_unit"] = sun
        self.program["u_earth_unit"] = earth
        # The Earth as seen from the Moon is full when the Moon is new.
        self.program["u_earthshine"] = EARTHSHINE_RATIO * 0.5 * (1.0 - float(sun @ earth))
        self.program["u_pixel_rad"] = 0.0 if has_relief else space.pixel_rad
        radius_px = self.apparent_radius_px(camera, space, self.radius_km)
        grid = FINE if has_relief else self.grid_for(radius_px)
        gloo.set_state(depth_test=True, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"), cull_face=False)
        self.draw_cap(body, space, self.radius_km, grid, has_relief)


class EarthVisual(GlobeVisual):
    """The Earth: an ellipsoid with glint, haze and a rim of air."""

    AIR_KM: Final = 90.0

    def __init__(self) -> None:
        super().__init__("earth.frag", RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH)
        self.program["u_colour"] = door.make_cube_texture(cube_pixels("earth/colour_cube.jpg"))
        self.program["u_water"] = door.make_cube_texture(cube_pixels("earth/water_cube.png"))
        self.program["u_exposure"] = 2.1
        self.program["u_radius_km"] = self.radius_km
        self._air = GlobeVisual("atmosphere.frag", RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH)
        self._air.program["u_radius_km"] = RADIUS_EARTH_EQUATOR_KM
        self._air.program["u_top_km"] = self.AIR_KM

    def draw(self, body: BodyState, sun_pos_km: FloatArray, space: RenderSpace) -> None:
        """Draw the Earth and its air."""
        camera = self.camera_km(body, space)
        sun = body.rot_fixed_from_icrf @ (sun_pos_km / np.linalg.norm(sun_pos_km))
        grid = self.grid_for(self.apparent_radius_px(camera, space, self.radius_km))
        self.program["u_sun_unit"] = sun
        self.program["u_pixel_rad"] = space.pixel_rad
        gloo.set_state(depth_test=True, blend=True, blend_func=("src_alpha", "one_minus_src_alpha"), cull_face=False)
        self.draw_cap(body, space, self.radius_km, grid)
        top_km = self.radius_km + self.AIR_KM
        self._air.program["u_sun_unit"] = sun
        gloo.set_state(depth_test=True, blend=True, blend_func=("one", "one"))
        gloo.set_depth_mask(False)
        distance = float(np.linalg.norm(camera))
        if distance > top_km + 1.0:
            # The ring begins a pixel inside the ground's limb; the ground's own shader draws the air before it.
            limb_rad = float(np.arcsin(self.radius_km / distance)) - 1.5 * space.pixel_rad
            self._air.draw_cap(body, space, top_km, AIR, inner_rad=max(limb_rad, 0.0))
        gloo.set_depth_mask(True)
