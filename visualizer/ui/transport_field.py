"""The field that shows mission time and reads what is typed or pasted, with names of events to choose from.

Window layer.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from visualizer.missions.catalogue import Mission
from visualizer.model.time_entry import completions
from visualizer.ui import theme
from visualizer.ui.words import tr

TEXT_ROLE = Qt.ItemDataRole.UserRole
MATCH_ROLE = Qt.ItemDataRole.UserRole + 1


class NameCompleter(QCompleter):
    """Names of events and shared moments; what is put in is their id, which an offset can follow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names = QStandardItemModel(self)
        self._of: tuple[str, ...] = ()
        self.setModel(self._names)
        self.setCompletionRole(MATCH_ROLE)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(10)
        self.popup().setAccessibleName(tr("Names of events"))
        self.popup().setObjectName("names")
        theme.dress(self.popup())

    def offer(self, missions: Sequence[Mission]) -> None:
        """Offer the events of these missions, the first one's by their ids alone."""
        ids = tuple(mission.id for mission in missions)
        if ids == self._of:
            return
        self._of = ids
        self._names.clear()
        offered = completions(missions)
        for one in offered:
            item = QStandardItem(one.title)
            item.setData(one.text, TEXT_ROLE)
            item.setData(f"{one.text} {one.title}", MATCH_ROLE)
            self._names.appendRow(item)
        widest = max(self.popup().fontMetrics().horizontalAdvance(one.title) for one in offered)
        self.popup().setMinimumWidth(widest + 3 * self.popup().fontMetrics().height())

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Qt: what is put into the field."""
        return str(index.data(TEXT_ROLE))

    def splitPath(self, path: str) -> list[str]:
        """Qt: what is looked for; a date is no name."""
        word = path.strip()
        return [word] if word[:1].isalpha() else ["\0"]


class DateField(QLineEdit):
    """A field that shows mission time and reads what is typed or pasted.

    Signals
    -------
    entered(str) : Return was pressed
    left() : Escape was pressed, or the focus went elsewhere
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Mission time, UTC"))
        self.setAccessibleDescription(tr("Type or paste a date, a time since launch or the name of an event"))
        self.setToolTip(
            tr("Type or paste a time: 2023-08-19 11:10 · 2023-231 11:10 · T+8d 12h · LOI+2h · impact-10min · +90 min "
               "(Ctrl+L)")
        )  # fmt: skip
        self.measure()
        self.names = NameCompleter(self)
        self.setCompleter(self.names)
        self.returnPressed.connect(lambda: self.entered.emit(self.text()))

    def measure(self) -> None:
        """Take the theme's digits, and the width of a date in them."""
        self.setFont(theme.digits_font())
        metrics = QFontMetricsF(self.font())
        self.setFixedWidth(round(metrics.horizontalAdvance("2023-08-19 11:10:00 UTC") + 1.6 * metrics.height()))

    @property
    def is_edited(self) -> bool:
        """Whether the user is typing."""
        return self.isModified() and (self.hasFocus() or self.names.popup().isVisible())

    def show_time(self, text: str) -> None:
        """Show mission time, unless the user is typing."""
        if self.text() != text and not self.is_edited and not (self.hasFocus() and self.hasSelectedText()):
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: what was half typed is given up, unless a list or a menu only opened over it."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.setModified(False)
            self.left.emit()
