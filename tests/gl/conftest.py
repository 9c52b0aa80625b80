"""What draws the pictures of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from visualizer.export.offscreen import OffscreenPainter


@pytest.fixture(scope="module")
def painter(request: pytest.FixtureRequest) -> Iterator[OffscreenPainter]:
    """Return a painter of pictures of the module's `SIZE`, one sample in each pixel."""
    from visualizer.export.offscreen import OffscreenPainter

    with OffscreenPainter(request.module.SIZE, 1) as made:
        yield made
