"""The story of one shot that a mission's flight between two times is."""

from __future__ import annotations

from visualizer.missions.alignment import CALENDAR
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import Options
from visualizer.model.option_names import differing_names
from visualizer.model.story import Shot, Story
from visualizer.model.story_frames import key_of_camera


def flight_story(
    title: str,
    missions: tuple[str, ...],
    span: tuple[str, str],
    seconds: float,
    camera: CameraState | str,
    options: Options,
    align: str = CALENDAR,
) -> Story:
    """Return a story of one shot.

    Parameters
    ----------
    title : of the film
    missions : ids, the active one first
    span : times in any form that `model.time_entry` reads
    seconds : of film
    camera : a camera, or the id of a named view
    options : what is switched on
    align : how missions are laid side by side, of `missions.alignment.ANCHORS`
    """
    shown, hidden = differing_names(options)
    seen = {"view": camera} if isinstance(camera, str) else {"camera": (key_of_camera(camera),)}
    words = {"seconds": seconds, "missions": missions, "from": span[0], "to": span[1], "show": shown, "hide": hidden}
    words |= {"align": align}
    return Story(title=title, shots=(Shot.model_validate(words | seen),))
