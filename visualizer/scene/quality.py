"""Tiers of quality: how large textures are, how many pixels are drawn. The shaders are the same in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from visualizer.errors import CommandError
from visualizer.scene.gl import GlFacts

AUTOMATIC: Final = "automatic"
# The self-test draws a picture of this size.
TEST_PX: Final = (640, 360)
SLOW_S, QUICK_S = 0.040, 0.004


@dataclass(frozen=True, slots=True)
class Quality:
    """A tier.

    Attributes
    ----------
    id, title : for settings and menus
    largest_cube_px : side of a cube map's face
    rest_scale : of the picture when nothing moves; above 1 its edges are smooth at once, else after some drawings more
    is_paced : whether fewer pixels are drawn while things move, if need be
    """

    id: str
    title: str
    largest_cube_px: int
    rest_scale: float
    is_paced: bool


LOW: Final = Quality("low", "Low: small textures", 1024, 1.0, True)
MEDIUM: Final = Quality("medium", "Medium", 2048, 1.0, True)
HIGH: Final = Quality("high", "High: smooth edges", 2048, 2.0, True)
TIERS: Final = (LOW, MEDIUM, HIGH)


def quality_of_id(quality_id: str) -> Quality | None:
    """Return a tier by its id, None for the automatic choice; raise `CommandError` for other words."""
    if quality_id == AUTOMATIC:
        return None
    for tier in TIERS:
        if tier.id == quality_id:
            return tier
    raise CommandError(f"quality {quality_id!r}: unknown; one of {AUTOMATIC}, {', '.join(t.id for t in TIERS)}")


def chosen(facts: GlFacts, test_s: float) -> Quality:
    """Return the tier for a renderer that draws the self-test's picture in so many seconds."""
    if test_s > SLOW_S:
        return LOW
    return HIGH if test_s < QUICK_S and not facts.is_software else MEDIUM
