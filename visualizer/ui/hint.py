"""A transient line over the picture: the first-run hint of keys, and what could not be done.

Window layer. It goes away by itself or at the first act; it lets the mouse through.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

FIRST_HINT: Final = "<br>".join(
    (
        "<b>Space</b> plays · <b>← →</b> a minute · <b>Page Up/Down</b> events · drag the timeline to scrub",
        "<b>1…8</b> views · drag turns · wheel comes nearer · double click looks at what is there",
        "<b>Ctrl+K</b> finds craters, missions, events and commands by a few letters",
        "<b>Ctrl+D</b> keeps what you see · <b>Ctrl+B</b> shows bookmarks · drop a file to open it",
        "<b>F1</b> all keys · this note does not come again",
    )
)
ACTS: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.ShortcutOverride)
ERROR_MS: Final = 5_000
HINT_MS: Final = 20_000
REMARKS_PX: Final = 72


class Hint(QLabel):
    """A line low in the middle of a widget, above the remarks that the picture has in its lower right corner."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setProperty("role", "hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._over = over
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, text: str, for_ms: int = ERROR_MS) -> None:
        """Show a line for a while."""
        self.setText(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(for_ms)

    def stop(self) -> None:
        """Go away now."""
        self._timer.stop()
        self.hide()

    def _place(self) -> None:
        widest = max(self._over.width() - 40, 120)
        self.setWordWrap(False)
        wanted = self.sizeHint().width() + 4
        self.setWordWrap(wanted > widest)
        self.resize(min(wanted, widest), self.sizeHint().height())
        if self.wordWrap():
            self.resize(widest, self.heightForWidth(widest))
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - REMARKS_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: words of another size have another box."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay in place when the picture changes its size, go away at the first act."""
        if self.isVisible():
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif event.type() in ACTS:
                self.stop()
        return False
