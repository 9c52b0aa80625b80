"""Where everything of the timeline is: label lines, rows, strips and axis, in logical pixels, from the font's sizes.

Window layer. The height is limited: rows shrink first, then lines of labels go, then the rows scroll; the picture
above is never pushed away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from visualizer.missions.alignment import CALENDAR, NAMES, anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.mission_colours import numbers_of
from visualizer.model.session import Session

LANES_MOST: Final = 3
LANES_LEAST: Final = 1
TOP_PX: Final = 5.0
SIDE_PX: Final = 8.0
ROW_GAP_PX: Final = 3.0
STRIP_GAP_PX: Final = 2.0
BAR_PX: Final = 10.0
# Of the window's height, for the whole timeline.
SHARE_OF_WINDOW: Final = 0.31
STRIP_SHARE: Final = 0.82
BRANCH_SHARE: Final = 0.36


@dataclass(frozen=True, slots=True)
class TimelineContent:
    """What the timeline shows.

    Attributes
    ----------
    missions : in rows, the active one first
    active_id : whose events are labelled
    earlier_s : for each mission, how much earlier than its own time it is shown (aligned missions; 0 by the calendar)
    strip_ids : strips under the rows
    colours : number of each mission's colour
    zero_tdb_s : the moment on the clock that missions are laid side by side by; None by the calendar
    moment : what it is called
    """

    missions: tuple[Mission, ...]
    active_id: str
    earlier_s: tuple[float, ...] = ()
    strip_ids: tuple[str, ...] = ()
    colours: tuple[int, ...] = ()
    zero_tdb_s: float | None = None
    moment: str = ""

    @property
    def active(self) -> Mission:
        """The mission whose events are labelled."""
        return next(m for m in self.missions if m.id == self.active_id)

    def shift_s(self, row: int) -> float:
        """Return what is added to a mission's own time to get the time that it is shown at."""
        return -self.earlier_s[row] if self.earlier_s else 0.0


