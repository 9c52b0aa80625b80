"""Stars and the Sun: what lies behind everything."""

from __future__ import annotations

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_SUN_KM
from visualizer.resources import load_arrays
from visualizer.scene import gl as door
from visualizer.scene.render_space import RenderSpace, matrix_f32


class StarsVisual:
    """The Bright Star Catalogue: size and light by magnitude, colour by temperature."""

    def __init__(self) -> None:
        data = load_arrays("stars/bright_stars.npz")
        direction, magnitude, temperature = data["dir_icrf_unit"], data["v_mag"], data["temperature_k"]
        self.program = door.make_program("stars.vert", "stars.frag")
        light = np.clip(10.0 ** (-0.4 * 0.50 * (magnitude - 1.6)), 0.10, 1.9)
        size_px = np.clip(2.6 + 4.6 * 10.0 ** (-0.4 * 0.45 * magnitude), 2.8, 9.0)
        self.program["a_direction"] = gloo.VertexBuffer(np.ascontiguousarray(direction, dtype=np.float32))
        colour = blackbody_rgb(temperature) * light[:, np.newaxis]
        self.program["a_colour"] = gloo.VertexBuffer(colour.astype(np.float32))
        self.program["a_size_px"] = gloo.VertexBuffer(size_px.astype(np.float32))

    def draw(self, space: RenderSpace) -> None:
        """Draw the sky behind everything."""
        gloo.set_state(depth_test=False, blend=True, blend_func=("one", "one"))
        self.program["u_view_from_icrf"] = matrix_f32(space.pose.rot_view_from_icrf)
        self.program["u_focal"] = space.focal
        self.program["u_scale"] = space.ui_scale
        self.program.draw("points")


def blackbody_rgb(temperature_k: FloatArray) -> FloatArray:
    """Return the colour of a glowing body, (n, 3), largest component 1, softened toward white as eyes see stars.

    Notes
    -----
    Planck's law at 610, 550 and 465 nm against 6,500 K.
    """
    wavelength_m = np.array([610e-9, 550e-9, 465e-9])

    def planck(kelvin: FloatArray) -> FloatArray:
        return 1.0 / np.expm1(0.014387769 / (wavelength_m * kelvin[..., np.newaxis]))

    colour = planck(np.asarray(temperature_k, dtype=np.float64)) / planck(np.array([6500.0]))
    colour = colour / colour.max(axis=-1, keepdims=True)
    return np.asarray(0.35 + 0.65 * colour)


class SunVisual:
    """The Sun's disc at its true size, with glare."""

    HALF_SIDE = np.tan(np.deg2rad(7.0))

    def __init__(self) -> None:
        self.program = door.make_program("sun.vert", "sun.frag")
        corners = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
        self.program["a_corner"] = gloo.VertexBuffer(corners)
        self.program["u_half"] = float(self.HALF_SIDE)

    def draw(self, sun_pos_km: FloatArray, space: RenderSpace) -> None:
        """Draw the Sun where it is, unless it is behind the camera."""
        view = space.to_view_km(sun_pos_km)
        distance = float(np.linalg.norm(view))
        if -view[2] / distance < 0.05:
            return
        disc = np.tan(np.arcsin(min(RADIUS_SUN_KM / distance, 0.9))) / self.HALF_SIDE
        gloo.set_state(depth_test=False, blend=True, blend_func=("one", "one_minus_src_color"))
        self.program["u_centre_view"] = (view / distance).astype(np.float32)
        self.program["u_disc"] = float(disc)
        self.program["u_edge"] = float(space.pixel_rad / self.HALF_SIDE)
        self.program["u_focal"] = space.focal
        self.program.draw("triangle_strip")
