"""What the picture says of itself: the clock, the craft, how it is known, what is simplified."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from visualizer.core.arrays import FloatArray, length
from visualizer.core.bodies import EARTH
from visualizer.model.frame_state import FrameState
from visualizer.model.telemetry import Telemetry
from visualizer.model.time_entry import elapsed_text
from visualizer.resources import is_overridden
from visualizer.scene.render_space import RenderSpace
from visualizer.scene.visuals.overlay import GlyphAtlas, TextRun

PixelBox = tuple[float, float, float, float]
WHITE = (0.95, 0.96, 0.98, 1.0)
GREY = (0.72, 0.77, 0.84, 0.95)
AMBER = (1.0, 0.84, 0.42, 1.0)
GREEN = (0.74, 1.0, 0.68, 1.0)
QUIET = (0.70, 0.74, 0.80, 0.95)
# Below these heights the ground counts: what is drawn there, and whether it is night.
LOW_KM = 10.0
NIGHT_BELOW_KM = 300.0
BESIDE_KM = 0.3
RELIEF_NOTE = "Moon: made from catalogued features, not photographs"
MEASURED_NOTE = "Moon: measured by LRO (NASA), fine detail made"
TURNING_NOTE = "Paths in the frame that turns with the Moon"
EARTHSHINE_NOTE = "Earthshine brightened"
INSIDE_NOTE = "Uncertainty all around: seen from farther off"
NIGHT_NOTE = "Night on the ground here"
SCHEMATIC_NOTE = "Craft: schematic, no likeness"
SHAPE_NOTE = "Craft: own model after published pictures"
EARTH_NOTE = "Earth: Blue Marble, cloudless"
CLOUDS_NOTE = "Earth: Blue Marble; clouds made, the weather of no day"


def distance_text(km: float) -> str:
    """Write a distance with as many digits as make sense."""
    if abs(km) < 1.0:
        return f"{km * 1000:.0f} m"
    return f"{km:.1f} km" if abs(km) < 1000.0 else f"{km:,.0f} km"


def sigma_text(telemetry: Telemetry) -> str:
    """Say how uncertain the place is: the largest of the three sigmas."""
    finite = [s for s in telemetry.sigma_km if math.isfinite(s)]
    if not finite:
        return telemetry.provenance
    return f"{telemetry.provenance}, ± {distance_text(max(finite))}"


def hud_lines(
    state: FrameState, *, has_clock: bool = True, is_short: bool = False
) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the texts in the upper left corner, top down.

    Parameters
    ----------
    has_clock : whether the time is told
    is_short : whether of the craft only its height and speed are told
    """
    lines = [(f"{state.utc_text} UTC", WHITE)] if has_clock else []
    if has_clock and state.alignment is not None:
        lines.append((state.alignment.clock_text, WHITE))
    craft = _telemetry_lines(state)
    craft = [line for line in craft if line[1] == AMBER] if is_short else craft
    return [*lines, *craft, *((words, GREEN) for words in state.said)]


def _telemetry_lines(state: FrameState) -> list[tuple[str, tuple[float, float, float, float]]]:
    lines: list[tuple[str, tuple[float, float, float, float]]] = []
    telemetry = state.telemetry
    if telemetry is None:
        return lines
    lines.append((f"{elapsed_text(telemetry.met_s)}   {telemetry.phase}".rstrip(), GREY))
    craft = state.crafts[0].name if state.crafts else ""
    moves = f"{_height_text(telemetry)}, {telemetry.speed_km_s:.3f} km/s"
    lines.append((f"{craft}: {'on the ground' if telemetry.is_on_ground else moves}", AMBER))
    lines.append((f"Position {sigma_text(telemetry)}", GREY))
    return lines


def _height_text(telemetry: Telemetry) -> str:
    """Return how high a craft is: over the sphere, or near the ground over what is drawn there."""
    ground_km = telemetry.relief_altitude_km if abs(telemetry.altitude_km) < LOW_KM else None
    if ground_km is not None:
        return f"{distance_text(max(ground_km, 0.0))} above the drawn ground"
    side = "above" if telemetry.altitude_km >= 0.0 else "below the mean sphere of"
    return f"{distance_text(abs(telemetry.altitude_km))} {side} the {telemetry.body}"


def notes(state: FrameState, space: RenderSpace) -> list[str]:
    """Return quiet remarks on what is simplified in this very picture."""
    found = state.alignment.notes() if state.alignment is not None else _turning_note(state)
    moon_note = MEASURED_NOTE if is_overridden("moon/") else RELIEF_NOTE
    for naif_id, note in ((301, moon_note), (399, CLOUDS_NOTE if state.options.has_clouds else EARTH_NOTE)):
        body = state.body(naif_id)
        offset = space.offset_km(body.pos_km)
        distance = length(offset)
        radius_rad = math.asin(min(body.body.radius_km / distance, 1.0))
        away = math.acos(min(max(float(-space.pose.rot_view_from_icrf[2] @ offset) / distance, -1.0), 1.0))
        if radius_rad / space.pixel_rad > 60.0 and away < space.half_diagonal_rad + radius_rad:
            found.append(note)
            found += [EARTHSHINE_NOTE] if naif_id == 301 and _sees_night(state, offset) else []
    return found + _uncertainty_note(state) + place_notes(state, space)


