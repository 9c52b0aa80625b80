"""What each tier of quality holds in graphics memory. Command line layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from visualizer.model.session import Session
    from visualizer.scene.quality import Quality

# From afar and near the ground: together they want every texture and the most ground.
VIEWS: Final = ("system", "earth", "moon", "follow", "site")


def measure_memory(session: Session, size_px: tuple[int, int]) -> dict[str, float]:
    """Draw off-screen in each tier and return the most that was held at a time, MB."""
    from visualizer.scene.quality import TIERS

    return {tier.id: round(1e-6 * most_held(session, size_px, tier)["total"], 1) for tier in TIERS}


def most_held(session: Session, size_px: tuple[int, int], tier: Quality) -> dict[str, int]:
    """Return what was held at the most in a tier, bytes, as `gl_memory.gpu_bytes` tells it.

    A picture at rest is counted, in the tier's own number of pixels.
    """
    from visualizer.export.offscreen import OffscreenPainter
    from visualizer.scene.gl_memory import gpu_bytes
    from visualizer.scene.quality import MEDIUM
    from visualizer.scene.smoothed_picture import SmoothedPicture
    from visualizer.scene.visuals.textures import limit_cubes

    found: list[dict[str, Any]] = []
    limit_cubes(tier.largest_cube_px)
    try:
        with OffscreenPainter(size_px, max(1, round(tier.rest_scale))) as painter:
            # A window at rest holds the mean of its drawings.
            smoothed = SmoothedPicture()
            if tier.rest_scale == 1.0:
                smoothed.add(size_px, lambda _size, _shift: None)
            for view_id in VIEWS:
                session.choose_view(view_id, at_once=True)
                painter.draw(session.frame_state())
                found.append(gpu_bytes())
    finally:
        limit_cubes(MEDIUM.largest_cube_px)
    return max(found, key=lambda one: int(one["total"]))
