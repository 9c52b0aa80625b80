"""Spacecraft: models of one or more parts, lit by the Sun and the ground, with their own shadow.

The models come from `assets/models/`; one program draws them all. The shadow map is drawn again only when the Sun has
moved in the craft's axes or the parts have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from vispy import gloo

from visualizer.core.arrays import FloatArray, cross, length, perpendicular
from visualizer.formats.glb import GlbModel
from visualizer.model.craft_models import read_model
from visualizer.model.craft_state import CraftState, PartState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import DirectProgram, clear, send_held, set_state, set_viewport
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace
from visualizer.scene.visuals.textures import are_small

SHADOW_PX = 1024
# A turn of the Sun in the craft's axes that moves no shadow by a texel.
SHADOW_TURN_RAD = 7e-4
SHADOW_SEEN_PX = 24.0
LARGE_PX = 26.0
# No bundled craft reaches farther from its origin.
LARGEST_M = 30.0
FOIL_PX = 256
FOIL_CELLS = 190
FACET_M = 0.06
GL_DEPTH_COMPONENT24 = 0x81A6
GROUND_LIGHT = {301: np.array([0.30, 0.29, 0.275]), 399: np.array([0.36, 0.46, 0.62])}
NIGHT_LIGHT = 0.004
# From glTF's axes (+y up, +z ahead) to the body's (+z up).
ROT_BODY_FROM_GLTF = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True, slots=True)
class Light:
    """Where light comes from: Sun and the nearest body's centre (km, relative to the Earth), its radius and id."""

    sun_pos_km: FloatArray
    ground_pos_km: FloatArray
    ground_radius_km: float
    ground_id: int


class CraftModel:
    """One model in the GPU.

    Attributes
    ----------
    radius_m : of the sphere about its origin
    nozzles : as the file has them, in body axes: (name, place m, direction, exit radius m)
    """

    DTYPE = np.dtype(
        [("a_position_m", np.float32, 3), ("a_normal", np.float32, 3), ("a_colour", np.float32, 4),
         ("a_surface", np.float32, 3)]
    )  # fmt: skip

    def __init__(self, model: GlbModel) -> None:
        corners = np.zeros(len(model.position_m), dtype=self.DTYPE)
        corners["a_position_m"] = model.position_m @ ROT_BODY_FROM_GLTF.T
        corners["a_normal"] = model.normal_unit @ ROT_BODY_FROM_GLTF.T
        corners["a_colour"] = np.column_stack([model.colour_linear, model.surface[:, 3]])
        corners["a_surface"] = model.surface[:, :3]
        self.corners = gloo.VertexBuffer(corners)
        self.index = gloo.IndexBuffer(np.ascontiguousarray(model.index, dtype=np.uint32).reshape(-1))
        self.count = int(model.index.size)
        self.radius_m = float(np.linalg.norm(model.position_m, axis=1).max())
        self.nozzles = tuple(
            (n.name, ROT_BODY_FROM_GLTF @ n.place_m, ROT_BODY_FROM_GLTF @ n.direction_unit, n.exit_radius_m)
            for n in model.nozzles
        )


