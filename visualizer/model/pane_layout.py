"""Where the pictures of a frame lie: panes side by side, small ones from the craft over them in a corner.

Pure arithmetic in pixels; the window, files and the mouse use the same. Boxes count from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

COUNTS: Final = (1, 2, 4)
CORNERS: Final = ("upper-right", "lower-right", "lower-left", "upper-left")
# Logical pixels: between panes, around small pictures, for the words above one: a line, or two where no card is under.
GAP_PX: Final = 2.0
MARGIN_PX: Final = 14.0
STRIP_PX, STRIP_CARD_PX = 42.0, 24.0
# What the clock above and the remarks below need, where a small picture is on their side.
CLOCK_PX: Final = 100.0
REMARKS_PX: Final = 112.0
# Side of a small picture in heights of the font: as wanted, and the least for which it stays within a pane.
SIDE_EM: Final = 12.0
LEAST_EM: Final = 8.0
# The largest share of the height and width of what it lies over.
LARGEST_SHARE: Final = 0.36
SMALLEST_PX: Final = 32
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of whole pixels; `left` and `bottom` count from the lower left corner."""

    left: int
    bottom: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        """Width and height."""
        return self.width, self.height

    @property
    def right(self) -> int:
        """The first column to the right of it."""
        return self.left + self.width

    @property
    def top(self) -> int:
        """The first row above it."""
        return self.bottom + self.height

    def holds(self, x_px: float, y_px: float) -> bool:
        """Tell whether a place is in it."""
        return self.left <= x_px < self.right and self.bottom <= y_px < self.top


@dataclass(frozen=True, slots=True)
class Pane:
    """What one picture of a frame is among the others.

    Attributes
    ----------
    id : stays from frame to frame
    index, count : which pane of how many, in reading order
    title : a line that says what it shows
    is_active : keys and menus act on it
    corner : one of `CORNERS` for a small picture over the others, empty for a pane
    em_px : for a small picture: height of the font, logical pixels
    card_px : for a small picture: width and height of what is kept free under it, logical pixels
    text_scale : for a small picture: how large words in the picture are, of their usual size
    """

    id: str = ""
    index: int = 0
    count: int = 1
    title: str = ""
    is_active: bool = False
    corner: str = ""
    em_px: float = 16.0
    card_px: tuple[float, float] = (0.0, 0.0)
    text_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies: with its words, without them, and what is kept free under a small one."""

    outer: Box
    picture: Box
    card: Box


def places(panes: Sequence[Pane], size_px: Size, ui_scale: float = 1.0) -> list[Place]:
    """Return where pictures lie in a frame.

    Parameters
    ----------
    panes : of the frame, in the order in which they are drawn
    size_px : of the whole frame, physical pixels
    ui_scale : physical pixels per logical pixel
    """
    small = [pane for pane in panes if pane.corner]
    count = max((pane.count for pane in panes), default=1)
    stacked = iter(_small_places(small, _room(small, count, size_px, ui_scale), ui_scale) if small else ())
    return [next(stacked) if pane.corner else _as_place(pane_box(pane, size_px, ui_scale)) for pane in panes]


def _as_place(box: Box) -> Place:
    return Place(box, box, Box(box.left, box.bottom, box.width, 0))


def pane_box(pane: Pane, size_px: Size, ui_scale: float = 1.0) -> Box:
    """Return where a pane lies: two lie beside each other in a wide frame, one above the other in a high one."""
    width, height = size_px
    is_wide = width >= height
    columns = 1 if pane.count == 1 or (pane.count == 2 and not is_wide) else 2
    rows = 2 if pane.count == 4 or (pane.count == 2 and not is_wide) else 1
    gap = max(1, round(GAP_PX * ui_scale))
    left, wide = _share(width, columns, pane.index % columns, gap)
    down, high = _share(height, rows, pane.index // columns, gap)
    return Box(left, height - down - high, wide, high)


def _share(length: int, parts: int, part: int, gap: int) -> tuple[int, int]:
    """Return first pixel and length of one part of a side cut into one or two with a gap between."""
    if parts == 1:
        return 0, length
    first = max(1, (length - gap) // 2)
    return (0, first) if part == 0 else (first + gap, max(1, length - gap - first))


def _room(small: Sequence[Pane], count: int, size_px: Size, ui_scale: float) -> Box:
    """Return what small pictures lie in: the pane in their corner, or the whole frame where that is too small."""
    corner = small[0].corner
    boxes = [pane_box(Pane(index=i, count=count), size_px, ui_scale) for i in range(count)]
    x = 0 if corner.endswith("left") else size_px[0] - 1
    y = 0 if corner.startswith("lower") else size_px[1] - 1
    pane = next(box for box in boxes if box.holds(x, y))
    wanted = LEAST_EM * small[0].em_px * ui_scale
    return pane if _side_px(small[0], pane, ui_scale) >= wanted else Box(0, 0, *size_px)


def _edges_px(pane: Pane, ui_scale: float) -> tuple[int, int]:
    """Return what stays free above and below small pictures."""
    above = CLOCK_PX * pane.text_scale if pane.corner == "upper-left" else MARGIN_PX
    below = REMARKS_PX * pane.text_scale if pane.corner == "lower-right" else MARGIN_PX
    return round(above * ui_scale), round(below * ui_scale)


def _side_px(pane: Pane, room: Box, ui_scale: float) -> int:
    """Return how large small pictures are."""
    around = sum(_edges_px(pane, ui_scale)) + _strip_px(pane, ui_scale) + round(pane.card_px[1] * ui_scale)
    wanted = max(min(SIDE_EM * pane.em_px * ui_scale, LARGEST_SHARE * min(room.size)), pane.card_px[0] * ui_scale)
    return max(SMALLEST_PX, round(min(wanted, room.height - around)))


def _strip_px(pane: Pane, ui_scale: float) -> int:
    """Return the height of the words above a small picture."""
    return round((STRIP_CARD_PX if pane.card_px[1] else STRIP_PX) * pane.text_scale * ui_scale)


def _small_places(panes: Sequence[Pane], room: Box, ui_scale: float) -> list[Place]:
    """Return where small pictures lie: under each other from their corner where there is room, else in a row."""
    width, height = room.size
    corner = panes[0].corner
    margin, strip = round(MARGIN_PX * ui_scale), _strip_px(panes[0], ui_scale)
    card = round(panes[0].card_px[1] * ui_scale)
    above, below = _edges_px(panes[0], ui_scale)
    side = _side_px(panes[0], room, ui_scale)
    whole = strip + side + card
    is_stack = len(panes) * (whole + margin) - margin <= height - above - below
    found = []
    for number in range(len(panes)):
        right, down = (0, number) if is_stack else (number, 0)
        x = margin + right * (side + margin)
        left = room.left + (x if corner.endswith("left") else width - x - side)
        y = down * (whole + margin)
        bottom = room.bottom + (below + y if corner.startswith("lower") else height - above - y - whole)
        picture = Box(left, bottom + card, side, side)
        outer = Box(left, bottom + card, side, side + strip)
        found.append(Place(outer, picture, Box(left, bottom, side, card)))
    return found


def pane_at(panes: Sequence[Pane], x_px: float, y_px: float, size_px: Size, ui_scale: float = 1.0) -> int | None:
    """Return the number of the picture under a place, the last drawn first, or None on a divider.

    Parameters
    ----------
    x_px, y_px : from the lower left corner, physical pixels
    """
    found = places(panes, size_px, ui_scale)
    return next((i for i in reversed(range(len(found))) if found[i].outer.holds(x_px, y_px)), None)
