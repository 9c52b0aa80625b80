"""What a frame adds to bodies and paths when the user asks for it: lines, veils and the labels that go with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from visualizer.core.arrays import FloatArray, norm, rotate
from visualizer.core.bodies import EARTH, MOON, body_of_id
from visualizer.core.sky import Sky
from visualizer.missions.catalogue import Mission
from visualizer.model.aligned import Placed
from visualizer.model.camera import CameraPose
from visualizer.model.globe_lines import LIFT_KM, coasts, graticule, graticule_labels, terminator_km
from visualizer.model.ground_track import (
    VIEW_ANGLE_RAD,
    body_below,
    ground_track_km,
    revolution_s,
    track_epochs,
    view_cone_km,
)
from visualizer.model.near_path import whole_around
from visualizer.model.shadow_cones import shadow_veil
from visualizer.model.shapes import IndexArray, LineState, VeilState
from visualizer.model.uncertainty import is_within_sigma, member_lines, shown_epochs, sigma_body, sigma_tube
from visualizer.resources import load_arrays

if TYPE_CHECKING:
    from visualizer.model.frame_state import Options

# As far as the sky is drawn: far beyond every body, near enough for one picture's depth.
SKY_KM: Final = 5e8


@dataclass(frozen=True, slots=True)
class Note:
    """Words at a place (km, relative to the Earth, ICRF), `kind` 'graticule', 'constellation' or 'note'.

    `surface_normal` is outwards from the ground that they stand on, None in the open.
    """

    text: str
    pos_km: FloatArray
    kind: str
    surface_normal: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Overlays:
    """Everything that was asked for."""

    lines: tuple[LineState, ...] = ()
    veils: tuple[VeilState, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What overlays are built from: bodies, the camera, the flying missions with their numbers and places.

    `is_turning`: paths are drawn in axes that turn with the Moon, so what lies along a path in space does not fit them.
    """

    sky: Sky
    pose: CameraPose
    flying: tuple[tuple[int, Mission, Placed], ...]
    tdb_s: float
    is_turning: bool = False

    def globe(self, body_id: int) -> tuple[FloatArray, FloatArray]:
        """Return a globe's place relative to the Earth and its body-fixed axes."""
        if body_id == EARTH.naif_id:
            return np.zeros(3), self.sky.rot_itrs_from_icrf
        return self.sky.moon_pos_km, self.sky.rot_me_from_icrf


def build_overlays(options: Options, scene: Scene) -> Overlays:
    """Build what the options ask for."""
    lines: list[LineState] = []
    veils: list[VeilState] = []
    notes: list[Note] = []
    if options.has_constellations:
        lines.append(_constellation_lines(scene.pose))
        notes += _constellation_names(scene.pose)
    if options.has_coast:
        lines.append(_on_globe("coast", "coast", EARTH.naif_id, scene, *coasts()))
    for body_id in (EARTH.naif_id, MOON.naif_id):
        if options.has_graticule:
            lines.append(_on_globe(f"graticule/{body_id}", "graticule", body_id, scene, *graticule(body_id)))
            notes += _graticule_notes(body_id, scene)
        if options.has_terminator:
            lines.append(_terminator(body_id, scene))
        if options.has_shadow_cones:
            veils += _shadows(body_id, scene)
    for index, mission, place in scene.flying:
        if options.has_ground_track:
            lines += _ground_track(index, mission, place, scene)
        if options.has_view_cone:
            _add_view_cone(index, mission, place, scene, lines, veils, notes)
        if options.has_uncertainty:
            _add_uncertainty(index, mission, place, scene, lines, veils)
    return Overlays(tuple(lines), tuple(veils), tuple(notes))


def _on_globe(
    name: str, role: str, body_id: int, scene: Scene, points: FloatArray, starts: IndexArray, index: int = -1
) -> LineState:
    place, rot = scene.globe(body_id)
    return LineState(name, role, place, rot, points, starts, is_on_ground=True, mission_index=index)


@cache
def _figures() -> dict[str, FloatArray]:
    data = load_arrays("stars/constellations.npz")
    data["dir_icrf_unit"] = data["dir_icrf_unit"].astype(np.float64) * SKY_KM
    return data


def _constellation_lines(pose: CameraPose) -> LineState:
    data = _figures()
    starts = data["starts"].astype(np.intp)
    place = pose.pos_wrt_earth_icrf_km
    return LineState("constellations", "constellation", place, np.eye(3), data["dir_icrf_unit"], starts)


def _constellation_names(pose: CameraPose) -> list[Note]:
    data = _figures()
    places = data["name_dir_icrf_unit"].astype(np.float64) * SKY_KM + pose.pos_wrt_earth_icrf_km
    return [Note(str(name), place, "constellation") for name, place in zip(data["name"], places, strict=True)]


