"""Which colour a mission has: a number in the table of colours that depends on the mission alone.

Missions. In the window, in films, on maps and in files that another process draws it is the same one, whatever else is
shown; `scene.palette` knows the colours themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final
from zlib import crc32

from visualizer.missions.branch_missions import parent_id_of
from visualizer.missions.catalogue import Mission

# As many as there are in `scene.palette`.
N_COLOURS: Final = 12
BUNDLED: Final = (
    "luna-25", "chandrayaan-3", "kplo", "artemis-2", "im-1", "luna-24", "artemis-1", "chandrayaan-2", "im-2", "slim",
    "lcross", "artemis-iii-iv",
)  # fmt: skip
# The user's own flights begin with those of the missions that are looked at least.
OWN_ORDER: Final = (9, 10, 8, 11, 7, 6, 5, 4, 3, 2, 1, 0)
BRANCH_STEP: Final = 6


def number_of(mission: Mission) -> int:
    """Return a mission's number: the one chosen for it, else its own; a branch has another one than its mission."""
    if mission.colour is not None:
        return mission.colour
    parent_id = parent_id_of(mission.id)
    own = BUNDLED.index(parent_id) if parent_id in BUNDLED else crc32(parent_id.encode())
    if parent_id != mission.id:
        own += BRANCH_STEP + crc32(mission.id.partition("/")[2].encode()) % 3
    return own % N_COLOURS


def numbers_of(missions: Iterable[Mission]) -> tuple[int, ...]:
    """Return the numbers of missions, in their order."""
    return tuple(number_of(mission) for mission in missions)


def free_number(used: Iterable[int]) -> int:
    """Return the number for another flight of the user's: the one that the fewest of those there have."""
    counts = Counter(number % N_COLOURS for number in used)
    return min(OWN_ORDER, key=lambda number: (counts[number], OWN_ORDER.index(number)))
