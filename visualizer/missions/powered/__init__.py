"""Powered descent and ascent by phases, through gates that were published, in axes that turn with the Moon.

Missions. What is published of a landing is a short table: where each phase begins, how high, how fast, how far to go.
Here such a table becomes arcs that leave the last orbit in position and velocity and end at rest on the site (or rise
from it into an orbit):

    start = OrbitState(tdb_s, position_km, velocity_km_s)        # ICRF axes about the Moon
    ground = Ground(lat_deg, lon_deg, height_m)                  # mean-Earth axes
    gates = (
        Gate("braking", "main braking", start.tdb_s),            # the first gate is the orbit itself
        Gate("vertical", "vertical descent", t1, height_km=1.8, sink_m_s=40.0, ground_speed_m_s=0.0, to_go_km=0.0),
        Gate("hover", "hover", t2, height_km=0.15, sink_m_s=0.0, ground_speed_m_s=0.0, to_go_km=0.0, is_steady=True),
    )
    powered = descend(start, ground, gates, touchdown_tdb_s, Provenance.PLANNED)
    powered.arcs, powered.event_tdb_s                            # one arc per phase; gate id -> epoch, and 'touchdown'
    thrust_of(powered.arcs, mass_kg, specific_impulse_s)         # what the engine has to do: m/s2, N, kg over time
    stay(ground, touchdown_tdb_s, until_tdb_s, Provenance.PLANNED)
    rise(ground, gates, OrbitState(...), Provenance.PLANNED)     # the first gate is the ground, the orbit is the end

A gate is the start of its phase. What it does not tell (None) is free: each coordinate is the curve of least jerk
through what is known, a chain of polynomials of degree five with continuous position, velocity and acceleration. The
acceleration may step only where the engine lights or stops. `is_steady` holds the acceleration over the ground at zero
there (a hover, an attitude hold), `is_upright` only its level part: the thrust is plumb.
`ignition_tdb_s(orbit, ground, to_go_km, near_tdb_s)` tells when an orbit is so far from a site, `passage` when it
passes it, `steadiest` chooses where and how long to brake where nobody published it.
"""

from visualizer.missions.powered.choose import Choice, steadiest
from visualizer.missions.powered.ground import Ground, OrbitState, ignition_tdb_s, passage, stay
from visualizer.missions.powered.phases import Gate, Powered, descend, rise
from visualizer.missions.powered.thrust import Thrust, thrust_of

__all__ = [
    "Choice",
    "Gate",
    "Ground",
    "OrbitState",
    "Powered",
    "Thrust",
    "descend",
    "ignition_tdb_s",
    "passage",
    "rise",
    "stay",
    "steadiest",
    "thrust_of",
]
