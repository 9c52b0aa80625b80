"""Stars, planets and the Sun: what lies behind everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_SUN_KM
from visualizer.core.planet_light import planet_magnitude
from visualizer.core.shadow import sunlit_fraction
from visualizer.model.frame_state import BodyState
from visualizer.resources import load_arrays
from visualizer.scene import gl as door
from visualizer.scene.render_space import RenderSpace, matrix_f32


class StarsVisual:
    """The Bright Star Catalogue: size and light by magnitude, colour by temperature."""

    def __init__(self) -> None:
        data = load_arrays("stars/bright_stars.npz")
        direction, magnitude, temperature = data["dir_icrf_unit"], data["v_mag"], data["temperature_k"]
        self.program = door.make_program("stars.vert", "stars.frag")
        light, size_px = spot_of_magnitude(magnitude)
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


def spot_of_magnitude(magnitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the light and the size (logical px) of the spots that stand for stars: both grow as eyes feel it."""
    light = np.clip(10.0 ** (-0.4 * 0.50 * (magnitude - 1.9)), 0.13, 2.2)
    return light, np.clip(2.6 + 4.6 * 10.0 ** (-0.4 * 0.45 * magnitude), 2.8, 11.0)


class PlanetsVisual:
    """The planets as points of light where they are, by their magnitudes of now."""

    TINTS: Final = {
        1: (0.95, 0.92, 0.88), 2: (1.0, 0.98, 0.90), 4: (1.0, 0.72, 0.48), 5: (1.0, 0.94, 0.84),
    }  # fmt: skip

    def __init__(self) -> None:
        self.program = door.make_program("stars.vert", "stars.frag")
        count = len(self.TINTS)
        self._direction = gloo.VertexBuffer(np.zeros((count, 3), dtype=np.float32))
        self._colour = gloo.VertexBuffer(np.zeros((count, 3), dtype=np.float32))
        self._size_px = gloo.VertexBuffer(np.zeros(count, dtype=np.float32))
        self.program["a_direction"], self.program["a_colour"] = self._direction, self._colour
        self.program["a_size_px"] = self._size_px

    def draw(self, bodies: Sequence[BodyState], sun_pos_km: FloatArray, space: RenderSpace) -> None:
        """Draw the planets among the given bodies behind everything."""
        planets = [body for body in bodies if body.body.naif_id in self.TINTS]
        if len(planets) != len(self.TINTS):
            return
        offset = np.stack([space.offset_km(p.pos_km) for p in planets])
        magnitude = np.array(
            [
                planet_magnitude(p.body.naif_id, o, p.pos_km - sun_pos_km)
                for p, o in zip(planets, offset, strict=True)
            ]
        )  # fmt: skip
        light, size_px = spot_of_magnitude(magnitude)
        tint = np.array([self.TINTS[p.body.naif_id] for p in planets])
        self._direction.set_data((offset / np.linalg.norm(offset, axis=1, keepdims=True)).astype(np.float32))
        self._colour.set_data((tint * light[:, np.newaxis]).astype(np.float32))
        self._size_px.set_data(size_px.astype(np.float32))
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

    def draw(self, sun_pos_km: FloatArray, globes: Sequence[BodyState], space: RenderSpace) -> None:
        """Draw the Sun where it is, unless it is behind the camera; its glare goes as far as the globes leave it."""
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
        self.program["u_seen"] = seen_share(sun_pos_km, globes, space)
        self.program.draw("triangle_strip")


def seen_share(sun_pos_km: FloatArray, globes: Sequence[BodyState], space: RenderSpace) -> float:
    """Return how much of the Sun's disc the camera sees past the globes, 0 to 1."""
    camera = space.pose.pos_wrt_earth_icrf_km
    shares = [
        float(sunlit_fraction(camera - globe.pos_km, sun_pos_km - globe.pos_km, globe.body.radius_km))
        for globe in globes
    ]
    return min(shares, default=1.0)