def _sees_night(state: FrameState, moon_offset_km: FloatArray) -> bool:
    """Tell whether any of the Moon's night is on the camera's side of the Moon's limb."""
    moon = state.body(301)
    to_sun, away = state.body(10).pos_km - moon.pos_km, length(moon_offset_km)
    cosine = -float(moon_offset_km @ to_sun) / (length(to_sun) * away)
    to_limb = math.acos(min(moon.body.radius_km / away, 1.0))
    return math.acos(min(max(cosine, -1.0), 1.0)) + to_limb > 0.5 * math.pi


def _uncertainty_note(state: FrameState) -> list[str]:
    """Say why a tube that is asked for and known is not drawn: the camera is in it."""
    if not state.options.has_uncertainty or any(veil.role == "sigma" for veil in state.veils):
        return []
    is_known = any(np.all(np.isfinite(one.sigma_km)) for one in state.telemetries)
    return [INSIDE_NOTE] if is_known else []


def _turning_note(state: FrameState) -> list[str]:
    # Paths about the Moon turn with its ground where they meet it.
    is_turning = any(
        trail.rot_line_from_icrf is not None and trail.line.anchor_id == EARTH.naif_id for trail in state.trails
    )
    return [TURNING_NOTE] if is_turning else []


def place_notes(state: FrameState, space: RenderSpace) -> list[str]:
    """Return remarks on where the camera is: over the Moon's night, beside a craft that is not drawn whole."""
    moon, found = state.body(301), []
    offset = space.offset_km(moon.pos_km)
    height_km = length(offset) - moon.body.radius_km
    if height_km < NIGHT_BELOW_KM and float(-offset @ (state.body(10).pos_km - moon.pos_km)) < 0.0:
        found.append(NIGHT_NOTE)
    for craft in state.crafts:
        if length(space.offset_km(craft.pos_km)) < BESIDE_KM:
            found.append(SCHEMATIC_NOTE if craft.is_schematic else SHAPE_NOTE)
            found += [f"Attitude by rule, not published: {craft.attitude}"] if craft.attitude else []
            found += [craft.note] if craft.note else []
    return found


def size_notes(factors: Mapping[str, float]) -> list[str]:
    """Say of every enlarged craft by how much."""
    return [f"{name} drawn {rounded(factor):,} x" for name, factor in factors.items()]


def rounded(factor: float) -> int:
    """Return a factor to two digits."""
    step = 10 ** max(0, int(np.log10(max(factor, 1.0))) - 1)
    return round(factor / step) * step


def hud_runs(
    state: FrameState,
    space: RenderSpace,
    atlas: GlyphAtlas,
    factors: Mapping[str, float] | None = None,
    covered: Sequence[PixelBox] = (),
) -> list[TextRun]:
    """Lay the clock out in the upper left corner and the remarks in the lower right one.

    Parameters
    ----------
    factors : by how much craft are enlarged, by name; none where they have their true size
    covered : boxes (left, bottom, right, top) under which small pictures lie; remarks keep clear of them
    """  # fmt: skip
    margin = 14.0 * space.ui_scale
    room_px = space.size_px[0] - 2.0 * margin
    y = space.size_px[1] - margin
    runs = []
    for text, colour in hud_lines(state):
        for line in folded(text, room_px, atlas):
            y -= atlas.line_px * 1.25
            runs.append(TextRun(line, margin, y, colour))
    highest, step = y - atlas.line_px, atlas.line_px * 1.15
    y = margin * 0.7
    for text in size_notes(factors or {}) + notes(state, space):
        lines, right_px = _beside(text, y, space.size_px[0] - margin, margin, atlas, covered)
        if y + len(lines) * step > highest:
            break
        for line in reversed(lines):
            runs.append(TextRun(line, right_px - atlas.width_px(line), y, QUIET))
            y += step
    return runs


def _beside(
    text: str, y_px: float, right_px: float, margin_px: float, atlas: GlyphAtlas, covered: Sequence[PixelBox]
) -> tuple[list[str], float]:
    """Return the lines of a remark that stands left of what lies over the picture, and where they end."""
    lines = folded(text, right_px - margin_px, atlas)
    # More lines reach higher, where more may lie in their way.
    for _ in range(len(covered) + 1):
        top_px = y_px + 1.15 * len(lines) * atlas.line_px
        over = [box[0] - margin_px for box in covered if box[1] < top_px and y_px < box[3] and box[2] > 0.0]
        # What lies at the left leaves the right edge free.
        left_px = right_px - max(atlas.width_px(line) for line in lines)
        if not [box for box in covered if box[1] < top_px and y_px < box[3] and left_px < box[2] and box[0] < right_px]:
            break
        right_px = min(over)
        lines = folded(text, max(right_px - margin_px, 1.0), atlas)
    return lines, right_px


def folded(text: str, room_px: float, atlas: GlyphAtlas) -> list[str]:
    """Return a text in as many lines as it needs, cut between words; a word that is wider stays whole."""
    if atlas.width_px(text) <= room_px:
        return [text]
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and atlas.width_px(longer) <= room_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
