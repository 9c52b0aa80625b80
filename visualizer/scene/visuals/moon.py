"""The Moon: albedo and relief in the light of Sun and Earth, with the relief's shadows and the Earth's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from vispy import gloo

from visualizer.core.arrays import FloatArray, cross, length
from visualizer.core.bodies import EARTH
from visualizer.core.constants import RADIUS_MOON_KM, RADIUS_SUN_KM
from visualizer.core.horizon import flat_horizon
from visualizer.model.frame_state import BodyState
from visualizer.scene import gl as door
from visualizer.scene.gl_direct import OVER, TRIANGLES, DirectProgram, set_state
from visualizer.scene.render_space import DEPTH_SCALE, RenderSpace
from visualizer.scene.terrain import VERTEX, Eye
from visualizer.scene.visuals.globe import GlobeVisual
from visualizer.scene.visuals.moon_ground import MoonGround, detail_pixels, octaves_seen, relief_share
from visualizer.scene.visuals.moon_shadows import MoonShadows
from visualizer.scene.visuals.textures import Cubes, CubeTextures, start_moon

# Brightened some 250 times, as the picture says: true earthshine is lost beside sunlit ground, as in photographs.
EARTHSHINE_RATIO: Final = 0.025
EXPOSURE: Final = 4.6
ECLIPSE_EXPOSURE: Final = 7.0
NEEDS_GROUND_KM: Final = 300.0
# Near the ground a picture is exposed for the light there: up to so many times longer under a low Sun.
LOW_SUN_EXPOSURE: Final = 2.6
EXPOSED_FOR_SINE: Final = 0.32
NEAR_KM, FAR_KM = 60.0, 900.0
# What the programs of the ground have beside `HAS_PATCHES`, from near to far.
GROUND_KINDS: Final[tuple[tuple[str, ...], ...]] = (("HAS_DETAIL",), (), ("HAS_SOFT_LIMB",))


@dataclass(frozen=True, slots=True)
class _Light:
    """What lights the Moon, Moon-fixed axes: unit vector to the Sun, place of the Earth, depth in its shadow."""

    dir_sun: FloatArray
    earth_km: FloatArray
    covered: float | None


class MoonVisual:
    """The Moon: relief as geometry when near, as shading always.

    Parameters
    ----------
    cubes : of `CUBES`, all there
    is_patient : whether a picture waits for all its parts (files), or shows what is there (a window)
    """

    CUBES: Final[Cubes] = {"u_albedo": ("moon/albedo_cube.jpg",), "u_slope": ("moon/slope_cube.jpg",)}

    def __init__(self, cubes: CubeTextures, is_patient: bool = True) -> None:
        self.is_patient = is_patient
        self._cubes = cubes.textures
        self._detail = door.make_plane_texture(detail_pixels(), "repeat") if is_patient else None
        self._spheres: dict[tuple[str, ...], GlobeVisual] = {}
        self._grounds: dict[tuple[str, ...], DirectProgram] = {}
        # Patches in buffers for each picture of a frame, by the picture's name, and the one that is drawn now.
        self._held: dict[str, MoonGround] = {}
        self._ground: MoonGround | None = None
        self._shadows = MoonShadows(flat_horizon())
        self._is_loaded = False
        self._has_ground = False

    @property
    def is_whole(self) -> bool:
        """Whether the last picture had all its parts; if not, another frame will have more."""
        ground = self._ground is None or self._ground.is_whole or not self._has_ground
        return self._is_loaded and ground and self._shadows.is_whole

    @property
    def is_waiting(self) -> bool:
        """Whether all that the last picture lacked is still being worked out on threads."""
        if not self._is_loaded:
            return not start_moon().done()
        ground = self._ground if self._has_ground else None
        lacking = [] if self._shadows.is_whole else [self._shadows.is_waiting]
        lacking += [ground.terrain.is_waiting] if ground is not None and not ground.is_whole else []
        return bool(lacking) and all(lacking)

    def _load(self, distance_km: float) -> None:
        """Take heights and horizons as soon as they are decoded; near the ground nothing can be drawn without."""
        must = self.is_patient or distance_km < RADIUS_MOON_KM + NEEDS_GROUND_KM
        if self._is_loaded or not (must or start_moon().done()):
            return
        self._shadows = MoonShadows(start_moon().result(), self.is_patient)
        self._detail = self._detail or door.make_plane_texture(detail_pixels(), "repeat")
        self._is_loaded = True
        self._spheres.clear()

    def _ground_of(self, picture: str) -> MoonGround | None:
        """Return the buffers that follow a picture's camera, once heights are there."""
        if self._is_loaded and picture not in self._held:
            first = next(iter(self._held.values()), None)
            self._held[picture] = MoonGround(self.is_patient, first.terrain if first else None)
        return self._held.get(picture)

    def draw(
        self, body: BodyState, sun_pos_km: FloatArray, space: RenderSpace, picture: str = "", *,
        is_coarse: bool = False,
    ) -> None:  # fmt: skip
        """Draw the Moon for this camera and Sun; the Earth is at the origin of positions.

        `picture` names one of several of a frame: each has a camera of its own, which buffers follow; a coarse one has
        fewer triangles.
        """
        rot = body.rot_fixed_from_icrf
        sun_km, earth_km = rot @ (sun_pos_km - body.pos_km), rot @ -body.pos_km
        light = _Light(sun_km / length(sun_km), earth_km, covered_by_earth(sun_km, earth_km))
        camera = rot @ (space.pose.pos_wrt_earth_icrf_km - body.pos_km)
        self._load(length(camera))
        self._ground = self._ground_of(picture)
        distance_km = length(camera)
        radius_px = math.asin(min(RADIUS_MOON_KM / distance_km, 1.0)) / space.pixel_rad
        self._shadows.update(light.dir_sun, camera, radius_px)
        relief = relief_share(space.pixel_rad, length(camera))
        # Blending costs time, so it is on only where something is softened.
        set_state(depth=True, blend=OVER if relief < 1.0 else None)
        self._has_ground = relief > 0.0 and self._ground is not None
        if self._has_ground:
            self._draw_ground(body, camera, light, space, relief, is_coarse)
        else:
            self._draw_sphere(body, camera, light, space)

    def _draw_sphere(self, body: BodyState, camera_km: FloatArray, light: _Light, space: RenderSpace) -> None:
        defines = (*self._defines(camera_km, light), "HAS_SOFT_LIMB")
        if defines not in self._spheres:
            self._spheres[defines] = GlobeVisual("moon.frag", RADIUS_MOON_KM, defines=defines)
            self._bind(self._spheres[defines].program, defines)
        globe = self._spheres[defines]
        globe.program.begin()
        self._set_light(globe.program, defines, camera_km, light, space)
        globe.program.set("u_softness", 1.0)
        grid = globe.grid_for(globe.apparent_radius_px(camera_km, space, RADIUS_MOON_KM))
        globe.draw_cap(body, space, RADIUS_MOON_KM, grid)

    def _draw_ground(
        self, body: BodyState, camera_km: FloatArray, light: _Light, space: RenderSpace, relief: float, is_coarse: bool
    ) -> None:
        assert self._ground is not None
        height_km = max(self._ground.above_ground_km(camera_km), 1e-3)
        octaves = octaves_seen(space.pixel_rad, height_km)
        defines = (*self._defines(camera_km, light), "HAS_PATCHES")
        if relief < 1.0:
            defines += ("HAS_SOFT_LIMB",)
        if octaves:
            defines += ("HAS_DETAIL",)
        program = self._ground_program(defines)
        program.begin()
        self._set_light(program, defines, camera_km, light, space)
        program.set("u_softness", 1.0 - relief)
        rot_view = space.pose.rot_view_from_icrf @ body.rot_fixed_from_icrf.T
        half = (float(np.arctan(1.0 / space.focal[0])), float(np.arctan(1.0 / space.focal[1])))
        self._ground.prepare(Eye(camera_km, rot_view, half), height_km, is_coarse)
        program.begin()
        self._ground.draw(program, camera_km, rot_view, space, relief, octaves)

    def _ground_program(self, defines: tuple[str, ...]) -> DirectProgram:
        if defines not in self._grounds:
            program = door.make_program("moon_ground.vert", "moon.frag", defines)
            self._grounds[defines] = DirectProgram(program, VERTEX)
            self._bind(self._grounds[defines], defines)
        return self._grounds[defines]

    @property
    def unrehearsed(self) -> list[tuple[str, ...]]:
        """Programs that views near the ground need and that no picture has needed so far, the nearest views' first."""
        if not self._is_loaded:
            return []
        places = ((), ("HAS_SOUTH",)) if self._shadows.south is not None else ((),)
        every = [(*place, "HAS_PATCHES", *kind) for kind in GROUND_KINDS for place in places]
        return [defines for defines in every if defines not in self._grounds]

    def rehearse(self) -> None:
        """Let the driver compile one of those programs, by drawing a triangle that covers nothing."""
        defines = self.unrehearsed[0]
        program = self._ground_program(defines)
        set_state(depth=True, blend=OVER if "HAS_SOFT_LIMB" in defines else None)
        program.begin()
        program.draw_all(gloo.VertexBuffer(np.zeros(3, dtype=VERTEX)), 3, TRIANGLES)

    def _defines(self, camera_km: FloatArray, light: _Light) -> tuple[str, ...]:
        """Return which parts of the shader this picture needs."""
        has_south = self._shadows.south is not None and self._shadows.south_weight(camera_km) > 0.0
        names = ["HAS_SOUTH"] if has_south and camera_km[2] < 0.0 else []
        return tuple(names + ["HAS_ECLIPSE"] * (light.covered is not None))

    def _bind(self, program: DirectProgram, defines: tuple[str, ...]) -> None:
        """Hand a new program what never changes."""
        for uniform, texture in self._cubes.items():
            program.set_texture(uniform, texture)
        program.set_texture("u_horizon", self._shadows.cube)
        program.begin()
        program.set("u_radius_km", RADIUS_MOON_KM)
        program.set("u_depth_scale", DEPTH_SCALE)
        if "HAS_SOUTH" in defines:
            assert self._shadows.south is not None
            program.set_texture("u_south_horizon", self._shadows.south)
        if "HAS_DETAIL" in defines:
            assert self._detail is not None
            program.set_texture("u_detail", self._detail)

    def _set_light(
        self, program: DirectProgram, defines: tuple[str, ...], camera_km: FloatArray, light: _Light, space: RenderSpace
    ) -> None:
        program.set_vector("u_sun_unit", light.dir_sun)
        program.set_vector("u_earth_km", light.earth_km)
        # The Earth as seen from the Moon is full when the Moon is new.
        earth_phase = float(light.dir_sun @ light.earth_km) / length(light.earth_km)
        program.set("u_earthshine", EARTHSHINE_RATIO * 0.5 * (1.0 - earth_phase))
        program.set("u_exposure", exposure(light.dir_sun, camera_km, light.covered or 0.0))
        program.set("u_pixel_rad", space.pixel_rad)
        if "HAS_SOUTH" in defines:
            program.set("u_south", self._shadows.south_edge_km, self._shadows.south_weight(camera_km))


