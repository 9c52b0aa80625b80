"""Fly what was planned and not flown: `python -m visualizer.bake.branches`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visualizer.bake.manifest import ASSETS, record_flight
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.branch_files import write_flight_files
from visualizer.missions.branches import PlannedLanding, planned_luna_25
from visualizer.missions.catalogue import load_mission

RECIPE = "python -m visualizer.bake.branches"
OBJECT_ID = -157601
COMMENTS = (
    "Luna-25 as it was planned from the burn of 19 August 2023 on; it was not flown.",
    "The solved burn, cut off after its planned 84 s, then free flight through the Moon's field to degree 30.",
    "The gates of the descent are from memory; the revolution and with it the minute of the landing are assumed.",
    "SPICE id -157601: none was assigned.",
)


def main() -> None:
    """Write the planned branch of Luna-25 and its lines in the manifest."""
    sources = ["assets/missions/luna-25.toml and assets/trajectories/luna-25.bsp"]
    record_flight(flown_files(ASSETS / "trajectories"), recipe=RECIPE, sources=sources, note="planned, never flown")


def flown_files(folder: Path) -> tuple[Path, ...]:
    """Fly the planned branch of Luna-25, write it into a folder and return the files."""
    plan = planned_luna_25(load_mission("luna-25"))
    field = "Moon LP165P 30x30, Earth and Sun as points"
    return write_flight_files(
        folder,
        "luna-25-planned",
        OBJECT_ID,
        plan.trajectory,
        recipe=RECIPE,
        comments=COMMENTS,
        event_tdb_s=plan.event_tdb_s,
        burns=(plan.burn,),
        found=found(plan),
        forces={"planned burn of 84 s": f"{field}, constant thrust", "orbit before landing": field},
    )


def found(plan: PlannedLanding) -> dict[str, object]:
    """Return what the recipe found, rounded for reading."""
    braking, vertical = plan.event_tdb_s["braking"], plan.event_tdb_s["vertical"]
    is_braking = plan.thrust.tdb_s < vertical
    return {
        "passage_utc": utc_text_from_tdb_s(plan.passage_tdb_s, 0),
        "passage_aside_km": round(plan.aside_km, 1),
        "braking_s": round(vertical - braking, 1),
        "braking_thrust_least_n": round(float(np.min(plan.thrust.thrust_n[is_braking]))),
        "braking_thrust_most_n": round(float(np.max(plan.thrust.thrust_n[is_braking]))),
        "descent_delta_v_m_s": round(plan.thrust.delta_v_m_s, 1),
        "mass_at_touchdown_kg": round(float(plan.thrust.mass_kg[-1]), 1),
    }


if __name__ == "__main__":
    main()
