"""The clock: arithmetic on epochs, ticked from outside with the wall time that has passed."""

from __future__ import annotations

from typing import Final

from psygnal import Signal

RATES: Final = (1, 10, 60, 100, 300, 1_000, 3_600, 10_000, 36_000, 100_000, 1_000_000)


class Clock:
    """Mission time that plays forwards or backwards at a rate, inside a span.

    Attributes
    ----------
    epoch_tdb_s : now, TDB seconds past J2000
    rate : mission seconds per wall second, one of `RATES`
    direction : +1 or -1
    is_playing : whether `advance` moves time

    Signals
    -------
    epoch_changed(float) : after the epoch moved, whoever moved it
    play_changed() : after rate, direction or playing changed
    """

    epoch_changed = Signal(float)
    play_changed = Signal()

    def __init__(self, start_tdb_s: float, end_tdb_s: float, epoch_tdb_s: float | None = None) -> None:
        self.start_tdb_s = start_tdb_s
        self.end_tdb_s = end_tdb_s
        self.epoch_tdb_s = start_tdb_s if epoch_tdb_s is None else epoch_tdb_s
        self.rate = 1_000
        self.direction = 1
        self.is_playing = False

    def set_span(self, start_tdb_s: float, end_tdb_s: float) -> None:
        """Change the span; the epoch is moved inside it if need be."""
        self.start_tdb_s, self.end_tdb_s = start_tdb_s, end_tdb_s
        self.seek(self.epoch_tdb_s)

    def seek(self, tdb_s: float) -> None:
        """Go to an epoch, or to the nearer end of the span."""
        wanted = min(max(tdb_s, self.start_tdb_s), self.end_tdb_s)
        if wanted != self.epoch_tdb_s:
            self.epoch_tdb_s = wanted
            self.epoch_changed.emit(wanted)

    def advance(self, wall_s: float) -> None:
        """Let wall time pass; at an end of the span the clock stops there."""
        if not self.is_playing:
            return
        wanted = self.epoch_tdb_s + self.direction * self.rate * wall_s
        self.seek(wanted)
        if not self.start_tdb_s < wanted < self.end_tdb_s:
            self.pause()

    def play(self, direction: int = 1) -> None:
        """Play forwards (+1) or backwards (-1); from the far end it starts over."""
        self.direction = 1 if direction >= 0 else -1
        if self.direction > 0 and self.epoch_tdb_s >= self.end_tdb_s:
            self.seek(self.start_tdb_s)
        elif self.direction < 0 and self.epoch_tdb_s <= self.start_tdb_s:
            self.seek(self.end_tdb_s)
        self.is_playing = True
        self.play_changed.emit()

    def pause(self) -> None:
        """Stop where it is."""
        self.is_playing = False
        self.play_changed.emit()

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        self.pause() if self.is_playing else self.play(self.direction)

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