def exposure(dir_sun: FloatArray, camera_km: FloatArray, covered: float) -> float:
    """Return the picture's exposure: longer in the Earth's umbra, and near ground under a low Sun; smooth in all.

    Parameters
    ----------
    dir_sun, camera_km : (3,) Moon-fixed axes, from the Moon's centre
    covered : depth in the Earth's umbra, 0 to 1
    """
    distance = length(camera_km)
    sine = float(dir_sun @ camera_km) / distance
    low = min(max(EXPOSED_FOR_SINE / (0.04 + max(sine, 0.0)), 1.0), LOW_SUN_EXPOSURE)
    t = min(max(math.log(FAR_KM / max(distance - RADIUS_MOON_KM, 1.0)) / math.log(FAR_KM / NEAR_KM), 0.0), 1.0)
    near = t * t * (3.0 - 2.0 * t)
    return EXPOSURE * (1.0 + near * (low - 1.0)) * (1.0 + (ECLIPSE_EXPOSURE - 1.0) * covered)


def covered_by_earth(sun_km: FloatArray, earth_km: FloatArray) -> float | None:
    """Return how deep the Moon is in the Earth's umbra, 0 outside to 1 inside, or None far from the penumbra.

    Parameters
    ----------
    sun_km, earth_km : (3,) from the Moon's centre, any common axes
    """
    to_sun, to_earth = length(sun_km), length(earth_km)
    apart = float(math.atan2(length(cross(sun_km, earth_km)), sun_km @ earth_km))
    sun_rad, earth_rad, moon_rad = RADIUS_SUN_KM / to_sun, EARTH.radius_km / to_earth, RADIUS_MOON_KM / to_earth
    if apart > earth_rad + sun_rad + moon_rad:
        return None
    # 0 while any of the Moon sees all but a sliver hidden, 1 once all of it is in the umbra.
    inside = (earth_rad - sun_rad - apart) / moon_rad
    t = min(max((inside + 0.2) / 1.2, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)
