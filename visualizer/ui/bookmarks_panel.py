"""The panel of bookmarks: the user's own, which he adds, renames, moves and deletes with undo, and ready-made ones.

Window layer. Enter or a click goes there; F2 renames in place.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.errors import PeriluneError
from visualizer.model.bookmarks import Bookmark, BookmarkStore, bookmark_of, ready_made
from visualizer.model.places import ground_name
from visualizer.model.session import Session
from visualizer.model.session_scene import snapshot_of, snapshot_words
from visualizer.model.telemetry import phase_title
from visualizer.model.views import view_of_id
from visualizer.ui import theme
from visualizer.ui.bookmark_pictures import BookmarkPictures
from visualizer.ui.opening import file_desk
from visualizer.ui.words import tr

_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_SECOND_LINE: Final = _ROLE + 1
_PICTURE: Final = _ROLE + 2
# Width over height of small pictures.
ASPECT: Final = 16 / 9
EMPTY: Final = "Ctrl+D keeps what you see now"


class _TwoLines(QStyledItemDelegate):
    """A title, and below it in small letters when and what; headings stand alone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: the row's size."""
        is_entry = index.data(_SECOND_LINE) is not None
        return QSize(10, round((2.7 if is_entry else 1.7) * option.fontMetrics.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: draw a row."""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        em, second = option.fontMetrics.horizontalAdvance("m"), index.data(_SECOND_LINE)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        place = option.rect.adjusted(em // 2, 0, -em // 2, 0)
        muted = QColor(theme.MUTED)
        if second is None:
            self._line(painter, option, place, index.data(), muted)
            return
        place = place.adjusted(self._picture(painter, place, index.data(_PICTURE)), 0, 0, 0)
        half = place.height() // 2
        text = option.palette.color(QPalette.ColorRole.Text)
        self._line(painter, option, QRect(place.left(), place.top(), place.width(), half), index.data(), text)
        below = QRect(place.left(), place.top() + half, place.width(), half)
        self._line(painter, option, below, second, text if is_selected else muted)

    def _picture(self, painter: QPainter, place: QRect, picture: object) -> int:
        """Draw the small picture, or its empty frame, and return the width that it takes."""
        high = place.height() - 6
        box = QRect(place.left(), place.top() + 3, round(high * ASPECT), high)
        if isinstance(picture, QPixmap):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture)
        else:
            painter.fillRect(box, QColor(theme.BACKGROUND))
        return box.width() + place.height() // 5

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, colour: QColor) -> None:
        painter.setPen(colour)
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: the field for a new title takes the row's width."""
        height = editor.sizeHint().height()
        editor.setGeometry(option.rect.left(), option.rect.center().y() - height // 2, option.rect.width(), height)


class BookmarksPanel(QWidget):
    """The list and its buttons."""

    def __init__(self, desk: Any, parent: QWidget | None = None, store: BookmarkStore | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._session: Session = desk.session
        self.store = store or BookmarkStore()
        self.list = QListWidget(self)
        self.buttons: dict[str, QToolButton] = {}
        self._pictures = BookmarkPictures(self)
        self._pictures.arrived.connect(self._on_picture)
        self._lay_out()
        self.list.itemChanged.connect(self._on_renamed)
        self.list.itemActivated.connect(self._on_chosen)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_state())
        self.list.installEventFilter(self)
        self._session.changed.connect(self._on_session_changed)
        self._files = file_desk(desk)
        self._files.bookmarks_changed.connect(self.fill)
        self.fill()

    def _lay_out(self) -> None:
        self.list.setAccessibleName(tr("Bookmarks"))
        self.list.setItemDelegate(_TwoLines(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        row = QHBoxLayout()
        for name, words, help_, act in (
            ("add", "+", "Keep what you see now (Ctrl+D)", self.add),
            ("rename", "✎", "Give it another title (F2)", self.rename),
            ("up", "▲", "Move it up (Alt+Up)", lambda: self.move_by(-1)),
            ("down", "▼", "Move it down (Alt+Down)", lambda: self.move_by(1)),
            ("delete", "✕", "Take it away (Del); Undo brings it back", self.delete),
            ("undo", "↶", "Undo the last change of this list (Ctrl+Z in the list)", self.undo),
        ):
            button = QToolButton(self)
            button.setText(tr(words))
            button.setToolTip(tr(help_))
            button.setAccessibleName(tr(help_))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _checked=False, act=act: self._told(act))
            row.addWidget(button)
            self.buttons[name] = button
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.addWidget(self.list)
        column.addLayout(row)

    def refresh(self, _state: object) -> None:
        """Nothing here depends on the time."""

    def stop(self) -> None:
        """Stop listening; for a closing window."""
        self._session.changed.disconnect(self._on_session_changed)
        self._pictures.close()
        self._files.bookmarks_changed.disconnect(self.fill)

    def _on_session_changed(self, what: str) -> None:
        if what == "missions":
            self.fill()

    # -- filling ------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Read the file and show all, the current row again."""
        kept, own = self._current_id(), self.store.load()
        if self.store.notice:
            self._desk.say(self.store.notice)
            self.store.notice = ""
        with QSignalBlocker(self.list):
            self.list.clear()
            self._heading(tr("Mine"))
            for one in own:
                self._entry(one, is_own=True)
            if not own:
                self._heading(tr(EMPTY))
            if self._files.bookmarks:
                self._heading(tr("Of the scene"))
            for one in self._files.bookmarks:
                self._entry(one, is_own=False)
            self._heading(tr("Ready-made"))
            for one in ready_made(self._session.missions.values()):
                self._entry(one, is_own=False)
        self._select(kept)
        self._show_state()
        if self.isVisible():
            self._want_pictures()

    def _want_pictures(self) -> None:
        """Have pictures drawn of what is listed, the user's own first."""
        self._pictures.want([item.data(_ROLE) for item in self._items() if isinstance(item.data(_ROLE), Bookmark)])

    def _on_picture(self) -> None:
        with QSignalBlocker(self.list):
            for item in self._items():
                one = item.data(_ROLE)
                if isinstance(one, Bookmark) and item.data(_PICTURE) is None:
                    item.setData(_PICTURE, self._pictures.picture(one))
        self.list.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: it is seen: now pictures are worth being drawn."""
        super().showEvent(event)
        self._want_pictures()

    def _heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _entry(self, one: Bookmark, *, is_own: bool) -> None:
        item = QListWidgetItem(one.title)
        words = snapshot_words(one, self._session.missions.values())
        item.setData(_ROLE, one)
        item.setData(_SECOND_LINE, words)
        item.setData(_PICTURE, self._pictures.picture(one))
        item.setData(int(Qt.ItemDataRole.AccessibleTextRole), f"{one.title}, {words}")
        item.setToolTip(one.note or words)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if is_own else flags)
        self.list.addItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _current(self) -> Bookmark | None:
        item = self.list.currentItem()
        value = item.data(_ROLE) if item is not None else None
        return value if isinstance(value, Bookmark) else None

    def _current_id(self) -> str:
        one = self._current()
        return one.id if one is not None else ""

    def _is_own(self) -> bool:
        item = self.list.currentItem()
        return item is not None and bool(item.flags() & Qt.ItemFlag.ItemIsEditable)

    def _select(self, bookmark_id: str) -> None:
        for item in self._items():
            value = item.data(_ROLE)
            if isinstance(value, Bookmark) and value.id == bookmark_id:
                self.list.setCurrentItem(item)

    def _show_state(self) -> None:
        for name in ("rename", "up", "down", "delete"):
            self.buttons[name].setEnabled(self._is_own())
        self.buttons["undo"].setEnabled(self.store.can_undo)

    # -- acting -------------------------------------------------------------------------------------------

    def _told(self, act: Any) -> None:
        try:
            act()
        except PeriluneError as error:
            self._desk.say(str(error))

    def go(self, one: Bookmark) -> None:
        """Show what a bookmark holds."""
        self._told(lambda: file_desk(self._desk).show_snapshot(one, one.title))

    def _on_chosen(self, item: QListWidgetItem) -> None:
        value = item.data(_ROLE)
        if isinstance(value, Bookmark):
            self.go(value)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        if self.list.state() != QListWidget.State.EditingState:
            self._on_chosen(item)

    def add(self) -> None:
        """Keep what is seen now, and let its title be changed."""
        made = bookmark_now(self._session)
        require_catalogue(self._desk, made)
        self.store.add(made)
        self.fill()
        self._select(made.id)
        self.rename()

    def rename(self) -> None:
        """Change the current bookmark's title in its row."""
        item = self.list.currentItem()
        if item is not None and self._is_own():
            self.list.setFocus()
            self.list.editItem(item)

    def _on_renamed(self, item: QListWidgetItem) -> None:
        value = item.data(_ROLE)
        if not isinstance(value, Bookmark) or item.text() == value.title:
            return
        self._told(lambda: self.store.rename(value.id, item.text()))
        # The list is in the middle of closing its editor: only this row may change now.
        kept = next((one for one in self.store.load() if one.id == value.id), value)
        with QSignalBlocker(self.list):
            item.setData(_ROLE, kept)
            item.setText(kept.title)
        self._show_state()

    def move_by(self, places: int) -> None:
        """Move the current bookmark up or down."""
        if self._is_own():
            self.store.move(self._current_id(), places)
            self.fill()

    def delete(self) -> None:
        """Take the current bookmark away."""
        one = self._current()
        if one is None or not self._is_own():
            return
        row = self.list.currentRow()
        self.store.delete(one.id)
        self.fill()
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._desk.say(tr("Deleted: {title}. Ctrl+Z in the list brings it back").format(title=one.title))

    def undo(self) -> None:
        """Undo the last change."""
        words, _ = self.store.undo()
        self.fill()
        self._desk.say(tr("Undone: {words}").format(words=words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the list's own keys."""
        if not isinstance(event, QKeyEvent) or isinstance(QApplication.focusWidget(), QLineEdit):
            return False
        act = self._act_of(event)
        if act is None or event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._told(act)
        event.accept()
        return True

    def _act_of(self, event: QKeyEvent) -> Any:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        acts = {
            (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier): self.rename,
            (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): self.delete,
            (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): lambda: self.move_by(-1),
            (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): lambda: self.move_by(1),
            (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier): self.undo,
        }
        return acts.get((Qt.Key(event.key()), modifiers))


def bookmark_now(session: Session) -> Bookmark:
    """Return a bookmark of what a session shows, with a title that says what it is."""
    tdb_s = session.clock.epoch_tdb_s
    place = ground_name(session.camera.focus) or view_of_id(session.view_id).title
    first, last = session.active.trajectory.span_tdb_s
    phase = phase_title(session.active, tdb_s) if first <= tdb_s <= last else ""
    what = ", ".join(part for part in (phase, place) if part)
    return bookmark_of(snapshot_of(session), f"{session.active.name}: {what}")


def require_catalogue(window: Any, one: Bookmark) -> None:
    """Say that flights which are kept nowhere will be missed when the bookmark is used in another session."""
    own = {flight.id for flight in file_desk(window).flights} & set(one.missions)
    if own:
        window.say(tr("{id} is kept in no catalogue: the bookmark works in this session only").format(id=min(own)))


def add_bookmark(window: Any) -> None:
    """Keep what is seen now; in the panel where that is open."""
    if window.has_panel("bookmarks"):
        window.show_panel("bookmarks").add()
        return
    made = bookmark_now(window.session)
    BookmarkStore().add(made)
    window.say(tr("Bookmark added: {title} (Ctrl+B shows them)").format(title=made.title))
    require_catalogue(window, made)
