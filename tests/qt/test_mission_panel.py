"""The card of the active mission in the window."""

from __future__ import annotations

import pytest
from qt.acts import press

from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session

pytestmark = pytest.mark.qt


@pytest.fixture
def session() -> Session:
    return Session([load_mission("luna-25"), load_mission("artemis-2")])


def test_the_card_follows_the_active_mission(window, session):
    press(window, "Shift+I")
    panel = window.panels.widgets["mission"]
    assert panel.isVisible()
    text = panel.page.toPlainText()
    assert "ADRON-LR" in text
    assert "84 s" in text
    session.activate("artemis-2")
    window.loop.tick()
    window.refresh_panels()
    text = panel.page.toPlainText()
    assert "Reid Wiseman" in text
    assert "ADRON-LR" not in text
