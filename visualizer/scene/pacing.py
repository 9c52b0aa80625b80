"""How finely to draw while things move: fewer pixels on a slow renderer, all of them again when it rests.

Pure arithmetic on measured drawing times; the window's picture asks it before each frame and tells it after.
"""

from __future__ import annotations

from typing import Final

SCALES: Final = (1.0, 0.7, 0.5)
# A frame that draws within this needs no help; the window's own composition comes on top.
WANTED_S: Final = 0.032
# While a hand moves the time, picture and composition together are to take that long.
HURRIED_S: Final = 0.012
# Waiting costs two milliseconds, in which the window could be put together.
UNTIMED_MOST: Final = 3
# Up again only if the larger picture would be quick enough with a margin, so that the scale does not flutter.
MARGIN: Final = 0.8
# Part of a frame's time that does not shrink with the number of pixels (geometry, Python).
FIXED_SHARE: Final = 0.2
# After so long without a frame nothing moves any more; after slow frames the wait is longer, for the next may be late.
REST_S: Final = 0.09
REST_FRAMES: Final = 1.5
MEMORY: Final = 0.4
# A frame that takes longer with all pixels is not drawn so when things begin to move: the window would stop for it.
STOPS_S: Final = 0.08
# Panes are drawn in turn once all of them take so many times too long even with the fewest pixels.
TURNS_OVER: Final = 1.25


class Pacer:
    """Chooses the scale of the next frame.

    Attributes
    ----------
    is_on : whether scales below 1 are chosen at all
    takes_turns : whether of several panes only some are to be drawn in the frame that begins now
    waits : whether the frame that begins now is to be waited for and timed; where a hand waits, one in four is enough
    """

    def __init__(self, is_on: bool = True) -> None:
        self.is_on = is_on
        self.takes_turns = False
        self.waits = True
        self._untimed = 0
        self._is_late = False
        self._scale = 1.0
        self._drawn = 1.0
        self._began_s = self._ended_s = -1e9
        self._full_s = 0.0
        self._wanted_s = WANTED_S

    @property
    def rest_s(self) -> float:
        """How long no frame must have been asked for until things rest, s."""
        return max(REST_S, REST_FRAMES * (self._ended_s - self._began_s))

    def begin(self, now_s: float, *, must_be_sharp: bool = False, is_hurried: bool = False) -> float:
        """Return the scale of the frame that begins now, 1 for all pixels.

        Parameters
        ----------
        now_s : a steady clock
        must_be_sharp : whether nothing moves
        is_hurried : whether a hand waits for the picture
        """
        self._wanted_s = HURRIED_S if is_hurried else WANTED_S
        is_moving = now_s - self._ended_s < 1.5 * self.rest_s and not must_be_sharp
        is_coarse = is_moving or (self._full_s > STOPS_S and not must_be_sharp)
        self._drawn = self._scale if is_coarse and self.is_on else 1.0
        self.takes_turns = self._is_late and is_moving and self._drawn == SCALES[-1]
        self.waits = not is_hurried or self._untimed >= UNTIMED_MOST
        self._began_s = now_s
        return self._drawn

    def go_on(self, now_s: float) -> None:
        """Note that a frame was handed over that nobody waits for."""
        self._ended_s = now_s
        self._untimed += 1

    def end(self, now_s: float, part: float = 1.0) -> None:
        """Learn from the frame that is drawn; `part` of its panes were."""
        self._ended_s = now_s
        self._untimed = 0
        full_s = (now_s - self._began_s) / _share(self._drawn) / part
        self._full_s = full_s if self._full_s == 0.0 else self._full_s + MEMORY * (full_s - self._full_s)
        place = SCALES.index(self._scale)
        if place and self._full_s * _share(SCALES[place - 1]) < MARGIN * self._wanted_s:
            self._scale = SCALES[place - 1]
        elif place + 1 < len(SCALES) and self._full_s * _share(self._scale) > self._wanted_s:
            self._scale = SCALES[place + 1]
        coarse_s = self._full_s * _share(SCALES[-1])
        self._is_late = coarse_s > (MARGIN if self._is_late else TURNS_OVER) * WANTED_S


def _share(scale: float) -> float:
    """Return the time of a frame of this scale over that of a full one."""
    return FIXED_SHARE + (1.0 - FIXED_SHARE) * scale**2
