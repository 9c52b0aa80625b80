"""Give memory back to the system when large arrays are freed. Window layer.

The C library of Linux keeps what was freed for later: after pictures of hundreds of megabytes were decoded and let go,
the process stays that large. Large pieces that are asked of the system one by one go back to it at once. What a
window of 2560x1440 needs to show itself is below that: else it is asked for anew at each picture, 3,000 page faults.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Final

# Of malloc.h: from which size on a piece is asked of the system, and how many pools of small pieces threads share.
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
LARGE_BYTES: Final = 16 << 20
POOLS: Final = 2


def return_freed_memory() -> None:
    """Let freed memory go back to the system; does nothing where the C library has no say in it."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            own = ctypes.CDLL(None)
            own.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
            own.mallopt(M_ARENA_MAX, POOLS)
