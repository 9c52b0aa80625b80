"""The timeline's arithmetic: seconds to pixels, zoom about the cursor, ticks at round UTC; no toolkit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from visualizer.core.constants import J2000_JD, S_PER_DAY
from visualizer.core.epochs import utc_jd_parts_from_tdb_s, utc_text_from_tdb_s

NARROWEST_S: Final = 5.0
MARGIN_FRACTION: Final = 0.02
TICK_STEPS_S: Final = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
    86400, 172800, 432000, 864000, 2592000, 8640000,
)  # fmt: skip
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis: `is_major` where a new day (or a new minute) begins."""

    tdb_s: float
    text: str
    is_major: bool


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Which seconds are seen, across which pixels.

    Attributes
    ----------
    start_tdb_s, end_tdb_s : at the left and right edge
    left_px, width_px : of the drawing area, logical pixels
    full_start_tdb_s, full_end_tdb_s : the flight; zooming out ends there
    """

    start_tdb_s: float
    end_tdb_s: float
    left_px: float
    width_px: float
    full_start_tdb_s: float
    full_end_tdb_s: float

    @classmethod
    def from_span(cls, start_tdb_s: float, end_tdb_s: float, left_px: float, width_px: float) -> TimeScale:
        """Return the scale that shows a whole span with a small margin."""
        margin = MARGIN_FRACTION * max(end_tdb_s - start_tdb_s, NARROWEST_S)
        first, last = start_tdb_s - margin, end_tdb_s + margin
        return cls(first, last, left_px, max(width_px, 1.0), first, last)

    @property
    def s_per_px(self) -> float:
        """Seconds in one pixel."""
        return (self.end_tdb_s - self.start_tdb_s) / self.width_px

    def x_px(self, tdb_s: float) -> float:
        """Return where an epoch is."""
        return self.left_px + (tdb_s - self.start_tdb_s) / self.s_per_px

    def tdb_s(self, x_px: float) -> float:
        """Return the epoch at a place."""
        return self.start_tdb_s + (x_px - self.left_px) * self.s_per_px

    def resized(self, left_px: float, width_px: float) -> TimeScale:
        """Return the same seconds across other pixels."""
        return replace(self, left_px=left_px, width_px=max(width_px, 1.0))

    def zoomed(self, factor: float, about_tdb_s: float) -> TimeScale:
        """Return the scale with `factor` times as many seconds, an epoch staying where it is."""
        full = self.full_end_tdb_s - self.full_start_tdb_s
        old = self.end_tdb_s - self.start_tdb_s
        new = min(max(old * factor, min(NARROWEST_S, full)), full)
        share = (about_tdb_s - self.start_tdb_s) / old
        return self._placed(about_tdb_s - share * new, new)

    def panned(self, seconds: float) -> TimeScale:
        """Return the scale moved by some seconds, inside the flight."""
        return self._placed(self.start_tdb_s + seconds, self.end_tdb_s - self.start_tdb_s)

    def fitted(self, start_tdb_s: float, end_tdb_s: float) -> TimeScale:
        """Return the scale that shows an interval with a margin of a tenth on each side."""
        length = max(end_tdb_s - start_tdb_s, NARROWEST_S / 1.2)
        return self._placed(start_tdb_s - 0.1 * length, 1.2 * length)

    def moved(self, seconds: float) -> TimeScale:
        """Return the same pixels for times that are later by so much: where something shifted in time is drawn."""
        return replace(self, start_tdb_s=self.start_tdb_s + seconds, end_tdb_s=self.end_tdb_s + seconds)

    def window(self, start_tdb_s: float, end_tdb_s: float) -> TimeScale:
        """Return the scale that shows an interval, as far as it lies inside the whole."""
        return self._placed(start_tdb_s, max(end_tdb_s - start_tdb_s, NARROWEST_S))

    def within(self, full_start_tdb_s: float, full_end_tdb_s: float) -> TimeScale:
        """Return the scale for another whole, with its margin; what is seen stays as far as it lies inside."""
        whole = TimeScale.from_span(full_start_tdb_s, full_end_tdb_s, self.left_px, self.width_px)
        return whole._placed(self.start_tdb_s, self.end_tdb_s - self.start_tdb_s)

    def showing(self, tdb_s: float) -> TimeScale:
        """Return the scale moved just so far that an epoch is seen, not nearer to an edge than a twentieth."""
        length = self.end_tdb_s - self.start_tdb_s
        if tdb_s < self.start_tdb_s:
            return self._placed(tdb_s - 0.05 * length, length)
        if tdb_s > self.end_tdb_s:
            return self._placed(tdb_s - 0.95 * length, length)
        return self

    def _placed(self, start_tdb_s: float, length_s: float) -> TimeScale:
        full = self.full_end_tdb_s - self.full_start_tdb_s
        length = min(length_s, full)
        start = min(max(start_tdb_s, self.full_start_tdb_s), self.full_end_tdb_s - length)
        return replace(self, start_tdb_s=start, end_tdb_s=start + length)

    def _step_s(self, least_apart_px: float) -> float:
        wanted = least_apart_px * self.s_per_px
        return next((s for s in TICK_STEPS_S if s >= wanted), TICK_STEPS_S[-1])

    def ticks_since(self, zero_tdb_s: float, least_apart_px: float) -> list[Tick]:
        """Return marks at round times before and after a moment, at least so many pixels apart."""
        step = self._step_s(least_apart_px)
        first = int((self.start_tdb_s - zero_tdb_s) // step) + 1
        last = int((self.end_tdb_s - zero_tdb_s) // step)
        return [
            Tick(zero_tdb_s + i * step, since_text(i * step), (i * step) % S_PER_DAY == 0.0)
            for i in range(first, last + 1)
        ]

    def ticks(self, least_apart_px: float) -> list[Tick]:
        """Return round UTC marks that are at least so many pixels apart."""
        step = self._step_s(least_apart_px)
        offset = _tdb_minus_utc_s(0.5 * (self.start_tdb_s + self.end_tdb_s))
        # UTC days start at midnight, half a day off J2000.
        zero = offset - 0.5 * S_PER_DAY
        first = int((self.start_tdb_s - zero) // step) + 1
        last = int((self.end_tdb_s - zero) // step)
        return [_tick(zero + i * step, step) for i in range(first, last + 1)]


def _tdb_minus_utc_s(tdb_s: float) -> float:
    utc1, utc2 = utc_jd_parts_from_tdb_s(tdb_s)
    return tdb_s - float((utc1 - J2000_JD) * S_PER_DAY + utc2 * S_PER_DAY)


def _tick(tdb_s: float, step_s: float) -> Tick:
    digits = 0 if step_s >= 1 else 1
    text = utc_text_from_tdb_s(tdb_s, digits)
    clock = text[11:]
    if clock.startswith("00:00:00") or step_s >= S_PER_DAY:
        return Tick(tdb_s, day_text(text), True)
    if step_s >= 60:
        return Tick(tdb_s, clock[:5], False)
    return Tick(tdb_s, clock, clock[6:8] == "00")


def since_text(seconds: float) -> str:
    """Write a round time since a moment: `T+0`, `T−2d`, `T−1d 06h`, `T+00:30`, `T−00:00:05`."""
    whole, rest = divmod(round(abs(seconds), 1), S_PER_DAY)
    sign = "T−" if seconds < 0 else "T+"
    if rest == 0.0:
        return f"{sign}{whole:.0f}d" if whole else "T+0"
    days, hours = f"{sign}{whole:.0f}d " if whole else sign, f"{rest // 3600:02.0f}"
    if rest % 3600.0 == 0.0:
        return f"{days}{hours}h"
    minutes = f"{days}{hours}:{rest // 60 % 60:02.0f}"
    if rest % 60.0 == 0.0:
        return minutes
    second = rest % 60.0
    return f"{minutes}:{second:02.0f}" if second == round(second) else f"{minutes}:{second:04.1f}"


def day_text(utc_text: str) -> str:
    """Write the day of an ISO text as `19 Aug`."""
    return f"{int(utc_text[8:10])} {_MONTHS[int(utc_text[5:7]) - 1]}"


# Between an event and its label, and how near to a label's begin another event's tick would read as its own.
BESIDE_PX: Final = 7.0
NEAR_PX: Final = 32.0


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """An event's label: `lane` 0 is the topmost line; `x_px` its left edge; `anchor_px` its event."""

    index: int
    lane: int
    x_px: float
    width_px: float
    anchor_px: float


