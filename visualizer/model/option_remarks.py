"""Why something that was just switched on is not seen: a line for the user, or nothing."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import numpy as np

from visualizer.core.bodies import EARTH, MOON
from visualizer.core.sky import sky_at
from visualizer.model.features import NAMES_WITHIN_KM
from visualizer.model.frame_state import Options
from visualizer.model.session import Session

OF_CRAFT: Final = {
    "has_ground_track": "the ground track", "has_view_cone": "the field of view", "has_uncertainty": "the uncertainty",
    "has_large_craft": "larger craft",
}  # fmt: skip
OF_EARTH: Final = {"has_coast": "coasts", "has_clouds": "clouds"}
EARTH_WITHIN_KM: Final = 150_000.0


def switched_on(before: Options, now: Options) -> list[str]:
    """Return the names of the options that are on now and were not."""
    return [f.name for f in fields(Options) if getattr(now, f.name) and not getattr(before, f.name)]


def why_unseen(session: Session, name: str) -> str:
    """Return why an option that is on shows nothing now, or an empty text."""
    if name == "has_features":
        return _why_no_names(session)
    if name == "has_labels" or not session.shown_ids:
        return ""
    if name in OF_CRAFT and not _flies(session):
        return f"On, but {OF_CRAFT[name]} cannot be seen: no mission that is drawn flies at this time"
    if name in OF_EARTH and _away_km(session, EARTH.naif_id) > EARTH_WITHIN_KM:
        return f"On, but {OF_EARTH[name]} are on the Earth, which is far from here: key 2 goes there"
    return ""


def _why_no_names(session: Session) -> str:
    if not session.options.has_labels:
        return "Feature names are on, but all names are switched off: key T shows them"
    if _away_km(session, MOON.naif_id) > NAMES_WITHIN_KM:
        return f"Feature names are on: they show within {NAMES_WITHIN_KM:,.0f} km of the Moon (key 3 goes there)"
    return ""


def _flies(session: Session) -> bool:
    for mission_id in session.shown_ids:
        earlier = session.lineup.offset_s(mission_id)
        first, last = session.missions[mission_id].trajectory.span_tdb_s
        if earlier is not None and first <= session.clock.epoch_tdb_s + earlier <= last:
            return True
    return False


def _away_km(session: Session, body_id: int) -> float:
    """Return how far the camera was from a body in the last picture; 0 before the first one."""
    pose = session.shown().last_pose
    if pose is None:
        return 0.0
    return float(np.linalg.norm(pose.pos_wrt_earth_icrf_km - sky_at(session.clock.epoch_tdb_s).body_pos_km(body_id)))
