"""What `bench --data` says of the palette's search and of writing a session down. Command line layer."""

from __future__ import annotations

import time
from typing import Any, Final

QUESTIONS: Final = ("s", "sh", "sha", "shac", "shack", "shackelton", "mare im", "loi", "next ev", "luna-25 impact",
                    "poincare", "landing", "e", "a", "play", "zzzz", "south pole", "bullialdus b")  # fmt: skip


def measure_search() -> dict[str, Any]:
    """Return how long the index takes, the slowest key press of eighteen, and a session written down, ms."""
    from visualizer.missions.catalogue import load_mission, mission_ids
    from visualizer.model.commands import SESSION_COMMANDS
    from visualizer.model.search import Context, SearchIndex
    from visualizer.model.search_entries import body_entries, command_entries, feature_entries, mission_entries
    from visualizer.ui.window_commands import WINDOW_COMMANDS

    missions = [load_mission(mission_id) for mission_id in mission_ids()]
    began = time.perf_counter()
    commands = command_entries((*SESSION_COMMANDS, *WINDOW_COMMANDS))
    index = SearchIndex((*commands, *body_entries(), *mission_entries(missions), *feature_entries()))
    index_ms = 1e3 * (time.perf_counter() - began)
    context = Context((), missions[0].id)
    taken = [_least_ms(lambda question=question: index.search(question, context)) for question in QUESTIONS]
    return {
        "entries": len(index.entries), "index_ms": round(index_ms, 1), "key_ms_worst": round(max(taken), 2),
        "session_ms": round(_session_ms(missions), 2),
    }  # fmt: skip


def _session_ms(missions: list[Any]) -> float:
    from visualizer.model.scene_file import scene_of, scene_text
    from visualizer.model.scene_parts import parts_of
    from visualizer.model.session import Session
    from visualizer.model.session_scene import snapshot_of

    session = Session(missions)
    session.orbit_camera(0.1, 0.1)
    return _least_ms(lambda: scene_text(scene_of(snapshot_of(session), (), **parts_of(session))))


def _least_ms(act: Any) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        act()
        taken.append(1e3 * (time.perf_counter() - began))
    return min(taken)
