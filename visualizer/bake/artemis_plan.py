"""Fly the example of a landing from a halo orbit: `python -m visualizer.bake.artemis_plan [document]`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from visualizer.bake.manifest import ASSETS, record_document, record_flight
from visualizer.missions.branch_files import write_flight_files
from visualizer.missions.document import read_document
from visualizer.missions.halo.lander import Ship
from visualizer.missions.halo.plan import Landing, plan_landing
from visualizer.missions.powered import Ground

RECIPE = "python -m visualizer.bake.artemis_plan"
IDS = {"artemis-iii-iv": -900428, "artemis-iii-iv-orion": -900429}
COMMENTS = (
    "An example of what is planned for Artemis IV, 2028: nothing of it has been flown, and no epoch is published.",
    "Halo orbit: 9:2 near-rectilinear about L2, Earth, Sun and Jupiter as points, Moon to degree 4, closed by Newton.",
    "The lander, its masses and its engine are assumed; the landing site is one of nine candidate regions.",
    "SPICE ids are made up.",
)
FAR = "Moon LP165P 4x4, Earth, Sun and Jupiter as points"
LOW = "Moon LP165P 20x20, Earth and Sun as points"


def main() -> None:
    """Write the lander's and the capsule's flight, and their lines in the manifest; then the document's."""
    target = ASSETS / "missions" / "artemis-iii-iv.toml"
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else target
    files = flown_files(source, ASSETS / "trajectories")
    record_flight(files, recipe=RECIPE, sources=["assets/missions/artemis-iii-iv.toml"], note="planned, an example")
    if source != target:
        target.write_bytes(source.read_bytes())
    record_document("artemis-iii-iv")


def flown_files(source: Path, folder: Path) -> tuple[Path, ...]:
    """Fly the example of a document, write the lander's and the capsule's flight into a folder, return the files."""
    document = read_document(source)
    site, engine = document.site("mons-mouton"), document.engine("lander")
    landing = plan_landing(
        Ground(site.lat_deg, site.lon_deg, site.height_m),
        Ship(engine.thrust_n, engine.specific_impulse_s),
        document.spacecraft.launch_mass_kg,
    )
    flights = {"artemis-iii-iv": landing.lander, "artemis-iii-iv-orion": landing.waiting}
    files: tuple[Path, ...] = ()
    for trajectory_id, trajectory in flights.items():
        is_main = trajectory is landing.lander
        files += write_flight_files(
            folder,
            trajectory_id,
            IDS[trajectory_id],
            trajectory,
            recipe=RECIPE,
            comments=COMMENTS,
            event_tdb_s=landing.event_tdb_s if is_main else {},
            found=found(landing) if is_main else None,
            forces={arc.name: LOW if is_low(arc.name) else FAR for arc in trajectory.arcs if is_free(arc.name)},
        )
    return files


def is_low(arc_name: str) -> bool:
    """Tell whether an arc was flown in the fine field of low orbit."""
    return arc_name.startswith(("low orbit", "descent orbit"))


def is_free(arc_name: str) -> bool:
    """Tell whether an arc was flown through forces, not drawn through gates."""
    drawn = ("powered descent", "vertical", "soft landing", "on the Moon", "ascent")
    return not arc_name.startswith(drawn)


def found(landing: Landing) -> dict[str, object]:
    """Return what the recipe found, rounded for reading."""
    down, up = landing.down.thrust, landing.up.thrust
    return {
        "perilune_radii_km": [round(r, 1) for r in landing.perilunes_km],
        "apolune_radii_km": [round(r, 1) for r in landing.apolunes_km],
        "descent_aside_km": round(landing.aside_km, 2),
        "descent_delta_v_m_s": round(down.delta_v_m_s, 1),
        "descent_thrust_most_n": round(float(np.max(down.thrust_n))),
        "mass_at_touchdown_kg": round(float(down.mass_kg[-1])),
        "ascent_delta_v_m_s": round(up.delta_v_m_s, 1),
        "ascent_thrust_most_n": round(float(np.max(up.thrust_n))),
        "mass_at_lift_off_kg": round(float(up.mass_kg[0])),
    }


if __name__ == "__main__":
    main()
