"""Which words of a window are cut, and what a screen reader says of a widget."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def name_of(widget: QWidget) -> str:
    """Return what a screen reader says of a widget."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


def cut(root: QWidget) -> list[str]:
    """Return labels and buttons that are smaller than what they show."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, (QAbstractButton, QLabel)) or widget.visibleRegion().isEmpty():
            continue
        wants, has = widget.sizeHint(), widget.size()
        is_free = isinstance(widget, QLabel) and (widget.wordWrap() or widget.minimumSizeHint().width() < wants.width())
        if has.height() < widget.minimumSizeHint().height() - 1 or (not is_free and has.width() < wants.width() - 1):
            words = widget.text() or name_of(widget) or widget.objectName()
            inside = type(widget.parentWidget()).__name__
            found.append(f"{type(widget).__name__} {words!r} in {inside}: {has.toTuple()} of {wants.toTuple()}")
    return found
