"""The clock: arithmetic on epochs, ticked from outside with the wall time that has passed.

Its span is all that can be seen: the flights of the shown missions and their branches. Inside it lies the flight of
the active mission; playing stops once at the end of that, and goes on when it is played again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from psygnal import Signal

from visualizer.errors import CommandError
from visualizer.missions.catalogue import Mission
from visualizer.model.slow_down import SlowDown
from visualizer.model.time_history import TimeHistory

RATES: Final = (1, 10, 60, 100, 300, 1_000, 3_600, 10_000, 36_000, 100_000, 1_000_000)
LOOP_LEAST_S: Final = 1.0


class Clock:
    """Mission time that plays forwards or backwards at a rate, inside a span.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : the span
    flight_tdb_s : start and end of the active mission's flight, inside the span
    epoch_tdb_s : now, TDB seconds past J2000
    rate : mission seconds per wall second, one of `RATES`
    direction : +1 or -1
    is_playing : whether `advance` moves time
    loop_tdb_s : start and end of the selection that can be looped over, or None
    is_looping : whether playing stays inside it
    slow_down, is_slowing : where the rate falls by itself, and whether it does
    history : jumps that can be undone
    is_scrubbed : whether a hand moves it now: whoever draws does so at once

    Signals
    -------
    epoch_changed(float) : after the epoch moved, whoever moved it
    play_changed() : after rate, direction, playing, loop or slow-down changed
    span_changed() : after the span or the flight changed
    """

    epoch_changed = Signal(float)
    play_changed = Signal()
    span_changed = Signal()

    def __init__(self, start_tdb_s: float, end_tdb_s: float, epoch_tdb_s: float | None = None) -> None:
        self.start_tdb_s = start_tdb_s
        self.end_tdb_s = end_tdb_s
        self.flight_tdb_s = (start_tdb_s, end_tdb_s)
        self.epoch_tdb_s = start_tdb_s if epoch_tdb_s is None else epoch_tdb_s
        self.rate = 1_000
        self.direction = 1
        self.is_playing = False
        self.loop_tdb_s: tuple[float, float] | None = None
        self.is_looping = False
        self.slow_down = SlowDown.of_rows(())
        self.is_slowing = False
        self.history = TimeHistory()
        self.is_scrubbed = False

    # -- the span -----------------------------------------------------------------------------------------

    def set_span(self, start_tdb_s: float, end_tdb_s: float, flight_tdb_s: tuple[float, float] | None = None) -> None:
        """Change the span, and the flight inside it (all of it by default); the epoch is moved inside if need be."""
        flight = flight_tdb_s or (start_tdb_s, end_tdb_s)
        is_other = (start_tdb_s, end_tdb_s, flight) != (self.start_tdb_s, self.end_tdb_s, self.flight_tdb_s)
        self.start_tdb_s, self.end_tdb_s, self.flight_tdb_s = start_tdb_s, end_tdb_s, flight
        self._move(self.epoch_tdb_s)
        if is_other:
            self.span_changed.emit()

    # -- going somewhere ----------------------------------------------------------------------------------

    def seek(self, tdb_s: float, gesture: str = "") -> None:
        """Go to an epoch, or to the nearer end of the span; it can be undone.

        Parameters
        ----------
        tdb_s : where to
        gesture : seeks that follow each other with the same name (those of one scrub) are undone together
        """
        before = self.epoch_tdb_s
        self.history.note(before, self._inside(tdb_s), gesture)
        self._move(tdb_s)

    def undo(self) -> None:
        """Pause and go back to where the last jump began; `CommandError` if there was none."""
        self._go_back(self.history.undo(self.epoch_tdb_s), "undo: there was no jump of time")

    def redo(self) -> None:
        """Pause and go to where the last undone jump led; `CommandError` if there is none."""
        self._go_back(self.history.redo(self.epoch_tdb_s), "redo: no jump of time was undone")

    def _go_back(self, tdb_s: float | None, refusal: str) -> None:
        if tdb_s is None:
            raise CommandError(refusal)
        self.pause()
        self._move(tdb_s)

    def _inside(self, tdb_s: float) -> float:
        return min(max(tdb_s, self.start_tdb_s), self.end_tdb_s)

    def _move(self, tdb_s: float) -> None:
        wanted = self._inside(tdb_s)
        if wanted != self.epoch_tdb_s:
            self.epoch_tdb_s = wanted
            self.epoch_changed.emit(wanted)

    # -- playing ------------------------------------------------------------------------------------------

    @property
    def rate_now(self) -> float:
        """Mission seconds in a wall second here: the chosen rate, or less near a burn where that is wanted."""
        return self.slow_down.rate_at(self.epoch_tdb_s, float(self.rate)) if self.is_slowing else float(self.rate)

    def advance(self, wall_s: float) -> None:
        """Let wall time pass; at the end of the flight and of the span the clock stops there, in a loop it goes on."""
        if not self.is_playing:
            return
        now, wanted = self.epoch_tdb_s, self._after(wall_s)
        if self.is_looping and self.loop_tdb_s is not None:
            self._move(_looped(now, wanted, self.direction, self.loop_tdb_s))
            return
        halt = self.flight_tdb_s[1 if self.direction > 0 else 0]
        if now * self.direction < halt * self.direction <= wanted * self.direction:
            wanted = halt
            self.is_playing = False
        self._move(wanted)
        if not self.is_playing or not self.start_tdb_s < wanted < self.end_tdb_s:
            self.pause()

    def _after(self, wall_s: float) -> float:
        if self.is_slowing:
            return self.slow_down.run(self.epoch_tdb_s, self.direction, float(self.rate), wall_s)
        return self.epoch_tdb_s + self.direction * self.rate * wall_s

    def play(self, direction: int = 1) -> None:
        """Play forwards (+1) or backwards (-1); from the far end it starts over."""
        self.direction = 1 if direction >= 0 else -1
        self.history.end_gesture()
        if self.direction > 0 and self.epoch_tdb_s >= self.end_tdb_s:
            self._move(self.start_tdb_s)
        elif self.direction < 0 and self.epoch_tdb_s <= self.start_tdb_s:
            self._move(self.end_tdb_s)
        self.is_playing = True
        self.play_changed.emit()

    def pause(self) -> None:
        """Stop where it is."""
        self.is_playing = False
        self.play_changed.emit()

    def toggle(self) -> None:
        """Play forwards if paused, whichever way it went before; pause if playing."""
        self.pause() if self.is_playing else self.play()

    def set_rate(self, rate: int) -> None:
        """Choose how many mission seconds pass in a wall second."""
        if rate not in RATES:
            raise ValueError(f"rate {rate}: one of {', '.join(map(str, RATES))}")
        self.rate = rate
        self.play_changed.emit()

    def change_rate(self, steps: int) -> None:
        """Go up or down the table of rates."""
        index = RATES.index(self.rate) + steps
        self.set_rate(RATES[min(max(index, 0), len(RATES) - 1)])

    # -- loop and slow-down -------------------------------------------------------------------------------

    def set_loop(self, start_tdb_s: float, end_tdb_s: float, *, is_looping: bool = True) -> None:
        """Select a stretch, in either order, and play inside it or not; one that is too short is none."""
        first, last = sorted((self._inside(start_tdb_s), self._inside(end_tdb_s)))
        is_long = last - first >= LOOP_LEAST_S
        self.loop_tdb_s = (first, last) if is_long else None
        self.is_looping = is_looping and is_long
        self.play_changed.emit()

    def clear_loop(self) -> None:
        """Select nothing."""
        self.loop_tdb_s, self.is_looping = None, False
        self.play_changed.emit()

    def toggle_loop(self) -> None:
        """Play inside the selection, or on; `CommandError` if nothing is selected."""
        if self.loop_tdb_s is None:
            raise CommandError("loop: nothing is selected; drag along the timeline with Alt or the right button")
        self.is_looping = not self.is_looping
        self.play_changed.emit()

    def toggle_slow_down(self) -> None:
        """Let the rate fall near burns, or not."""
        self.is_slowing = not self.is_slowing
        self.play_changed.emit()


def _looped(now_tdb_s: float, wanted_tdb_s: float, direction: int, loop_tdb_s: tuple[float, float]) -> float:
    """Return where a run ends that stays inside a loop; one that begins outside starts at the loop's near end."""
    first, last = loop_tdb_s
    if not first <= now_tdb_s <= last:
        return first if direction > 0 else last
    length = last - first
    if direction > 0:
        return wanted_tdb_s if wanted_tdb_s < last else first + (wanted_tdb_s - last) % length
    return wanted_tdb_s if wanted_tdb_s > first else last - (first - wanted_tdb_s) % length


def flights_tdb_s(missions: Iterable[Mission]) -> tuple[float, float]:
    """Return the first and the last epoch of some missions' flights and of their branches, TDB s past J2000."""
    flights = [f for m in missions for f in (m.trajectory, *(branch.trajectory for branch in m.branches))]
    spans = [flight.span_tdb_s for flight in flights]
    return min(first for first, _ in spans), max(last for _, last in spans)