class CraftsVisual:
    """All spacecraft of one GL context.

    Parameters
    ----------
    is_patient : whether the shadow on a craft is drawn anew for each frame (files), or when it has moved (a window)
    """

    def __init__(self, is_patient: bool = True) -> None:
        self._shadow_slack_rad = 0.0 if is_patient else SHADOW_TURN_RAD
        self._models: dict[str, CraftModel] = {}
        self._shadow_of: tuple[tuple[str, ...], FloatArray, FloatArray] | None = None
        self._is_ready = False

    def _make(self) -> None:
        """Make programs and textures at the first craft that is drawn; far ones are only named."""
        self._is_ready = True
        self._program = DirectProgram(door.make_program("craft.vert", "craft.frag"), CraftModel.DTYPE)
        self._program.set_texture("u_foil", door.make_plane_texture(foil_pixels(), wrapping="repeat"))
        shadow = door.make_program("craft_shadow.vert", "craft_shadow.frag")
        self._shadow_program = DirectProgram(shadow, CraftModel.DTYPE)
        self._shadow_px = SHADOW_PX // 2 if are_small() else SHADOW_PX
        self._shadow = gloo.Texture2D((self._shadow_px, self._shadow_px, 4), interpolation="nearest")
        depth = gloo.RenderBuffer((self._shadow_px, self._shadow_px), GL_DEPTH_COMPONENT24)
        self._shadow_buffer = gloo.FrameBuffer(self._shadow, depth)
        self._program.set_texture("u_shadow", self._shadow)
        self._lift_m, self._axes = 0.0, np.eye(3)

    def model(self, name: str) -> CraftModel:
        """Return one model, uploaded at its first use."""
        if name not in self._models:
            self._models[name] = CraftModel(read_model(name))
        return self._models[name]

    def radius_m(self, craft: CraftState) -> float:
        """Return the radius of the sphere about all parts, m."""
        return max((self.model(part.model).radius_m + abs(part.up_m) for part in craft.parts), default=0.0)

    def radius_px(self, craft: CraftState, space: RenderSpace, *, is_far_exact: bool = True) -> float:
        """Return how large the craft looks in its true size; 0 far below a pixel where that need not be exact.

        A craft that is not to be seen need not be read from its files.
        """
        distance = max(length(space.offset_km(craft.pos_km)), 1e-6)
        if not is_far_exact and 1e-3 * LARGEST_M / distance / space.pixel_rad < 0.5:
            return 0.0
        return 1e-3 * self.radius_m(craft) / distance / space.pixel_rad

    def draw(self, craft: CraftState, light: Light, space: RenderSpace, factor: float = 1.0) -> None:
        """Draw a craft, `factor` times larger than it is."""
        if not self._is_ready:
            self._make()
        to_sun, to_ground = light.sun_pos_km - craft.pos_km, light.ground_pos_km - craft.pos_km
        sun = craft.rot_body_from_icrf @ to_sun / np.linalg.norm(to_sun)
        rot = space.pose.rot_view_from_icrf @ craft.rot_body_from_icrf.T
        offset = space.to_view_km(craft.pos_km)
        radius_px = factor * self.radius_px(craft, space)
        is_shadowed = radius_px > SHADOW_SEEN_PX and craft.sunlit_fraction > 0.0
        if is_shadowed:
            self._update_shadow(craft, sun, space)
        program = self._program
        program.begin()
        program.set("u_depth_scale", DEPTH_SCALE)
        program.set_matrix("u_view_from_body", rot)
        program.set_vector("u_offset_view_km", offset)
        program.set("u_focal", *space.focal)
        program.set("u_km_per_m", 1e-3 * factor)
        program.set("u_depth_km_per_m", self._depth_scale(craft, light, factor))
        program.set_vector("u_camera_m", -(rot.T @ offset) * (1e3 / factor))
        program.set("u_foil_fade", self._foil_fade(offset, factor, space))
        program.set("u_shadow_texel", 1.0 / self._shadow_px if is_shadowed else 0.0)
        program.set("u_shadow_lift_m", self._lift_m)
        program.set_matrix("u_shadow_from_body", self._axes)
        self._set_light(craft, light, to_sun, to_ground, sun)
        # Every model is closed, as glTF means it without `doubleSided`: what faces away need not be shaded.
        set_state(depth=True, culls=True)
        for part in craft.parts:
            self._draw_part(program, part)

    def _draw_part(self, program: DirectProgram, part: PartState) -> None:
        model = self.model(part.model)
        program.set_matrix("u_body_from_part", part.rot_body_from_part)
        program.set("u_part_m", 0.0, 0.0, part.up_m)
        program.draw(model.corners, model.index, model.count)

    def _depth_scale(self, craft: CraftState, light: Light, factor: float) -> float:
        """Return km of depth per m: an enlarged craft must not sink into the ground below it."""
        if factor <= 1.0:
            return 1e-3
        height_km = length(craft.pos_km - light.ground_pos_km) - light.ground_radius_km
        return min(1e-3 * factor, 0.5 * max(height_km, 1.0) / self.radius_m(craft))

    @staticmethod
    def _foil_fade(offset_view_km: FloatArray, factor: float, space: RenderSpace) -> float:
        distance_m = max(length(offset_view_km) * 1e3 / factor, 0.1)
        return float(np.clip(FACET_M / distance_m / space.pixel_rad / 5.0, 0.0, 1.0))

    def _set_light(
        self, craft: CraftState, light: Light, to_sun: FloatArray, to_ground: FloatArray, sun: FloatArray
    ) -> None:
        away = length(to_ground)
        sine = min(light.ground_radius_km / max(away, 1e-9), 1.0)
        cosine = float(to_sun @ -to_ground) / length(to_sun) / away
        # From afar half of the disc is lit at the quarter; from low above it the Sun's height below counts.
        lit = (1.0 - sine) * 0.5 * (1.0 + cosine) + sine * max(cosine, 0.0)
        program = self._program
        program.set_vector("u_sun", sun)
        program.set_vector("u_ground", craft.rot_body_from_icrf @ to_ground / away)
        program.set("u_sunlight", craft.sunlit_fraction)
        program.set_vector("u_ground_light", GROUND_LIGHT[light.ground_id] * (lit + NIGHT_LIGHT))
        program.set("u_ground_cosine", float(np.sqrt(1.0 - sine * sine)))

    def _update_shadow(self, craft: CraftState, sun: FloatArray, space: RenderSpace) -> None:
        """Bring the shadow map up to the Sun's direction and the parts' places."""
        names = tuple(part.model for part in craft.parts)
        turns = np.concatenate([part.rot_body_from_part.ravel() for part in craft.parts])
        if self._has_shadow(names, sun, turns):
            return
        radius = self.radius_m(craft)
        side = perpendicular(sun)
        self._axes = np.stack([side, cross(sun, side), sun]) / (1.005 * radius)
        self._lift_m = 3.0 * radius / self._shadow_px
        self._draw_shadow(craft, space)
        self._shadow_of = (names, sun, turns)

    def _has_shadow(self, names: tuple[str, ...], sun: FloatArray, turns: FloatArray) -> bool:
        known = self._shadow_of
        if known is None or known[0] != names or len(known[2]) != len(turns):
            return False
        slack = self._shadow_slack_rad
        return float(np.abs(known[1] - sun).max()) <= slack and bool(np.abs(known[2] - turns).max() <= slack)

    def _draw_shadow(self, craft: CraftState, space: RenderSpace) -> None:
        """Draw the depths toward the Sun, and give the framebuffer and its viewport back."""
        with self._shadow_buffer:
            send_held()
            set_viewport(0, 0, self._shadow_px, self._shadow_px, is_cut=False)
            set_state(depth=True)
            clear((0.0, 0.0, 0.0), depth=True)
            self._shadow_program.begin()
            self._shadow_program.set_matrix("u_shadow_from_body", self._axes)
            for part in craft.parts:
                self._draw_part(self._shadow_program, part)
        send_held()
        set_viewport(-space.origin_px[0], -space.origin_px[1], *space.size_px, is_cut=space.is_cut)


