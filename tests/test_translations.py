"""Every text that a widget shows goes through the translation call: no bare words in calls that show text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "visualizer" / "ui"
SHOWING = {
    "QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QDockWidget", "setText",
    "setToolTip", "setStatusTip", "setWindowTitle", "setPlaceholderText", "setAccessibleName", "setTitle", "addAction",
    "addMenu", "addTab", "addItem", "say", "setInformativeText", "setHeaderLabels",
}  # fmt: skip
# Names of the program, units and signs are the same in every language.
SAME_EVERYWHERE = {"Perilune", "UTC", "km", "log", "CSV", "Markdown", "PNG", "SVG", "MP4"}


def bare_words(tree: ast.Module) -> list[str]:
    """Return the literals with words in them that are handed to a call that shows text."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SHOWING:
                found += [f"line {arg.lineno}: {words!r}" for arg in node.args for words in _words(arg)]
    return found


def _words(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = re.sub(r"<[^>]*>?", " ", node.value).strip()
        return [text] if sum(c.isalpha() for c in text) > 2 and text not in SAME_EVERYWHERE else []
    if isinstance(node, ast.JoinedStr):
        return [w for part in node.values if isinstance(part, ast.Constant) for w in _words(part) if " " in w]
    if isinstance(node, ast.IfExp):
        return _words(node.body) + _words(node.orelse)
    return []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_no_text_is_shown_untranslated(path):
    assert bare_words(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_the_check_finds_bare_words():
    tree = ast.parse('label.setText("Close the window")\nQLabel(tr("fine"))\nQLabel("Perilune")')
    assert bare_words(tree) == ["line 1: 'Close the window'"]
