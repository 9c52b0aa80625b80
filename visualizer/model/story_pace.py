"""How mission time passes in a shot: even, eased at both ends, or slowed near events."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

# Near an event a mission second takes this many times as long, within about this share of the span on each side.
SLOWNESS: Final = 12.0
WIDTH: Final = 0.02
STEPS: Final = 60


def eased(share: float) -> float:
    """Return a share of the way that begins and ends at rest."""
    return share * share * (3.0 - 2.0 * share)


def pace_of(pace: str, events: Sequence[float]) -> Callable[[float], float]:
    """Return what turns a share of the film's time into a share of the span; 0 stays 0 and 1 stays 1.

    Parameters
    ----------
    pace : 'linear', 'eased' or 'slow-near-events'
    events : where the events lie in the span, 0 to 1
    """
    if pace == "eased":
        return eased
    if pace == "slow-near-events" and events:
        return lambda share: slowed(share, events)
    return lambda share: share


def slowed(share: float, events: Sequence[float]) -> float:
    """Return the share of the span at a share of the film, by halving: film time grows steadily with the span's."""
    if share <= 0.0 or share >= 1.0:
        return min(max(share, 0.0), 1.0)
    first, last = film_time(0.0, events), film_time(1.0, events)
    wanted = first + share * (last - first)
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if film_time(middle, events) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def film_time(at: float, events: Sequence[float]) -> float:
    """Return how much film has passed at a share of the span, up to a factor.

    Its slope is 1 far from events and 1 + `SLOWNESS` at one; the bump is sech^2, whose integral is tanh.
    """
    return at + sum(SLOWNESS * WIDTH * math.tanh((at - event) / WIDTH) for event in events)
