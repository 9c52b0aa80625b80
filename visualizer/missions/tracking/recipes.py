"""The missions that are fitted to tracking.

Missions, tracking.
"""

from __future__ import annotations

from collections.abc import Callable

from visualizer.missions.tracking import artemis_2, chandrayaan_3, kplo
from visualizer.missions.tracking.fitting import Recipe

RECIPES: dict[str, Callable[[], Recipe]] = {
    "artemis-2": artemis_2.recipe,
    "chandrayaan-3": chandrayaan_3.recipe,
    "kplo": kplo.recipe,
}
