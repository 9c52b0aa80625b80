"""The command palette: a few letters find commands, views, events, missions, sites, craters, planets and times.

Window layer. It lies over the upper part of the window; keys alone are enough. The index of all features is made in a
worker when the palette is first opened; until then everything else is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.model.bookmarks import Bookmark, BookmarkStore
from visualizer.model.commands import Command
from visualizer.model.search import Context, Entry, SearchIndex, folded, merged
from visualizer.model.search_entries import (
    body_entries,
    command_entries,
    feature_entries,
    mission_entries,
    typed_entries,
)
from visualizer.ui import theme
from visualizer.ui.going import go
from visualizer.ui.own_window import stand_above
from visualizer.ui.recent import Recent
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

OWN_ID: Final = "window.show_palette"
ROWS: Final = 12
WIDTH_EM: Final = 58
PLACEHOLDER: Final = "A crater, a mission, an event, a command, a time…"
HELP: Final = "↑ ↓ choose    Enter goes there    Esc leaves"
NOTHING: Final = "Nothing is called like that"
_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_MOVES: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}
_ENTERS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Rows(QAbstractListModel):
    """Entries as rows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Qt: how many."""
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: a row's text, what is read aloud, its entry."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, tr(entry.kind), entry.detail) if part)
        return entry if role == _ROLE else None


class _RowPainter(QStyledItemDelegate):
    """Title on the left, detail and kind on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the row's size."""
        return QSize(option.rect.width(), round(1.7 * option.fontMetrics.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: draw a row."""
        entry: Entry = index.data(_ROLE)
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        metrics, em = option.fontMetrics, option.fontMetrics.horizontalAdvance("m")
        place = option.rect.adjusted(em, 0, -em, 0)
        kind_px = min(9 * em, place.width() // 4)
        room = place.width() - kind_px - em
        spare = room - metrics.horizontalAdvance(entry.title) - em
        detail_px = min(metrics.horizontalAdvance(entry.detail) + em, max(spare, room // 3))
        left = QRect(place.left(), place.top(), room - detail_px, place.height())
        middle = QRect(left.right() + em // 2, place.top(), detail_px, place.height())
        right = QRect(place.right() - kind_px, place.top(), kind_px, place.height())
        self._text(painter, option, left, entry.title, True)
        self._text(painter, option, middle, entry.detail, False)
        self._text(painter, option, right, tr(entry.kind), False)

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, is_title: bool) -> None:
        side = Qt.AlignmentFlag.AlignLeft if is_title else Qt.AlignmentFlag.AlignRight
        is_bright = is_title or bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text) if is_bright else QColor(theme.MUTED))
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, shown)


class Palette(QFrame):
    """The palette of a window; hidden until it is opened."""

    def __init__(self, window: QMainWindow, commands: Sequence[Command[Any]]) -> None:
        super().__init__(window)
        self._window: Any = window
        self._commands = [command for command in commands if command.id != OWN_ID]
        self._bookmarks: list[Bookmark] = []
        self.setObjectName("palette")
        self.setProperty("role", "palette")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self.recent = Recent()
        self._index = SearchIndex(())
        self._indexed: tuple[str, ...] = ()
        self._context = Context()
        self._runner = Runner(self)
        self._runner.done.connect(self._on_index)
        self._runner.failed.connect(self._on_failed)
        self.field, self.rows, self.list = QLineEdit(self), _Rows(self), QListView(self)
        self.note = QLabel(tr(HELP), self)
        self._lay_out()
        stand_above(self, self._window.canvas.native)
        # Before the list has its thousand rows.
        theme.dress(self)
        self.field.textChanged.connect(lambda _text: self.search())
        self.list.clicked.connect(lambda index: self.choose(index.row()))
        self.list.selectionModel().currentChanged.connect(lambda index, _before: self._tell(index))
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        window.closing.connect(lambda _settings: self.stop())
        self.hide()

    def _lay_out(self) -> None:
        self.field.setPlaceholderText(tr(PLACEHOLDER))
        self.field.setAccessibleName(tr("Search for places, missions, events, commands and times"))
        self.list.setAccessibleName(tr("What was found"))
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.note.setProperty("role", "muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        for widget in (self.field, self.list, self.note):
            column.addWidget(widget)

    # -- opening and leaving ------------------------------------------------------------------------------

    def open(self) -> None:
        """Show it, empty, with what was chosen lately first."""
        session = self._window.session
        self._context = Context(tuple(self.recent.list_of("choices")), session.active_id)
        self._bookmarks = BookmarkStore().load()
        self._require_index()
        self.field.clear()
        self.search()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Hide it; the picture has the keys again."""
        if not self.isHidden():
            self.hide()
            self._window.canvas.native.setFocus()

    def stop(self) -> None:
        """End the worker; for a closing window."""
        self._runner.stop()
        self.hide()

    def _place(self) -> None:
        metrics, over = self.fontMetrics(), self._window.rect()
        em = metrics.horizontalAdvance("m")
        row = round(1.7 * metrics.height())
        width = min(WIDTH_EM * em, over.width() - 2 * em)
        others = self.field.sizeHint().height() + self.note.sizeHint().height() + 5 * self.layout().spacing()
        rows = min(max(len(self.rows.entries), 1), ROWS)
        height = min(rows * row + others + 2 * em, over.height() - 4 * row)
        self.setGeometry((over.width() - width) // 2, round(1.5 * row), width, height)

    # -- searching ----------------------------------------------------------------------------------------

    def _require_index(self) -> None:
        """Bring the index up to date: at once without features, with them in a worker."""
        missions = list(self._window.session.missions.values())
        wanted = tuple(mission.id for mission in missions)
        if wanted == self._indexed:
            return
        self._indexed, commands = wanted, self._commands
        self._index = SearchIndex(tuple(_quick_entries(commands, missions)))
        self._runner.start(lambda: SearchIndex((*_quick_entries(commands, missions), *feature_entries())))

    def _on_index(self, index: SearchIndex) -> None:
        self._index = index
        if not self.isHidden():
            self.search()

    def _on_failed(self, error: Exception) -> None:
        # The gazetteer is damaged: all else can still be found.
        self._window.say(str(error))
        if not isinstance(error, PeriluneError):
            raise error

    @property
    def is_ready(self) -> bool:
        """Whether features are found too."""
        return self._index.entry("feature:Tycho") is not None

    def search(self) -> None:
        """Show what the field's text means."""
        text, session = self.field.text(), self._window.session
        typed = typed_entries(text, session.active, session.missions.values(), session.clock.epoch_tdb_s)
        kept = _bookmark_entries(text, self._bookmarks)
        found = merged([*typed, *kept], self._index.search(text, self._context))
        self.rows.show_entries(found)
        self.list.setCurrentIndex(self.rows.index(0, 0))
        self.note.setText(tr(HELP) if found else tr(NOTHING))
        self._place()

    def _tell(self, index: QModelIndex) -> None:
        """Let screen readers, which stay in the field, read the current row."""
        words = self.rows.data(index, Qt.ItemDataRole.AccessibleTextRole) if index.isValid() else ""
        self.field.setAccessibleDescription(words)

    def choose(self, row: int | None = None) -> None:
        """Go to a row, the current one by default; links and times are not kept among what was chosen lately."""
        row = self.list.currentIndex().row() if row is None else row
        if not 0 <= row < len(self.rows.entries):
            return
        entry = self.rows.entries[row]
        self.leave()
        if not entry.key.startswith(("link:", "time:")):
            self.recent.add("choices", entry.key)
        try:
            go(self._window, entry.key)
        except PeriluneError as error:
            self._window.say(str(error))

    # -- keys ---------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the field's keys move in the list; the palette goes when the keys go elsewhere."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and not self.isHidden():
                self._place()
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_own(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        elif event.type() == QEvent.Type.FocusOut and QGuiApplication.focusWindow() is not None:
            self.hide()
        return False

    def _is_own(self, event: QKeyEvent) -> bool:
        has_strong = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
        return not has_strong or event.key() in (Qt.Key.Key_N, Qt.Key.Key_P)

    def _key(self, event: QKeyEvent) -> bool:
        key, has_control = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = _MOVES.get(key, 0) or ({Qt.Key.Key_N: 1, Qt.Key.Key_P: -1}.get(key, 0) if has_control else 0)
        if step:
            self._move(step)
        elif key in _ENTERS:
            self.choose()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            # Tab would leave the palette without closing it.
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def _move(self, step: int) -> None:
        count = len(self.rows.entries)
        if count:
            row = self.list.currentIndex().row()
            is_over = abs(step) == 1 and not 0 <= row + step < count
            wanted = (row + step) % count if is_over else min(max(row + step, 0), count - 1)
            self.list.setCurrentIndex(self.rows.index(wanted, 0))


def _quick_entries(commands: Sequence[Command[Any]], missions: list[Mission]) -> list[Entry]:
    return [*command_entries(commands), *body_entries(), *mission_entries(missions)]


def _bookmark_entries(text: str, bookmarks: list[Bookmark]) -> list[Entry]:
    """Return the user's bookmarks whose titles hold the text."""
    wanted = folded(text)
    if len(wanted) < 2:
        return []
    return [
        Entry(f"bookmark:{one.id}", one.title, "Bookmark", one.time.replace("T", " ")[:16])
        for one in bookmarks
        if wanted in folded(one.title)
    ][:5]


def open_palette(window: QMainWindow, commands: Sequence[Command[Any]]) -> None:
    """Open a window's palette, made at first, with its table of commands."""
    there = window.findChild(Palette)
    (there if isinstance(there, Palette) else Palette(window, commands)).open()
