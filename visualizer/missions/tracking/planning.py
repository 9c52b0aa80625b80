"""Write down the plan of a flight: coasts, burns and other windows one after another.

Missions, tracking. A plan says where things happened, roughly; the fit finds where exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.forces import Gravity, Steering
from visualizer.missions.document import Engine, MissionDocument
from visualizer.missions.tracking.stretches import BurnPlan, Stretch

RETROGRADE_RAD = np.pi
MINUTE_S = 60.0


@dataclass(frozen=True)
class FlightPlan:
    """What the fit starts from.

    Attributes
    ----------
    mission_id : of the mission document
    stretches : in order of time
    first_state : (7,) guess, km, km/s, kg, about the first stretch's centre
    set_aside : stretches whose tracked positions do not join up with what lies before and after; they guide the
        first steps of the fit only
    iterations : of the final fit, at most
    free_steps : of these, the first ones, in which burns and pushes move freely
    """

    mission_id: str
    stretches: tuple[Stretch, ...]
    first_state: FloatArray
    set_aside: tuple[str, ...] = ()
    iterations: int = 12
    free_steps: int = 8


@dataclass
class Planner:
    """Adds stretches one after another.

    Attributes
    ----------
    document : for the engines
    at_tdb_s : where the next stretch begins
    gravity : forces of nature from here on
    defaults : of the coasts from here on, such as pace and noise
    """

    document: MissionDocument
    at_tdb_s: float
    gravity: Gravity
    defaults: dict[str, object] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    def coast(self, name: str, until_utc: str, before_s: float = 0.0, **more: object) -> None:
        """Coast to an epoch, or to `before_s` before it; not at all if that is where the flight is."""
        self._coast_to(name, tdb_s_from_utc_text(until_utc) - before_s, **more)

    def _coast_to(self, name: str, end_tdb_s: float, **more: object) -> None:
        if end_tdb_s - self.at_tdb_s < 1.0:
            return
        plain = Stretch(name, self.at_tdb_s, end_tdb_s, self.gravity)
        self._add(replace(plain, **{**self.defaults, **more}))  # type: ignore[arg-type]

    def pieces(self, name: str, until_utc: str, before_s: float, piece_s: float) -> None:
        """Coast in pieces of about `piece_s`, each with numbers of its own."""
        span_s = tdb_s_from_utc_text(until_utc) - before_s - self.at_tdb_s
        count = max(1, round(span_s / piece_s))
        for left in range(count - 1, -1, -1):
            self.coast(name, until_utc, before_s + left * span_s / count)

    def even_pieces(
        self, name: str, until_utc: str, before_s: float, piece_s: float, grid_utc: str, grid_s: float, step_s: float
    ) -> None:
        """Coast in pieces of just `piece_s` from the next epoch of a grid on, in even steps; what is over is plain."""
        end = tdb_s_from_utc_text(until_utc) - before_s
        grid = tdb_s_from_utc_text(grid_utc)
        self._coast_to(name, grid + grid_s * np.ceil((self.at_tdb_s - grid - 1.0) / grid_s))
        for _ in range(int((end - self.at_tdb_s) // piece_s)):
            self._coast_to(name, self.at_tdb_s + piece_s, even_step_s=step_s)
        self._coast_to(name, end)

    def burn(
        self,
        burn_id: str,
        name: str,
        engine_id: str,
        middle_utc: str,
        duration_s: float,
        pitch_rad: float,
        sigmas: tuple[float, float, float, float],
        *,
        half_window_s: float,
        yaw_rad: float = 0.0,
        coast: str,
        mass_kg: float | None = None,
        steering: Steering = "velocity",
    ) -> None:
        """Coast to the window of a burn, from a new mass if there is one, and pass it."""
        self.coast(coast, middle_utc, half_window_s, mass_kg=mass_kg)
        engine = self.engine(engine_id)
        middle = tdb_s_from_utc_text(middle_utc)
        plan = BurnPlan(
            burn_id, name, engine.name, engine.thrust_n, engine.specific_impulse_s, middle, duration_s,
            pitch_rad, yaw_rad, sigmas, steering,
        )  # fmt: skip
        self._add(Stretch(name, self.at_tdb_s, middle + half_window_s, self.gravity, burn=plan, is_window=True))

    def nudge(self, name: str, middle_utc: str, *, half_window_s: float, push: str, sigma: float, coast: str) -> None:
        """Coast to a window with a steady push of unknown cause, and pass it."""
        self.coast(coast, middle_utc, half_window_s)
        end = tdb_s_from_utc_text(middle_utc) + half_window_s
        window = Stretch(name, self.at_tdb_s, end, self.gravity, is_window=True, longest_s=60.0)
        self._add(replace(window, push=push, push_sigma=sigma))  # type: ignore[arg-type]

    def engine(self, engine_id: str) -> Engine:
        """Return an engine of the mission document."""
        return self.document.engine(engine_id)

    def _add(self, stretch: Stretch) -> None:
        self.stretches.append(stretch)
        self.at_tdb_s = stretch.end_tdb_s
