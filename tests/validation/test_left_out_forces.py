"""What reconstructed flights leave out by rule (Jupiter, Venus, sunlight) is small beside how well they are known.

`python tests/validation/test_left_out_forces.py` prints for each coast what planets and sunlight change, and sigma.
"""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.core.bodies import EARTH, JUPITER, MOON, SUN, VENUS
from visualizer.core.forces import Force, Gravity
from visualizer.core.propagation import even_fractions, propagate
from visualizer.core.trajectory import Provenance
from visualizer.missions.catalogue import load_mission

# Cross-section over mass, with reflection: that of KPLO with its panels spread, the most of all of them.
SUN_M2_KG = 0.02
STEP_S = {EARTH.naif_id: 1800.0, MOON.naif_id: 240.0}
# Of the largest sigma along an arc: where an arc's end is held by facts, its beginning gives way.
MOST = 0.1
RECONSTRUCTED = ("luna-25", "artemis-1", "im-1", "im-2", "slim", "chandrayaan-2", "lcross", "luna-24")


def ends_km(arc, bodies, sun_m2_kg):
    """Return the ends, (b, 3) km about the arc's centre, of a coast flown with some bodies as points and sunlight."""
    state = np.concatenate([arc.position_km[0], arc.velocity_km_s[0], [1.0]])
    other = MOON if arc.centre_id == EARTH.naif_id else EARTH
    gravity = Gravity(arc.centre_id, (other.naif_id, SUN.naif_id, *bodies), 2 if other is EARTH else 0)
    steps = even_fractions(max(8, round((arc.end_tdb_s - arc.start_tdb_s) / STEP_S[arc.centre_id])))
    force = Force(gravity, None, np.array(sun_m2_kg))
    return propagate(force, arc.start_tdb_s, arc.end_tdb_s, steps, np.tile(state, (len(sun_m2_kg), 1))).last[:, :3]


def moved_km(arc):
    """Return by how much the planets, and sunlight, move the end of a coast."""
    bare, lit = ends_km(arc, (), [0.0, SUN_M2_KG])
    (planets,) = ends_km(arc, (JUPITER.naif_id, VENUS.naif_id), [0.0])
    return np.linalg.norm(planets - bare), np.linalg.norm(lit - bare)


def coasts_of(trajectory):
    return [arc for arc in trajectory.arcs if arc.kind == "coast" and arc.provenance is Provenance.RECONSTRUCTED]


def largest_sigma_km(trajectory, arc):
    """Return the largest uncertainty along an arc, all directions together."""
    return np.linalg.norm(trajectory.sigma_km(np.linspace(arc.start_tdb_s, arc.end_tdb_s, 50)), axis=-1).max()


@pytest.mark.parametrize("mission_id", RECONSTRUCTED)
def test_planets_and_sunlight_move_it_by_less_than_a_tenth_of_its_uncertainty(mission_id):
    trajectory = load_mission(mission_id).trajectory
    for arc in coasts_of(trajectory):
        planets_km, sunlight_km = moved_km(arc)
        words = f"{arc.name}: {planets_km} and {sunlight_km} km"
        assert planets_km + sunlight_km < MOST * largest_sigma_km(trajectory, arc), words


if __name__ == "__main__":
    for mission_id in RECONSTRUCTED:
        trajectory = load_mission(mission_id).trajectory
        for arc in coasts_of(trajectory):
            planets_km, sunlight_km = moved_km(arc)
            sigma_km = largest_sigma_km(trajectory, arc)
            print(f"{mission_id:14} {planets_km:8.3f} {sunlight_km:9.3f} {sigma_km:9.1f} km  {arc.name}")
