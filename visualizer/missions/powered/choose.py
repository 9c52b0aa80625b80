"""Where to light the engine: the powered flight that asks the steadiest thrust of it.

Missions, powered flight. Where nobody published how long a braking or an ascent is to last and how far from the site it
begins, both are taken from a grid so that the thrust stays within what the engine has and varies least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from visualizer.errors import SolveError
from visualizer.missions.powered.ground import OrbitState
from visualizer.missions.powered.phases import Powered
from visualizer.missions.powered.thrust import Thrust, thrust_of


@dataclass(frozen=True, eq=False)
class Choice:
    """A powered flight that was chosen: where it leaves or meets the orbit, its arcs, its thrust."""

    state: OrbitState
    duration_s: float
    powered: Powered
    thrust: Thrust


def steadiest(
    states: Iterable[OrbitState],
    durations_s: Iterable[float],
    fly: Callable[[OrbitState, float], Powered],
    main_phase: str,
    engine: tuple[float, float],
    mass_kg: float,
    least_upwards: float = -0.1,
) -> Choice:
    """Return the flight whose thrust in the main phase varies least from the engine's.

    Parameters
    ----------
    states : where the orbit may be left or met
    durations_s : of the main phase
    fly : makes the powered flight of a state and a duration
    main_phase : title of the phase that is judged
    engine : thrust in N, which is not exceeded in any phase, and specific impulse in s
    mass_kg : where the powered flight begins
    least_upwards : of the thrust's cosine to the vertical, anywhere

    Raises
    ------
    SolveError
        If every flight asks for more thrust than the engine has, or pushes downwards.
    """
    durations, best, found = list(durations_s), np.inf, None
    for state in states:
        for duration_s in durations:
            powered = fly(state, duration_s)
            thrust = thrust_of(powered.arcs, mass_kg, engine[1])
            main = next(arc for arc in powered.arcs if arc.name == main_phase)
            is_main = (thrust.tdb_s > main.start_tdb_s) & (thrust.tdb_s < main.end_tdb_s)
            uneven = float(np.sqrt(np.mean((thrust.thrust_n[is_main] / engine[0] - 1.0) ** 2)))
            is_flyable = np.max(thrust.thrust_n) <= engine[0] and np.min(thrust.upwards) >= least_upwards
            if uneven < best and is_flyable:
                best, found = uneven, Choice(state, duration_s, powered, thrust)
    if found is None:
        raise SolveError(f"{main_phase}: no flight within the engine's {engine[0]:,.0f} N")
    return found
