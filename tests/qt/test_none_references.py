"""Python's None is not used up by Qt calls that return nothing."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel

pytestmark = pytest.mark.qt
CALLS = 2_000


def test_setting_texts_leaves_the_references_of_none_alone(qapp):
    label = QLabel()
    label.setText("first")
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setText(str(number))
    after = sys.getrefcount(None)
    label.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert abs(after - before) < CALLS // 20
