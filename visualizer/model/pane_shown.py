"""What one pane shows: a view, a camera, and missions where it has its own. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.model.camera import CameraPose, CameraState

# The active one, and those shown.
Missions = tuple[str, tuple[str, ...]]


@dataclass(slots=True)
class Shown:
    """What a pane shows.

    Attributes
    ----------
    view_id, camera : the named view last chosen, and the camera
    missions : active one and shown ones where the pane has missions of its own, else None
    flight_from, flight_wall_s : a flight between views: the pose it left, for how long it has lasted
    last_pose : of the last frame
    """

    view_id: str
    camera: CameraState
    missions: Missions | None = None
    flight_from: CameraPose | None = None
    flight_wall_s: float = 0.0
    last_pose: CameraPose | None = None


def is_bound(camera: CameraState, mission_id: str) -> bool:
    """Tell whether a camera looks at a mission's craft or at one of its sites."""
    kind, _, name = camera.focus.partition(":")
    owner_id = name.rpartition("/")[0] if kind == "site" else name
    return kind in ("craft", "site") and owner_id == mission_id
