"""The order of tests: pure, Qt, GL, then the slow ones; the packaged program only on request."""

from __future__ import annotations

import os

import pytest

TIERS = ("pure", "qt", "gl", "frozen")
# Measured by `--durations=0`. A file that is not named here has its turn with the rest of its tier.
LONGEST_FIRST = ("validation/test_luna25_evidence.py", "test_session_watch.py", "gl/test_export.py", "test_wheel.py")


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


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is a worker that gets its tests from another one."""
    return hasattr(config, "workerinput")


def shared_key(item: pytest.Item) -> tuple[int, bool, int]:
    """Return what tests are sorted by for workers: the files that take longest first, so that none is left alone."""
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    place = LONGEST_FIRST.index(file) if file in LONGEST_FIRST else len(LONGEST_FIRST)
    return place, item.get_closest_marker("slow") is None, -TIERS.index(tier_of(item))


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the collected tests and drop the frozen ones unless they were asked for."""
    items.sort(key=shared_key if is_worker(config) else order_key)
    if wants_frozen(config):
        return
    dropped = [item for item in items if tier_of(item) == "frozen"]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if tier_of(item) != "frozen"]
