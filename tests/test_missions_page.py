"""The generated page about the missions says what the shipped flights say."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from visualizer.bake.missions_page import facts_table, known_as
from visualizer.bake.svg_plot import Curve, plot_svg
from visualizer.missions.catalogue import load_mission
from visualizer.missions.evidence import evidence
from visualizer.missions.user_catalogue import bundled_mission_ids

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def page():
    return (DOCS / "missions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_the_page_is_up_to_date(page, mission_id):
    mission = load_mission(mission_id)
    again = "run python -m visualizer.bake.missions_page"
    assert facts_table(evidence(mission)) in page, again
    assert known_as(mission.trajectory) in page, again
    assert mission.document.outcome.strip() in page, again
    ElementTree.parse(DOCS / "images" / "missions" / f"{mission_id}.svg")


def test_a_plot_has_its_curves_and_breaks_them_off():
    x = np.linspace(0.0, 10.0, 101)
    y = 1e3 + 100.0 * x
    y[40:50] = np.nan
    text = plot_svg("title", "km", [Curve("a", "#123456", x, y)], [(0.0, "start")], [(2.0, 3.0)])
    root = ElementTree.fromstring(text)
    lines = [one for one in root.iter() if one.tag.endswith("polyline")]
    assert len(lines) == 2
    assert len(lines[0].get("points", "").split()) == 40
