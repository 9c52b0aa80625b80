"""Recipe: what flew on alone once a craft had left it: `python -m visualizer.bake.companions MISSION [DOCUMENT]`.

The orbiter of Chandrayaan-2 and the Centaur of LCROSS had flown with the craft until it was left, and nothing is known
of burns after that: the path follows from the state at the separation alone. A document that is not among the assets
yet is named as a second word; its flight must lie there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualizer.bake.manifest import ASSETS, record_flight
from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.constants import MOON_INFLUENCE_KM, RADIUS_MOON_KM
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, SigmaTable, Trajectory
from visualizer.missions.branch_files import write_flight_files
from visualizer.missions.by_facts.members import Member, member_of
from visualizer.missions.by_facts.stretches import FINE, Stretch, fly, step_edges
from visualizer.missions.by_facts.writing import sigma_lines
from visualizer.missions.catalogue import Mission, assemble_mission
from visualizer.missions.document import read_document
from visualizer.missions.measures import distance_on_moon_km, last_place_deg, site

CHANGE_S, ROWS = 600.0, 40
FORCES = "Moon LP165P 30x30, Earth and Sun as points (far from the Moon the Earth with J2, Moon and Sun as points)"


@dataclass(frozen=True)
class Companion:
    """A craft that flies on alone.

    Attributes
    ----------
    trajectory, object_id, name : of its files, its SPICE id, for people
    mass_kg : held, nothing burns
    alone, end : ids of its events
    until_utc : when its path ends, at the latest
    ground : id of the site whose height it falls to, or nothing
    aim : id of the site that its end is compared with, or nothing
    """

    trajectory: str
    object_id: int
    name: str
    mass_kg: float
    alone: str
    end: str
    until_utc: str
    ground: str = ""
    aim: str = ""


COMPANIONS = {
    "chandrayaan-2": Companion(
        "chandrayaan-2-orbiter", -152, "Orbiter of Chandrayaan-2", 2379.0, "orbiter-alone", "orbiter-last",
        "2019-09-07T06:00:00",
    ),
    "lcross": Companion(
        "lcross-centaur", -18001, "Centaur of LCROSS", 2270.0, "centaur-alone", "centaur-down", "2009-10-09T14:00:00",
        "centaur-place", "centaur-place",
    ),
}  # fmt: skip


def flown_alone(mission: Mission, companion: Companion) -> list[Arc]:
    """Return the arcs of the free flight from the separation on."""
    at, end = mission.event("separation").tdb_s, tdb_s_from_utc_text(companion.until_utc)
    place = mission.trajectory.state_km(at, MOON.naif_id)[0]
    arcs: list[Arc] = []
    source = mission.trajectory
    if float(np.linalg.norm(place)) > MOON_INFLUENCE_KM:
        change = _influence_tdb_s(mission, at)
        far = Stretch(f"{companion.name} from the separation on", at, change, EARTH.naif_id, 1e5)
        arcs = [*_flown(far, _state(source, at, EARTH.naif_id, companion.mass_kg)).arcs]
        at, source = change, Trajectory(mission.name, tuple(arcs))
    ground = RADIUS_MOON_KM + 1e-3 * site(mission, companion.ground).height_m if companion.ground else None
    near = Stretch(f"{companion.name} alone", at, end, MOON.naif_id, 0.0, impact_radius_km=ground)
    return [*arcs, *_flown(near, _state(source, at, MOON.naif_id, companion.mass_kg)).arcs]


def _influence_tdb_s(mission: Mission, at: float) -> float:
    """Return about when the craft that left it comes into the influence of the Moon."""
    epochs = np.arange(at, mission.trajectory.span_tdb_s[1], CHANGE_S)
    away = np.linalg.norm(mission.trajectory.state_km(epochs, MOON.naif_id)[0], axis=1)
    return float(epochs[np.argmax(away < MOON_INFLUENCE_KM)])


def _state(trajectory: Trajectory, tdb_s: float, centre_id: int, mass_kg: float) -> FloatArray:
    position, velocity = trajectory.state_km(tdb_s, centre_id)
    return np.concatenate([position, velocity, [mass_kg]])


def _flown(stretch: Stretch, state: FloatArray) -> Member:
    legs = fly(stretch, state[None], np.empty((1, 0)), step_edges(stretch, state, FINE), FINE)
    return member_of(stretch, legs, 0)


def bake(mission_id: str, document: Path) -> None:
    """Write one companion's files and their lines in the manifest."""
    folder = ASSETS / "trajectories"
    record_flight(
        flown_files(mission_id, document, folder, folder),
        recipe=recipe_of(mission_id),
        sources=[f"assets/missions/{mission_id}.toml and assets/trajectories/{mission_id}.bsp"],
        note="reconstructed from published facts",
    )


def recipe_of(mission_id: str) -> str:
    """Return the command that makes a companion's files."""
    return f"python -m visualizer.bake.companions {mission_id}"


def flown_files(mission_id: str, document: Path, flights: Path, folder: Path) -> tuple[Path, ...]:
    """Fly a companion on from the flight in the folder `flights`, write it into a folder and return the files."""
    companion = COMPANIONS[mission_id]
    # The branch itself is not there yet.
    alone = read_document(document).model_copy(update={"branches": ()})
    mission = assemble_mission(alone, flights / f"{mission_id}.bsp", flights / f"{mission_id}.toml")
    arcs = tuple(flown_alone(mission, companion))
    first, last = arcs[0].start_tdb_s, arcs[-1].end_tdb_s
    paths = write_flight_files(
        folder, companion.trajectory, companion.object_id, Trajectory(companion.name, arcs),
        recipe=recipe_of(mission_id),
        comments=(
            f"{companion.name} after the separation, in free flight.",
            "Its state at the separation is that of the whole craft, which is reconstructed from published facts.",
        ),
        event_tdb_s={companion.alone: first, companion.end: last},
        found=_found(mission, companion, arcs),
        forces={arc.name: FORCES for arc in arcs},
    )  # fmt: skip
    with paths[1].open("a", encoding="utf-8", newline="\n") as table:
        table.write("\n".join(["", *sigma_lines(_sigma(mission, first, last)), ""]))
    return paths


def _sigma(mission: Mission, first: float, last: float) -> SigmaTable:
    """Return the largest uncertainty since the separation of the craft that left it: facts of its end say no more."""
    rows = mission.trajectory.sigma
    assert rows is not None
    epochs = np.linspace(first, last, ROWS)
    known = np.array([rows.at(min(tdb_s, mission.trajectory.span_tdb_s[1])) for tdb_s in epochs])
    return SigmaTable(epochs, np.maximum.accumulate(known, axis=0))


def _found(mission: Mission, companion: Companion, arcs: tuple[Arc, ...]) -> dict[str, object] | None:
    """Return where the companion ended, and how far from where it should."""
    if not companion.aim:
        return None
    alone = Mission(mission.id, "", mission.document, Trajectory(companion.name, arcs), (), (), (), ())
    lat_deg, lon_deg, _ = last_place_deg(alone)
    aim = site(mission, companion.aim)
    return {
        "impact_latitude_deg": round(lat_deg, 3),
        "impact_longitude_deg": round(lon_deg, 3),
        "impact_from_place_km": round(distance_on_moon_km((lat_deg, lon_deg), (aim.lat_deg, aim.lon_deg)), 1),
    }


def main() -> None:
    """Bake the companion of the mission that is named."""
    mission_id = sys.argv[1]
    bake(mission_id, Path(sys.argv[2]) if len(sys.argv) > 2 else ASSETS / "missions" / f"{mission_id}.toml")


if __name__ == "__main__":
    main()