def _graticule_notes(body_id: int, scene: Scene) -> list[Note]:
    centre, rot = scene.globe(body_id)
    camera = rot @ (scene.pose.pos_wrt_earth_icrf_km - centre)
    return [
        Note(words, centre + place @ rot, "graticule", place @ rot)
        for words, place in graticule_labels(body_id, camera)
    ]


def _terminator(body_id: int, scene: Scene) -> LineState:
    centre, rot = scene.globe(body_id)
    sun = rot @ (scene.sky.sun_pos_km - centre)
    points = terminator_km(body_id, sun / np.linalg.norm(sun))
    return _on_globe(f"terminator/{body_id}", "terminator", body_id, scene, points, np.zeros(1, dtype=np.intp))


def _shadows(body_id: int, scene: Scene) -> list[VeilState]:
    body, place = body_of_id(body_id), scene.globe(body_id)[0]
    return [shadow_veil(body.name, place, body.radius_km, scene.sky.sun_pos_km, sign) for sign in (-1.0, 1.0)]


def _ground_track(index: int, mission: Mission, place: Placed, scene: Scene) -> list[LineState]:
    body_id = _body_below(place)
    period = revolution_s(mission.trajectory, place.tdb_s, body_id)
    found = []
    epochs = track_epochs(place.tdb_s, whole_around(mission, place.tdb_s), period)
    for role, times in zip(("track-past", "track-coming"), epochs, strict=True):
        if times[-1] > times[0]:
            points = ground_track_km(mission.trajectory, body_id, times)
            starts = np.zeros(1, dtype=np.intp)
            found.append(_on_globe(f"{role}/{mission.id}", role, body_id, scene, points, starts, index))
    return found


def _body_below(place: Placed) -> int:
    return body_below(place.own.pos_earth_km, bool(place.own.is_about_moon))


def _add_view_cone(
    index: int, mission: Mission, place: Placed, scene: Scene,
    lines: list[LineState], veils: list[VeilState], notes: list[Note],
) -> None:  # fmt: skip
    body = body_of_id(_body_below(place))
    centre = scene.globe(body.naif_id)[0]
    craft = place.drawn.pos_earth_km - centre
    if float(norm(craft)) <= body.radius_km * 1.0001:
        return
    # The footprint stands a little above the sphere, so that the relief does not swallow it.
    ring = view_cone_km(craft, body.radius_km) * (1.0 + LIFT_KM[body.naif_id] / body.radius_km)
    spokes = [np.stack([craft, ring[i]]) for i in range(0, len(ring) - 1, (len(ring) - 1) // 4)]
    points = np.concatenate([ring, *spokes])
    starts = np.cumsum([0, len(ring), 2, 2, 2]).astype(np.intp)
    lines.append(LineState(f"view/{mission.id}", "view", centre, np.eye(3), points, starts, mission_index=index))
    cone = np.stack([np.broadcast_to(craft, ring.shape), ring])
    axis = craft / np.linalg.norm(craft)
    outward = ring - np.outer(ring @ axis, axis)
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
    veils.append(VeilState(f"view/{mission.id}", "view", centre, cone, np.stack([outward, outward]), index))
    words = f"View {np.rad2deg(VIEW_ANGLE_RAD):.0f}°, assumed"
    notes.append(Note(words, centre + ring[0], "note", ring[0]))


def _add_uncertainty(
    index: int, mission: Mission, place: Placed, scene: Scene, lines: list[LineState], veils: list[VeilState]
) -> None:
    body_id = _body_below(place)
    # What is known about a flight of another time is put where that is drawn, turned as it is.
    rot, is_about_moon = place.rot_scene_from_own, body_id == MOON.naif_id
    from_body = place.own.pos_moon_km if is_about_moon else place.own.pos_earth_km
    centre = place.drawn.pos_earth_km - rot @ from_body if place.is_moved else scene.globe(body_id)[0]
    flown, now = mission.trajectory, place.tdb_s
    to_camera = rot.T @ (scene.pose.pos_wrt_earth_icrf_km - place.drawn.pos_earth_km)
    if is_within_sigma(flown, now, body_id, to_camera):
        # The picture says so in its corner.
        return
    shells = [sigma_body(mission.id, flown, now, body_id, centre, index)]
    if not scene.is_turning:
        epochs = shown_epochs(flown, now, whole_around(mission, now), body_id)
        shells.append(sigma_tube(mission.id, flown, epochs, body_id, centre, index))
        members = member_lines(mission.id, flown, epochs, body_id, centre, index)
        lines += [replace(members, rot_line_from_icrf=rot.T)] if members is not None else []
    for shell in shells:
        if shell is not None and place.is_moved:
            turned = (rotate(rot, shell.points_km), rotate(rot, shell.normals))
            veils.append(replace(shell, points_km=turned[0], normals=turned[1]))
        elif shell is not None:
            veils.append(shell)