def content_of(session: Session, strip_ids: tuple[str, ...]) -> TimelineContent:
    """Return what a session has to show: its missions, the active one first, each at the time of the clock.

    Aligned missions are shown at the active one's time; one that lacks the moment of alignment is not shown.
    """
    others = [i for i in session.missions if i in session.seen_ids and i != session.active_id]
    earlier_s = {i: session.lineup.offset_s(i) for i in (session.active_id, *others)}
    rows = [(session.missions[i], by) for i, by in earlier_s.items() if by is not None]
    missions = tuple(m for m, _ in rows)
    colours = numbers_of(missions)
    anchor = session.lineup.anchor
    zero = None if anchor == CALENDAR else anchor_tdb_s(session.active, anchor)
    earlier = tuple(by for _, by in rows)
    return TimelineContent(missions, session.active_id, earlier, strip_ids, colours, zero, NAMES[anchor])


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """Where things are, in logical pixels.

    Attributes
    ----------
    gutter_px : width of the names on the left; width_px, of everything
    line_px : height of a line of text
    lanes : lines of event labels
    band_px, branch_px : heights of a mission's band and of each of its branches' bands below it
    branches : for each row, how many branches
    rows_px : height of the part of all rows that is seen
    scroll_px : by how much the rows are moved up
    strip_px, strips : height and number of the strips
    """

    gutter_px: float
    width_px: float
    line_px: float
    lanes: int
    band_px: float
    branch_px: float
    branches: tuple[int, ...]
    rows_px: float
    scroll_px: float
    strip_px: float
    strips: int

    @classmethod
    def fitted(
        cls,
        metrics: QFontMetricsF,
        content: TimelineContent,
        names: Sequence[str],
        width_px: float,
        room_px: float,
        scroll_px: float = 0.0,
    ) -> TimelineLayout:
        """Work it out from the font, the names in the gutter and the height there is room for."""
        widest = max(metrics.horizontalAdvance(text) for text in ("30 Mmm 2023", *names))
        line = metrics.height() + 2.0
        branches = tuple(len(mission.branches) for mission in content.missions)
        strip = round(STRIP_SHARE * line)
        under = len(content.strip_ids) * (strip + STRIP_GAP_PX) + line + 8.0
        branch = max(round(BRANCH_SHARE * line), 4.0)
        gutter = min(widest + 2 * SIDE_PX + 6.0, 0.3 * width_px)
        for lanes, band in ((3, line + 5.0), (3, line), (2, line), (LANES_LEAST, line)):
            wanted = _rows_height(branches, band, branch)
            room = room_px - TOP_PX - lanes * line - 3.0 - under
            if wanted <= room:
                break
        least = min(wanted, _rows_height(branches[:2], band, branch))
        seen = wanted if wanted <= room else max(_whole_rows(branches, band, branch, room), least)
        scroll = min(max(scroll_px, 0.0), wanted - seen)
        return cls(gutter, width_px, line, lanes, band, branch, branches, seen, scroll, strip, len(content.strip_ids))

    # -- heights ------------------------------------------------------------------------------------------

    @property
    def rows_top_px(self) -> float:
        """Top of the first band when nothing is scrolled."""
        return TOP_PX + self.lanes * self.line_px + 3.0

    @property
    def all_rows_px(self) -> float:
        """Height of all rows, seen or not."""
        return _rows_height(self.branches, self.band_px, self.branch_px)

    @property
    def scroll_most_px(self) -> float:
        """How far the rows can be scrolled."""
        return max(self.all_rows_px - self.rows_px, 0.0)

    @property
    def strips_top_px(self) -> float:
        """Top of the first strip."""
        return self.rows_top_px + self.rows_px

    @property
    def axis_top_px(self) -> float:
        """Top of the axis."""
        return self.strips_top_px + self.strips * (self.strip_px + STRIP_GAP_PX)

    @property
    def height_px(self) -> float:
        """The whole height."""
        return self.axis_top_px + self.line_px + 8.0

    # -- places -------------------------------------------------------------------------------------------

    @property
    def plot_width_px(self) -> float:
        """Width of the part that has a time scale."""
        return max(self.width_px - self.gutter_px - BAR_PX, 1.0)

    @property
    def right_px(self) -> float:
        """Right edge of the part that has a time scale."""
        return self.gutter_px + self.plot_width_px

    @property
    def rows_box(self) -> QRectF:
        """The rows as far as they are seen, names left out."""
        return QRectF(self.gutter_px, self.rows_top_px - 1.0, self.plot_width_px, self.rows_px)

    def row(self, index: int) -> QRectF:
        """Return the band of a mission."""
        tops = list(accumulate((self._row_step_px(i) for i in range(index)), initial=0.0))
        return QRectF(self.gutter_px, self.rows_top_px - self.scroll_px + tops[-1], self.plot_width_px, self.band_px)

    def branch(self, index: int, number: int) -> QRectF:
        """Return the thin band of a mission's branch."""
        row = self.row(index)
        return QRectF(row.left(), row.bottom() + 1.0 + number * (self.branch_px + 1.0), row.width(), self.branch_px)

    def _row_step_px(self, index: int) -> float:
        return self.band_px + self.branches[index] * (self.branch_px + 1.0) + ROW_GAP_PX

    def row_at(self, y_px: float) -> int | None:
        """Return which row is at a height, branches counted in; None outside the rows that are seen."""
        if not self.rows_top_px <= y_px < self.rows_top_px + self.rows_px:
            return None
        bottom = self.rows_top_px - self.scroll_px
        for index in range(len(self.branches)):
            bottom += self._row_step_px(index)
            if y_px < bottom:
                return index
        return None

    def branch_at(self, y_px: float) -> tuple[int, int] | None:
        """Return row and number of the branch whose band is at a height."""
        row = self.row_at(y_px)
        if row is None or y_px <= self.row(row).bottom():
            return None
        numbers = range(self.branches[row])
        return next(((row, n) for n in numbers if y_px <= self.branch(row, n).bottom() + 1.0), None)

    def strip(self, number: int) -> QRectF:
        """Return the box of a strip."""
        top = self.strips_top_px + number * (self.strip_px + STRIP_GAP_PX)
        return QRectF(self.gutter_px, top, self.plot_width_px, self.strip_px)

    def strip_at(self, y_px: float) -> int | None:
        """Return which strip is at a height."""
        number = int((y_px - self.strips_top_px) // (self.strip_px + STRIP_GAP_PX))
        return number if 0 <= number < self.strips and y_px >= self.strips_top_px else None

    def lane_top_px(self, lane: int) -> float:
        """Return the top of a line of labels."""
        return TOP_PX + lane * self.line_px

    def has_room(self, left_px: float, right_px: float) -> bool:
        """Whether a text between two places is inside the plot; one that is cut may read as another."""
        return self.gutter_px <= left_px and right_px <= self.right_px


def _whole_rows(branches: Sequence[int], band_px: float, branch_px: float, room_px: float) -> float:
    """Return the height of the rows that have room and are not cut."""
    heights = [_rows_height(branches[:count], band_px, branch_px) for count in range(len(branches) + 1)]
    return max(height for height in heights if height <= max(room_px, 0.0))


def _rows_height(branches: Sequence[int], band_px: float, branch_px: float) -> float:
    return sum(band_px + count * (branch_px + 1.0) + ROW_GAP_PX for count in branches)