def place_labels(
    anchors_px: list[float],
    widths_px: list[float],
    priorities: list[float],
    lanes: int,
    left_px: float,
    right_px: float,
) -> list[PlacedLabel]:
    """Place labels in a few lines above their events so that none meets another or another's leader line.

    Of two events that are near each other, the later one never stands left of the earlier one. The important come
    first; a label that finds no room is left out (its tick stays). One that would begin right beside another event's
    tick, and so read as its name, stands elsewhere if it can.
    """
    placed: list[PlacedLabel] = []
    for i in sorted(range(len(anchors_px)), key=lambda i: (-priorities[i], anchors_px[i])):
        if not left_px <= anchors_px[i] <= right_px:
            continue
        sides = (anchors_px[i] + BESIDE_PX, anchors_px[i] - widths_px[i] - BESIDE_PX)
        inside = [x for x in sides if left_px <= x <= right_px - widths_px[i]]
        options = [
            PlacedLabel(i, lane, x, widths_px[i], anchors_px[i]) for lane in reversed(range(lanes)) for x in inside
        ]
        options.sort(key=lambda o: o.lane == lanes - 1 and _reads_as_another(o, anchors_px))
        fitting = next((o for o in options if not any(_meet(o, p) or _are_swapped(o, p) for p in placed)), None)
        if fitting:
            placed.append(fitting)
    return placed


def _reads_as_another(label: PlacedLabel, anchors_px: list[float]) -> bool:
    """Whether a label left of its own event begins right of the tick of another one, or stands above it."""
    reach = label.x_px - NEAR_PX, label.x_px + 0.5 * label.width_px
    return label.x_px < label.anchor_px and any(reach[0] <= x <= reach[1] for x in anchors_px)


def _meet(a: PlacedLabel, b: PlacedLabel) -> bool:
    if a.lane == b.lane:
        return a.x_px < b.x_px + b.width_px + 8.0 and b.x_px < a.x_px + a.width_px + 8.0
    high, low = (a, b) if a.lane < b.lane else (b, a)
    return low.x_px - 1.0 < high.anchor_px < low.x_px + low.width_px + 1.0


def _are_swapped(a: PlacedLabel, b: PlacedLabel) -> bool:
    """Whether the label of the later event has its middle left of the earlier one's, on the other side of its line."""
    early, late = (a, b) if (a.anchor_px, a.index) <= (b.anchor_px, b.index) else (b, a)
    is_across = early.x_px > early.anchor_px and late.x_px < late.anchor_px
    return is_across and late.x_px + 0.5 * late.width_px < early.x_px + 0.5 * early.width_px