def enlargement(radius_px: float, space: RenderSpace) -> float:
    """Return by how much a craft must be enlarged so that its shape can be seen, 1 where it is large enough."""
    return max(1.0, LARGE_PX * space.ui_scale / max(radius_px, 1e-12))


@lru_cache(maxsize=1)
def foil_pixels() -> npt.NDArray[np.uint8]:
    """Return how foil's facets lean, (n, n, 3) uint8 about 127.5; the picture tiles, and is always the same."""
    rng = np.random.default_rng(25)
    centre = rng.random((FOIL_CELLS, 2)) * FOIL_PX
    lean = rng.normal(0.0, 0.42, (FOIL_CELLS, 2))
    # Row by row: all distances at once would be hundreds of megabytes, and half a second.
    away = np.abs((np.arange(FOIL_PX) + 0.5)[:, np.newaxis, np.newaxis] - centre)
    across2, along2 = np.moveaxis(np.minimum(away, FOIL_PX - away) ** 2, -1, 0)
    nearest = np.stack([(across2 + row).argmin(axis=-1) for row in along2])
    y, x = np.mgrid[0:FOIL_PX, 0:FOIL_PX] + 0.5
    # Inside a facet the sheet is bent a little, or every facet would flash at once.
    bend = 0.25 * np.stack(
        [np.sin(x * 12 * np.pi / FOIL_PX + 2.0 * np.sin(y * 8 * np.pi / FOIL_PX)), np.sin(y * 14 * np.pi / FOIL_PX)],
        axis=-1,
    )
    code = np.clip(127.5 * (1.0 + lean[nearest] + bend), 0, 255)
    return np.concatenate([code, np.full_like(code[..., :1], 127)], axis=-1).astype(np.uint8)
