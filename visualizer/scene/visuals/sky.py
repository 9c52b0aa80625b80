"""Stars, planets and the Sun: what lies behind everything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray, length, unit
from visualizer.core.constants import RADIUS_SUN_KM
from visualizer.core.planet_light import planet_magnitudes
from visualizer.core.shadow import sunlit_fraction
from visualizer.model.frame_state import BodyState
from visualizer.resources import load_arrays
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import (
    ADD,
    ADD_SOFTLY,
    CORNER,
    POINTS,
    STRIP,
    DirectProgram,
    DynamicBuffer,
    set_state,
    square,
)
from visualizer.scene.render_space import RenderSpace

# No planet comes nearer than this; where it has moved by less than a tenth of a pixel it is drawn where it was.
NEAREST_KM: Final = 38e6
MOVED_PX: Final = 0.1
SPOT: Final = np.dtype([("a_direction", np.float32, 3), ("a_colour", np.float32, 3), ("a_size_px", np.float32)])


def _spots(direction: FloatArray, colour: FloatArray, size_px: FloatArray) -> npt.NDArray[np.void]:
    """Return spots as the GPU takes them, (n,) `SPOT`."""
    spots = np.zeros(len(size_px), dtype=SPOT)
    spots["a_direction"], spots["a_colour"], spots["a_size_px"] = direction, colour, size_px
    return spots


def spot_of_magnitude(magnitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the light and the size (logical px) of the spots that stand for stars: both grow as eyes feel it."""
    light = np.clip(10.0 ** (-0.4 * 0.50 * (magnitude - 1.9)), 0.13, 1.7)
    return light, np.clip(2.6 + 3.2 * 10.0 ** (-0.4 * 0.45 * magnitude), 2.8, 7.0)


class SpotsVisual:
    """Points of light: the stars of the Bright Star Catalogue, and the planets where they are, by their magnitudes.

    Size and light are by magnitude, a star's colour by its temperature.

    Parameters
    ----------
    is_patient : whether planets are worked out for each frame (files), or when they have moved (a window)
    """

    TINTS: Final = {
        1: (0.95, 0.92, 0.88), 2: (1.0, 0.98, 0.90), 4: (1.0, 0.72, 0.48), 5: (1.0, 0.94, 0.84),
    }  # fmt: skip

    def __init__(self, is_patient: bool = True) -> None:
        data = load_arrays("stars/bright_stars.npz")
        self.program = DirectProgram(door.make_program("stars.vert", "stars.frag"), SPOT)
        light, size_px = spot_of_magnitude(data["v_mag"])
        colour = blackbody_rgb(data["temperature_k"]) * light[:, np.newaxis]
        # The planets come first, so that they can be drawn without the stars.
        self._buffer, self._stars = DynamicBuffer(SPOT), len(size_px)
        self._buffer.make_room(len(self.TINTS) + self._stars)
        self._buffer.put(len(self.TINTS), _spots(data["dir_icrf_unit"], colour, size_px))
        self._slack_px = 0.0 if is_patient else MOVED_PX
        # Where the first was relative to the camera when they were last worked out.
        self._offset_km = np.zeros(3)

    def draw(
        self, bodies: Sequence[BodyState], sun_pos_km: FloatArray, space: RenderSpace, *, has_stars: bool = True
    ) -> None:
        """Draw the sky, or the planets alone among the given bodies, behind everything."""
        planets = [body for body in bodies if body.body.naif_id in self.TINTS]
        if len(planets) != len(self.TINTS):
            return
        self._place(planets, sun_pos_km, space)
        set_state(depth=False, blend=ADD, writes_depth=False)
        self.program.begin()
        self.program.set_matrix("u_view_from_icrf", space.pose.rot_view_from_icrf)
        self.program.set("u_focal", *space.focal)
        self.program.set("u_scale", space.ui_scale)
        self.program.draw_all(self._buffer, len(planets) + (self._stars if has_stars else 0), POINTS)

    def _place(self, planets: list[BodyState], sun_pos_km: FloatArray, space: RenderSpace) -> None:
        """Work out where planets are for a camera, unless they have hardly moved."""
        # Mercury is the quickest.
        moved = space.offset_km(planets[0].pos_km) - self._offset_km
        if math.sqrt(moved @ moved) <= self._slack_px * space.pixel_rad * NEAREST_KM:
            return
        places, ids = np.stack([p.pos_km for p in planets]), tuple(p.body.naif_id for p in planets)
        offset = space.offset_km(places)
        light, size_px = spot_of_magnitude(planet_magnitudes(ids, offset, places - sun_pos_km))
        tint = np.array([self.TINTS[i] for i in ids])
        self._buffer.put(0, _spots(unit(offset), tint * light[:, np.newaxis], size_px))
        self._offset_km = offset[0]


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
        self.program = DirectProgram(door.make_program("sun.vert", "sun.frag"), CORNER)
        self._corners = square()

    def draw(self, sun_pos_km: FloatArray, globes: Sequence[BodyState], space: RenderSpace) -> None:
        """Draw the Sun where it is, unless it is behind the camera; its glare goes as far as the globes leave it."""
        view = space.to_view_km(sun_pos_km)
        distance = length(view)
        if -view[2] / distance < 0.05:
            return
        disc = np.tan(np.arcsin(min(RADIUS_SUN_KM / distance, 0.9))) / self.HALF_SIDE
        set_state(depth=False, blend=ADD_SOFTLY, writes_depth=False)
        self.program.begin()
        self.program.set("u_half", float(self.HALF_SIDE))
        self.program.set_vector("u_centre_view", view / distance)
        self.program.set("u_disc", float(disc))
        self.program.set("u_edge", float(space.pixel_rad / self.HALF_SIDE))
        self.program.set("u_focal", *space.focal)
        self.program.set("u_seen", seen_share(sun_pos_km, globes, space))
        self.program.draw_all(self._corners, 4, STRIP)


def seen_share(sun_pos_km: FloatArray, globes: Sequence[BodyState], space: RenderSpace) -> float:
    """Return how much of the Sun's disc the camera sees past the globes, 0 to 1."""
    camera = space.pose.pos_wrt_earth_icrf_km
    shares = [
        float(sunlit_fraction(camera - globe.pos_km, sun_pos_km - globe.pos_km, globe.body.radius_km))
        for globe in globes
    ]
    return min(shares, default=1.0)
