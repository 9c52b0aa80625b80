"""The page about the program names every source of data; diagnostics hold nothing of the user's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from visualizer.resources import manifest
from visualizer.ui.about import about_html, data_sources, diagnostics_text

pytestmark = pytest.mark.qt


def test_every_source_and_licence_of_the_bundled_files_is_named(qapp):
    html = about_html()
    for entry in manifest().values():
        assert entry["licence"].replace("'", "&#x27;") in html
    told = {source for _, sources, _ in data_sources() for source in sources}
    assert told == {source for entry in manifest().values() for source in entry["sources"]}


def test_diagnostics_tell_graphics_and_timings_and_nothing_of_the_user(window, monkeypatch):
    monkeypatch.setenv("USER", "valentina")
    window.run("window.copy_diagnostics")
    text = QGuiApplication.clipboard().text()
    assert "Qt 6." in text
    assert "quality automatic" in text
    for private in ("valentina", str(Path.home()), os.environ["HOME"], os.getcwd(), os.uname().nodename):
        assert private not in text


def test_timings_are_those_of_the_last_pictures(qapp):
    text = diagnostics_text(None, "low", [10.0, 20.0, 30.0, 40.0, 500.0])
    assert "pictures: 5, median 30.0 ms, 95 % within 40.0 ms" in text
