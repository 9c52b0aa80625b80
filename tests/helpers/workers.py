"""How tests are shared out among workers (pytest-xdist): a file stays whole, the longest files begin first.

Tests that open windows on the one display take turns: their files go to one worker, as if they were one file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

TESTS = Path(__file__).resolve().parent.parent
DISPLAY_FIXTURE = "x_display_env"


@cache
def wants_display(file: str) -> bool:
    """Tell whether a test file, named from the repository's root, opens windows on the display."""
    return DISPLAY_FIXTURE in (TESTS.parent / file).read_text(encoding="utf-8")


class Sharing(LoadFileScheduling):
    """Gives each worker a file at a time, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "display" if wants_display(file) else file
