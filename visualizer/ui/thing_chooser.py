"""A searchable box for one thing to be measured: type a part of its name, or click it in the picture.

Window layer. All boxes of a panel share one list of things, which are thousands.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QListView, QToolButton, QVBoxLayout, QWidget

from visualizer.model.places import place_from_words
from visualizer.model.things import Thing
from visualizer.ui import theme
from visualizer.ui.words import tr

ROWS_SEEN: Final = 14


class ThingList:
    """The things by name, and the model that the boxes show."""

    def __init__(self, parent: QWidget) -> None:
        self.model = QStringListModel(parent)
        self._keys: dict[str, str] = {}
        self._titles: dict[str, str] = {}

    def fill(self, things: list[Thing]) -> None:
        """Take other things; of two with one name the second says its group too."""
        self._keys, self._titles = {}, {}
        for thing in things:
            words = thing.title if thing.title not in self._keys else f"{thing.title} ({thing.group.lower()})"
            self._keys.setdefault(words, thing.key)
            self._titles[thing.key] = words
        self.model.setStringList(list(self._keys))

    def key_of(self, words: str) -> str | None:
        """Return the thing of a title, of a beginning that only one has, or of a typed place on the Moon."""
        plain = words.strip()
        if plain in self._keys:
            return self._keys[plain]
        folded = plain.casefold()
        same = [key for title, key in self._keys.items() if title.casefold() == folded]
        starts = [key for title, key in self._keys.items() if folded and title.casefold().startswith(folded)]
        place = place_from_words(plain)
        if place is not None:
            return f"place:{place[0]:.5g},{place[1]:.6g}"
        found = same or starts
        return found[0] if len(found) == 1 or same else None

    def title_of(self, key: str) -> str | None:
        """Return what a thing is called in the list."""
        return self._titles.get(key)


class ThingChooser(QWidget):
    """A name, a searchable box, and a button to pick in the picture.

    Signals
    -------
    chosen(str) : the name of a thing, as `model.things` has it
    picking(bool) : whether the next click in the picture is for this box
    """

    chosen = Signal(str)
    picking = Signal(bool)

    def __init__(self, name: str, things: ThingList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._things = things
        self.box = QComboBox(self)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setModel(things.model)
        self.box.setMaxVisibleItems(ROWS_SEEN)
        self._keep_rows_alike()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(8)
        self.box.setAccessibleName(name)
        self.box.setToolTip(tr("Type a part of a name, or a place on the Moon such as 57.9 S 61.4 E"))
        completer = QCompleter(things.model, self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(ROWS_SEEN)
        self.box.setCompleter(completer)
        theme.dress(completer.popup())
        self.button = QToolButton(self)
        self.button.setText("◎")
        self.button.setCheckable(True)
        self.button.setAccessibleName(tr("{name}: pick in the picture").format(name=name))
        self.button.setToolTip(tr("Click something in the picture: a craft, a site, a place on a globe (Esc ends it)"))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        label = QLabel(name, self)
        label.setProperty("role", "muted")
        label.setBuddy(self.box)
        row = QHBoxLayout()
        row.addWidget(self.box, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label)
        column.addLayout(row)
        self.box.activated.connect(lambda _index: self._take())
        completer.activated.connect(lambda _text: self._take())
        line = self.box.lineEdit()
        assert line is not None
        line.returnPressed.connect(self._take)
        line.editingFinished.connect(self._take)
        self.button.toggled.connect(self.picking)
        self._shown = ""

    def _keep_rows_alike(self) -> None:
        """Let the list know that its thousands of rows are of one height: it need not measure each at every change."""
        view = self.box.view()
        if isinstance(view, QListView):
            view.setUniformItemSizes(True)
            view.setLayoutMode(QListView.LayoutMode.Batched)

    def show_thing(self, key: str, title: str) -> None:
        """Show which thing is chosen."""
        self._shown = self._things.title_of(key) or title
        self.box.setEditText(self._shown)
        line = self.box.lineEdit()
        if line is not None and not line.hasFocus():
            line.setCursorPosition(0)
        self._mark(is_bad=False)

    def _take(self) -> None:
        words = self.box.currentText()
        if words == self._shown:
            return
        key = self._things.key_of(words)
        self._mark(is_bad=key is None)
        if key is not None:
            self._shown = words
            self.chosen.emit(key)

    def _mark(self, *, is_bad: bool) -> None:
        line = self.box.lineEdit()
        if line is not None and line.property("bad") != is_bad:
            line.setProperty("bad", is_bad)
            line.style().unpolish(line)
            line.style().polish(line)
