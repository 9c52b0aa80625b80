"""What lies over the picture for the cameras in the craft: a card under each small picture, with slider and numbers.

Window layer. The picture itself is drawn with the frame; the card is an ordinary widget, so keys and screen readers
reach it. Where things lie is worked out by `model.pane_layout`, here and in the drawing alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualizer.model.camera import FOV_LEAST_RAD, FOV_MOST_RAD
from visualizer.model.frame_state import FrameState
from visualizer.model.pane_layout import Place, places
from visualizer.model.panes import TARGET_TITLES
from visualizer.model.seen import Seen, Target, share_text, target_of, what_is_seen
from visualizer.model.session import Session
from visualizer.model.views import view_title
from visualizer.ui.telemetry_text import angle_text
from visualizer.ui.words import tr

STEPS: Final = 1000
# No reading is wider than these.
WIDEST: Final = "88.8°N 188.8°W"
SHORTER: Final = "888,888 km"
# Where there is no room for all numbers, the last of these go first.
IMPORTANT: Final = ("Distance", "In daylight", "Near side", "Across", "Phase", "Below")
READINGS: Final = {
    "Near side": "How much of what is in the picture lies within 90 degrees of the middle of the near side",
    "In daylight": "How much of what is in the picture has the Sun above its horizon",
    "Distance": "From the craft to the body's centre",
    "Across": "Angle from limb to limb",
    "Phase": "Angle between the Sun and the craft, as seen from the body; 0 where the whole disc is lit",
    "Below": "The point of the body under the craft",
}


def fov_of_step(step: int) -> float:
    """Return the field of view of a place on the slider: equal ratios for equal ways, rad."""
    return float(FOV_LEAST_RAD * (FOV_MOST_RAD / FOV_LEAST_RAD) ** (step / STEPS))


def step_of_fov(fov_rad: float) -> int:
    """Return the place on the slider of a field of view."""
    share = np.log(fov_rad / FOV_LEAST_RAD) / np.log(FOV_MOST_RAD / FOV_LEAST_RAD)
    return round(STEPS * float(np.clip(share, 0.0, 1.0)))


def readings(seen: Seen) -> dict[str, str]:
    """Return the numbers of a card by their names."""
    lat = angle_text(float(np.rad2deg(seen.lat_rad)), "N", "S", 1).replace(" ", "")
    lon = angle_text(float(np.rad2deg(seen.lon_rad)), "E", "W", 1).replace(" ", "")
    near = {} if seen.near_share is None else {"Near side": share_text(seen.near_share)}
    return near | {
        "In daylight": share_text(seen.lit_share),
        "Distance": f"{seen.distance_km:,.0f} km",
        "Across": f"{np.rad2deg(seen.diameter_rad):.2f}°",
        "Phase": f"{np.rad2deg(seen.phase_rad):.0f}°",
        "Below": f"{lat} {lon}",
    }


class CraftCard(QFrame):
    """Slider and numbers of one small picture."""

    def __init__(self, session: Session, target: Target, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._target = session, target
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        title = tr("Field of view, craft to {body}").format(body=TARGET_TITLES[target])
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(STEPS // 50)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(title)
        # As wide as the numbers under it leave.
        self.slider.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(self._on_moved)
        self.angle = QLabel(self)
        self.angle.setMinimumWidth(self.fontMetrics().horizontalAdvance("88.8°"))
        self.angle.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.fit = QToolButton(self)
        self.fit.setText(tr("Fit"))
        self.fit.setCheckable(True)
        self.fit.setAccessibleName(tr("Fit the field of view to the body"))
        self.fit.setToolTip(tr("Let the field of view follow the body's size"))
        self.fit.clicked.connect(self._on_fit)
        self.values: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        self._lay_out()
        self.keep(len(IMPORTANT))
        self.show_seen(None, 0.0)

    def _lay_out(self) -> None:
        em = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(em // 3, em // 5, em // 3, em // 3)
        column.setSpacing(em // 6)
        row = QHBoxLayout()
        row.setSpacing(em // 3)
        row.addWidget(self.slider, 1)
        row.addWidget(self.angle)
        row.addWidget(self.fit)
        column.addLayout(row)
        self._grid = grid = QGridLayout()
        grid.setVerticalSpacing(em // 6)
        grid.setColumnStretch(1, 1)
        # The Earth has no near side.
        rows = [row for row in READINGS.items() if self._target == "moon" or row[0] != "Near side"]
        for i, (name, help_line) in enumerate(rows):
            label = QLabel(tr(name), self)
            label.setProperty("role", "muted")
            label.setToolTip(tr(help_line))
            self._names[name] = label
            self.values[name] = QLabel(self)
            self.values[name].setAccessibleName(tr(name))
            self.values[name].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, i, 0)
            grid.addWidget(self.values[name], i, 1)
        column.addLayout(grid)

    def keep(self, count: int) -> None:
        """Show so many of the most important numbers, in the size of text that is in use."""
        kept = [name for name in IMPORTANT if name in self.values][:count]
        widest = self.fontMetrics().horizontalAdvance(WIDEST if "Below" in kept else SHORTER)
        for name, value in self.values.items():
            value.setMinimumWidth(widest)
            for label in (self._names[name], value):
                label.setVisible(name in kept)
        # Its size is asked for at once.
        self._grid.invalidate()

    def _on_moved(self, step: int) -> None:
        self._session.panes.set_fov(self._target, fov_of_step(step))

    def _on_fit(self, is_on: bool) -> None:
        self._session.panes.set_fov(self._target, None if is_on else fov_of_step(self.slider.value()))

    def show_seen(self, seen: Seen | None, fov_rad: float) -> None:
        """Show the numbers of now; None where the craft does not fly."""
        self.slider.setEnabled(seen is not None)
        is_fitted = self._session.panes.chosen_fov(self._target) is None
        if self.fit.isChecked() != is_fitted:
            self.fit.setChecked(is_fitted)
        if seen is None:
            self.angle.setText("–")
            for label in self.values.values():
                label.setText("–")
            self.setAccessibleDescription(tr("The craft does not fly now"))
            return
        if not self.slider.isSliderDown() and self.slider.value() != step_of_fov(fov_rad):
            with QSignalBlocker(self.slider):
                self.slider.setValue(step_of_fov(fov_rad))
        told = readings(seen)
        self.angle.setText(f"{np.rad2deg(fov_rad):.1f}°")
        for name, label in self.values.items():
            if label.text() != told[name]:
                label.setText(told[name])
        hidden = [tr("behind the other body")] if seen.is_hidden else []
        words = ", ".join([*(f"{tr(name)} {value}" for name, value in told.items()), *hidden])
        self.slider.setAccessibleDescription(words)
        self.setAccessibleDescription(words)


class CraftCameras(QObject):
    """The cards of the small pictures that are open, kept under them.

    Attributes
    ----------
    cards : by what they look at
    """

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self.cards: dict[Target, CraftCard] = {}
        self._has_cards = True
        over.installEventFilter(self)
        self._name_picture()
        session.changed.connect(self._on_session_changed)

    def _on_session_changed(self, what: str) -> None:
        if what == "panes":
            self._open()
        if what in ("panes", "view", "active"):
            self._name_picture()

    def _name_picture(self) -> None:
        """Tell screen readers which pane keys act on and what it shows."""
        panes, request = self._session.panes, self._session.request()
        title = view_title(self._session.view_id, request.camera, request.missions)
        self._over.setAccessibleName(
            title
            if panes.count == 1
            else tr("Pane {n} of {count}: {title}").format(n=panes.active + 1, count=panes.count, title=title)
        )

    def measure(self) -> None:
        """Follow another size of text."""
        self._open()

    def _open(self) -> None:
        """Make cards for the small pictures that are open, and hide the others."""
        panes = self._session.panes
        for target in panes.targets:
            if target not in self.cards:
                self.cards[target] = CraftCard(self._session, target, self._over)
        if self.cards:
            panes.em_px = float(self._over.fontMetrics().height())
            self._keep_what_fits()
        for target, card in self.cards.items():
            if target not in panes.targets and card.isAncestorOf(self._over.window().focusWidget() or self._over):
                self._over.setFocus()
            card.setVisible(self._has_cards and target in panes.targets)
        self._place()

    def _keep_what_fits(self) -> None:
        """Let the cards have as many numbers as leave a picture as wide as they are; where none does, show no cards."""
        panes = self._session.panes
        self._has_cards = True
        for count in range(len(IMPORTANT), -1, -1):
            for card in self.cards.values():
                card.keep(count)
            panes.card_px = self._card_px()
            if all(place.card.width >= panes.card_px[0] for place in self._card_places().values()):
                return
        self._has_cards = False
        panes.card_px = self._card_px()

    def _card_places(self) -> dict[Target, Place]:
        """Return where the small pictures that are open lie, by what they look at."""
        asked = [request.pane for request in self._session.request().others if request.pane.corner]
        panes = [*self._session.panes.layout()[: self._session.panes.count], *asked]
        found = zip(panes, places(panes, (self._over.width(), self._over.height())), strict=True)
        return {target_of(pane.id): place for pane, place in found if pane.corner}

    def _card_px(self) -> tuple[float, float]:
        """Return the size that every card has room in; none where there are no cards."""
        if not self._has_cards:
            return 0.0, 0.0
        sizes = [card.sizeHint() for card in self.cards.values()]
        return max(float(s.width()) for s in sizes), max(float(s.height()) for s in sizes)

    def _place(self) -> None:
        """Put the cards where the layout of the frame keeps room for them."""
        for target, place in self._card_places().items():
            box = place.card
            self.cards[target].setGeometry(box.left, self._over.height() - box.top, box.width, box.height)

    def refresh(self, state: FrameState | None) -> None:
        """Bring the numbers up to date; called with the panels."""
        if not self._session.panes.targets:
            return
        # A card knows its size once it has been shown.
        if self._session.panes.card_px != self._card_px():
            self._open()
            self._session.changed.emit("camera")
        small = {target_of(s.pane.id): s for s in (state.others if state else ()) if s.pane.corner}
        for target in self._session.panes.targets:
            frame = small.get(target)
            seen = None
            if frame is not None:
                seen = what_is_seen(frame, frame.camera.pos_wrt_earth_icrf_km, target, frame.camera.fov_rad)
            self.cards[target].show_seen(seen, frame.camera.fov_rad if frame else 0.0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay in place when the picture changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange) and self._session.panes.targets:
            self._open()
        return False

    def stop(self) -> None:
        """Stop listening; for a closing window."""
        self._over.removeEventFilter(self)
        self._session.changed.disconnect(self._on_session_changed)
