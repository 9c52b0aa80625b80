"""The order of tests: pure, Qt, GL, then the slow ones; the packaged program only on request."""

from __future__ import annotations

import os

import pytest

TIERS = ("pure", "qt", "gl", "frozen")


def tier_of(item: pytest.Item) -> str:
    """Return the last tier whose mark a test carries; without a mark it is pure."""
    marked = [tier for tier in TIERS if item.get_closest_marker(tier)]
    return marked[-1] if marked else "pure"


def order_key(item: pytest.Item) -> tuple[bool, int]:
    """Return what tests are sorted by: the quick ones first, among equals by tier."""
    return item.get_closest_marker("slow") is not None, TIERS.index(tier_of(item))


def wants_frozen(config: pytest.Config) -> bool:
    """Tell whether the tests of the packaged program were asked for."""
    return "frozen" in (config.option.markexpr or "") or os.environ.get("PERILUNE_FROZEN") == "1"


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the collected tests by tier and drop the frozen ones unless they were asked for."""
    items.sort(key=order_key)
    if wants_frozen(config):
        return
    dropped = [item for item in items if tier_of(item) == "frozen"]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if tier_of(item) != "frozen"]
