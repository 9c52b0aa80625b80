"""Tiers of quality: chosen by a measured time, known by their ids."""

from __future__ import annotations

from itertools import pairwise

import pytest

from visualizer.errors import CommandError
from visualizer.scene.gl import GlFacts
from visualizer.scene.quality import AUTOMATIC, HIGH, LOW, MEDIUM, TIERS, chosen, quality_of_id


def facts(renderer: str) -> GlFacts:
    return GlFacts("vendor", renderer, "4.5", 16384, 16384)


@pytest.mark.parametrize(
    ("renderer", "test_s", "tier"),
    [
        ("NVIDIA H200", 0.001, HIGH), ("Intel UHD", 0.008, MEDIUM), ("llvmpipe", 0.012, MEDIUM),
        ("llvmpipe", 0.002, MEDIUM), ("llvmpipe", 0.09, LOW), ("Old card", 0.05, LOW),
    ],
)  # fmt: skip
def test_a_tier_for_each_renderer(renderer, test_s, tier):
    assert chosen(facts(renderer), test_s) is tier


def test_ids_lead_to_tiers():
    assert quality_of_id(AUTOMATIC) is None
    assert [quality_of_id(tier.id) for tier in TIERS] == list(TIERS)
    with pytest.raises(CommandError, match="automatic, low, medium, high"):
        quality_of_id("best")


def test_better_tiers_have_more():
    for worse, better in pairwise(TIERS):
        assert worse.largest_cube_px <= better.largest_cube_px
        assert worse.rest_scale <= better.rest_scale
