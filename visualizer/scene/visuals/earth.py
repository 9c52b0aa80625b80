"""The Earth: an ellipsoid with water, clouds and air."""

from __future__ import annotations

from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray, length
from visualizer.core.constants import FLATTENING_EARTH, RADIUS_EARTH_EQUATOR_KM
from visualizer.model.frame_state import BodyState
from visualizer.resources import load_arrays
from visualizer.scene import gl as door
from visualizer.scene.cap_mesh import CapGrid
from visualizer.scene.gl_direct import ADD, BEFORE, CORNER, OVER, STRIP, DirectProgram, set_state, square
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.globe import GlobeVisual
from visualizer.scene.visuals.textures import Cubes, CubeTextures

AIR: Final = CapGrid(rings=8, spokes=144, beyond=1)
EXPOSURE: Final = 2.6
AIR_SCALE_KM: Final = 8.0


def air_texture(table: FloatArray) -> gloo.Texture2D:
    """Upload a table of the air's light, (rows, columns, 4), to be read between its entries."""
    return gloo.Texture2D(
        np.ascontiguousarray(table, dtype=np.float32),
        format="rgba", internalformat="rgba32f", interpolation="linear", wrapping="clamp_to_edge",
    )  # fmt: skip


class EarthVisual(GlobeVisual):
    """The Earth with its air; the clouds are made, not observed, and can be left out.

    Parameters
    ----------
    cubes : of `CUBES`, all there
    """

    CUBES: Final[Cubes] = {
        "u_colour": ("earth/colour_cube.jpg",),
        "u_layers": ("earth/water_cube.png", "earth/clouds_cube.jpg"),
    }

    def __init__(self, cubes: CubeTextures) -> None:
        super().__init__("earth.frag", RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH)
        air = load_arrays("earth/air.npz")
        for uniform, texture in cubes.textures.items():
            self.program.set_texture(uniform, texture)
        ground, limb = air_texture(air["ground"]), air_texture(air["limb"])
        self.program.set_texture("u_air_ground", ground)
        self.program.set_texture("u_air_sunlight", air_texture(air["sunlight"]))
        self._air = GlobeVisual("atmosphere.frag", RADIUS_EARTH_EQUATOR_KM, FLATTENING_EARTH)
        self._air.program.set_texture("u_air_limb", limb)
        self._sky = DirectProgram(door.make_program("sky.vert", "sky.frag"), CORNER)
        self._sky.set_texture("u_air_ground", ground)
        self._sky.set_texture("u_air_limb", limb)
        self._corners = square()
        self._top_km = float(air["top_km"][0])
        self._sun_low = float(air["sun_low"][0])

    def draw(self, body: BodyState, sun_pos_km: FloatArray, space: RenderSpace, *, has_clouds: bool = True) -> None:
        """Draw the Earth and its air."""
        camera = self.camera_km(body, space)
        sun = body.rot_fixed_from_icrf @ (sun_pos_km / length(sun_pos_km))
        height_km = length(camera) - self.radius_km
        if height_km <= self._top_km + 1.0:
            self._draw_sky(body, camera, sun, space)
        self._begin(self.program, sun)
        self.program.set("u_pixel_rad", space.pixel_rad)
        self.program.set("u_stretch", float(self.stretch[2]))
        # From within the air, only the air below the eye lies before the ground.
        self.program.set("u_air_share", 1.0 - float(np.exp(-max(height_km, 0.0) / AIR_SCALE_KM)))
        self.program.set("u_clouds", 1.0 if has_clouds else 0.0)
        grid = self.grid_for(self.apparent_radius_px(camera, space, self.radius_km))
        set_state(depth=True, blend=OVER)
        self.draw_cap(body, space, self.radius_km, grid)
        self._draw_air(body, camera, sun, space)

    def _begin(self, program: DirectProgram, sun: FloatArray) -> None:
        """Make a program the one in use and tell it what all three must know."""
        program.begin()
        program.set("u_air_sun_low", self._sun_low)
        program.set("u_exposure", EXPOSURE)
        program.set("u_radius_km", self.radius_km)
        program.set_vector("u_sun_unit", sun)

    def _draw_sky(self, body: BodyState, camera_km: FloatArray, sun: FloatArray, space: RenderSpace) -> None:
        """Draw the sky as a camera within the air sees it."""
        rotation = body.rot_fixed_from_icrf @ space.pose.rot_view_from_icrf.T
        self._begin(self._sky, sun)
        self._sky.set("u_top_km", self._top_km)
        self._sky.set_matrix("u_fixed_from_view", rotation * self.stretch[:, np.newaxis])
        self._sky.set_vector("u_camera_km", camera_km)
        self._sky.set("u_focal", *space.focal)
        set_state(depth=False, blend=BEFORE, writes_depth=False)
        self._sky.draw_all(self._corners, 4, STRIP)

    def _draw_air(self, body: BodyState, camera_km: FloatArray, sun: FloatArray, space: RenderSpace) -> None:
        """Draw the air that stands beside the ground, for a camera above it."""
        top_km, distance = self.radius_km + self._top_km, length(camera_km)
        if distance <= top_km + 1.0:
            return
        self._begin(self._air.program, sun)
        self._air.program.set("u_pixel_rad", space.pixel_rad)
        self._air.program.set("u_top_km", self._top_km)
        set_state(depth=True, blend=ADD, writes_depth=False)
        # The ring begins a pixel inside the ground's limb; the ground's own shader draws the air before it.
        limb_rad = float(np.arcsin(self.radius_km / distance)) - 1.5 * space.pixel_rad
        self._air.draw_cap(body, space, top_km, AIR, inner_rad=max(limb_rad, 0.0))
