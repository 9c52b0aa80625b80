"""What if a burn had been shorter or longer: a slider, the orbit that follows in words and in the picture.

Window layer. All lengths of a burn are flown in a worker once; the slider then only chooses among them. What is typed
between two of them, and how an orbit fares over days, is flown in workers too, and the newest wish wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import Mission
from visualizer.missions.what_if_burns import BurnCase, BurnChoice, burn_case, burn_choices
from visualizer.missions.what_if_flights import BurnFamily, LongLook, fly_burn, long_look
from visualizer.missions.what_if_words import chart_curve, difference_text, km_text, look_text, notes_of, outcome_text
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import FrameState
from visualizer.model.ghosts import make_ghost
from visualizer.ui.own_keys import keep_keys
from visualizer.ui.what_if_form import WhatIfForm, undo_step
from visualizer.ui.wish_history import Wish, WishHistory, wish_of_ghost
from visualizer.ui.words import tr
from visualizer.ui.workers import Runner

if TYPE_CHECKING:
    from visualizer.ui.desk import Desk

FIRST_BURN: Final = ("luna-25", "last-burn")
LOOK_AFTER_MS: Final = 500
FOLLOW_KM: Final = 900.0
# A typed length this near to a member of the family is that member.
SAME_S: Final = 0.02


def family_of(mission: Mission, burn_id: str) -> BurnFamily:
    """Fly all lengths of a burn; in a worker."""
    case = burn_case(mission, burn_id)
    return fly_burn(case, case.lengths_s())


def choices_of(missions: list[Mission]) -> list[tuple[str, list[BurnChoice]]]:
    """Return every mission's burns, as far as their words say; each is checked when it is opened."""
    return [(mission.name, burn_choices(mission, is_flown=False)) for mission in missions]


class WhatIfPanel(WhatIfForm):
    """The panel.

    Attributes
    ----------
    family : the lengths of the chosen burn, flown, or None while they are being flown
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self.family: BurnFamily | None = None
        self._exact: BurnFamily | None = None
        self._wish = Wish(*FIRST_BURN, 0.0)
        self._history = WishHistory()
        self._look_number = 0
        self._is_setting = False
        self._choosing, self._flying, self._typing, self._looking = (Runner(self) for _ in range(4))
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_AFTER_MS)
        self._connect(desk)
        # Undo and redo belong to this panel while it has the focus.
        keep_keys(self, undo_step)
        self._loaded: tuple[str, ...] = ()
        self._open(self._first_wish())
        if self._session.missions.get(self._wish.mission_id) is None:
            self._read_choices()

    def _connect(self, desk: Desk) -> None:
        self.chooser.activated.connect(self._on_burn_chosen)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._commit)
        self.seconds.valueChanged.connect(self._on_typed)
        self.chart.chosen.connect(self._on_chart)
        self.chart.released.connect(self._commit)
        self.undo_button.clicked.connect(lambda: self.step(-1))
        self.redo_button.clicked.connect(lambda: self.step(1))
        self.is_shown.toggled.connect(lambda _is: self._draw())
        self.burn_button.clicked.connect(self.go_to_burn)
        self.end_button.clicked.connect(self.go_to_end)
        self.follow_button.clicked.connect(self.follow)
        self.copy_button.clicked.connect(lambda: desk.say(self.copy_words(self._wish.seconds)))
        self._choosing.done.connect(self._on_choices)
        self._flying.done.connect(self._on_family)
        self._flying.failed.connect(self._on_failed)
        self._typing.done.connect(self._on_exact)
        self._typing.failed.connect(self._on_failed)
        self._looking.done.connect(self._on_look)
        self._look_timer.timeout.connect(self._start_look)

    # -- which burn ---------------------------------------------------------------------------------------

    def _read_choices(self) -> None:
        missions = list(self._session.missions.values())
        self._loaded = tuple(mission.id for mission in missions)
        self._choosing.start(lambda: choices_of(missions))

    def _on_choices(self, choices: list[tuple[str, list[BurnChoice]]]) -> None:
        self.chooser.clear()
        for name, burns in choices:
            for burn in burns:
                mark = "" if not burn.reason else tr(" (cannot be varied)")
                self.chooser.addItem(f"{name}: {burn.title}{mark}", burn)
                if burn.reason:
                    self.chooser.setItemData(self.chooser.count() - 1, burn.reason, Qt.ItemDataRole.ToolTipRole)
        self._select_burn()

    def _select_burn(self) -> None:
        for index in range(self.chooser.count()):
            burn = self.chooser.itemData(index)
            if (burn.mission_id, burn.burn_id) == (self._wish.mission_id, self._wish.burn_id):
                self.chooser.setCurrentIndex(index)
                self.chooser.setToolTip(self.chooser.currentText())

    def _first_wish(self) -> Wish:
        """Return what is in the picture, or the plan of Luna-25's last burn, or the first burn that can be varied."""
        if self._session.added.ghosts:
            return wish_of_ghost(self._session.added.ghosts[-1])
        if FIRST_BURN[0] in self._session.missions:
            return Wish(*FIRST_BURN, 84.0)
        for mission in (self._session.active, *self._session.missions.values()):
            for burn in burn_choices(mission, is_flown=False):
                if not burn.reason:
                    return Wish(mission.id, burn.burn_id, mission.burn(burn.burn_id).duration_s)
        return self._wish

    def _on_burn_chosen(self, index: int) -> None:
        choice: BurnChoice = self.chooser.itemData(index)
        if choice.reason:
            self._remove_ghost()
            self._clear()
            words = tr("{name}: it cannot be flown for other lengths, because {reason}.")
            self.outcome.setText(words.format(name=choice.title, reason=choice.reason))
            return
        burn = self._session.missions[choice.mission_id].burn(choice.burn_id)
        self._open(Wish(choice.mission_id, choice.burn_id, burn.duration_s))

    def _open(self, wish: Wish) -> None:
        """Fly a burn for all its lengths, unless that is the one that is there, and choose one."""
        case = self.family.case if self.family else None
        if case is not None and (case.mission_id, case.burn_id) == (wish.mission_id, wish.burn_id):
            self._set(wish.seconds)
            self._commit()
            return
        self._remove_ghost()
        self._wish = wish
        self._clear()
        mission = self._session.missions.get(wish.mission_id)
        if mission is None:
            self.outcome.setText(tr("No loaded mission has a burn that can be varied."))
            return
        self._session.set_shown(mission.id, True)
        self.outcome.setText(tr("Flying all lengths …"))
        self._flying.start(lambda: family_of(mission, wish.burn_id))

    def _clear(self) -> None:
        self.family = self._exact = None
        self.set_usable(False)
        self.clear_words()
        self._look_number += 1
        self._look_timer.stop()

    def _on_failed(self, error: Exception) -> None:
        self.outcome.setText(str(error) if isinstance(error, PeriluneError) else tr("It could not be flown."))
        self._follow_missions()

    def _on_family(self, family: BurnFamily) -> None:
        self.family = family
        case = family.case
        self.set_usable(True)
        self._is_setting = True
        self.slider.setRange(0, len(family.seconds) - 1)
        self.slider.setPageStep(max(1, (len(family.seconds) - 1) // 12))
        self.seconds.setRange(0.0, float(case.longest_s))
        self.seconds.setSingleStep(1.0 if case.longest_s > 20.0 else 0.1)
        self._is_setting = False
        self._show_marks(case)
        self.show_case(case)
        values, title = chart_curve(family)
        hits = [outcome.ending is not None for outcome in family.outcomes]
        self.chart.show_curve(family.seconds, values, hits, case.marks, tr(title))
        self.notes.setText(" ".join(notes_of(case)))
        self._select_burn()
        self._set(self._wish.seconds)
        self._commit()
        self._follow_missions()

    def _show_marks(self, case: BurnCase) -> None:
        while self.marks.count():
            item = self.marks.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        for mark in sorted(case.marks, key=lambda mark: mark.seconds):
            text = f"{mark.words.capitalize()} {mark.seconds:.4g} s"
            button = self.tool(text, text, tr("Choose this length"))
            button.clicked.connect(lambda _is=False, seconds=mark.seconds: (self._set(seconds), self._commit()))
            self.marks.addWidget(button)
        self.marks.addStretch(1)

    # -- how long -----------------------------------------------------------------------------------------

    def _on_slider(self, member: int) -> None:
        if self.family is not None and not self._is_setting:
            self._set(float(self.family.seconds[member]))
            if not self.slider.isSliderDown():
                self._commit()

    def _on_chart(self, seconds: float) -> None:
        if self.family is not None:
            self._set(float(self.family.seconds[self.family.nearest(seconds)]))

    def _on_typed(self, seconds: float) -> None:
        if self.family is not None and not self._is_setting:
            self._set(seconds)
            self._commit()

    def _set(self, seconds: float) -> None:
        """Show a length; one between the members of the family is flown by itself."""
        if self.family is None:
            return
        seconds = float(np.clip(seconds, 0.0, self.family.case.longest_s))
        self._wish = Wish(self.family.case.mission_id, self.family.case.burn_id, seconds)
        self._is_setting = True
        self.slider.setValue(self.family.nearest(seconds))
        self.seconds.setValue(seconds)
        self._is_setting = False
        self._exact = None
        member = self.family.nearest(seconds)
        if abs(float(self.family.seconds[member]) - seconds) > SAME_S:
            case = self.family.case
            self._typing.start(lambda: fly_burn(case, np.array([seconds])))
        self._show()

    def _on_exact(self, family: BurnFamily) -> None:
        if self.family is not None and family.case is self.family.case:
            self._exact = family if abs(float(family.seconds[0]) - self._wish.seconds) < 1e-9 else None
            self._show()

    def chosen(self) -> tuple[BurnFamily, int] | None:
        """Return the flight that is shown: its family and number there."""
        if self._exact is not None:
            return self._exact, 0
        return None if self.family is None else (self.family, self.family.nearest(self._wish.seconds))

    def _show(self) -> None:
        found = self.chosen()
        if found is None or self.family is None:
            return
        family, member = found
        outcome, case = family.outcomes[member], family.case
        self.low.setText(km_text(outcome.periapsis_km))
        self.high.setText(km_text(outcome.apoapsis_km))
        self.speed.setText(f"{outcome.delta_v_m_s:,.2f} m/s")
        self.outcome.setText(outcome_text(case, outcome))
        lines: list[str] = []
        for mark in case.marks:
            other = self.family.outcomes[self.family.nearest(mark.seconds)]
            name = tr("flight") if mark.words == "as flown" else tr(mark.words)
            words = tr("Against the {name}: {words}.")
            lines.append(words.format(name=name, words=difference_text(case, outcome, other)))
        self.against.setText("\n".join(lines))
        self.chart.show_now(self._wish.seconds, self.slider.groove()[0])
        self.look.setText("")
        self._look_number += 1
        self._look_timer.start()
        self._draw()

    # -- undo ---------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        """Keep what is chosen for undo."""
        if self.family is not None:
            self._history.push(self._wish)
            self._show_undo()

    def _show_undo(self) -> None:
        self.undo_button.setEnabled(self._history.can(-1))
        self.redo_button.setEnabled(self._history.can(1))

    def step(self, step: int) -> None:
        """Go back (-1) to the length before, or forward (+1) again."""
        if self._history.can(step):
            wish = self._history.move(step)
            self._show_undo()
            self._open(wish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl+Z and Ctrl+Shift+Z."""
        step = undo_step(event)
        if step:
            self.step(step)
        else:
            super().keyPressEvent(event)

    # -- the picture --------------------------------------------------------------------------------------
    @property
    def ghost_id(self) -> str:
        """Name of the flight in the picture."""
        return f"{self._wish.mission_id}/{self._wish.burn_id}"

    def _draw(self) -> None:
        found = self.chosen()
        mission = self._session.missions.get(self._wish.mission_id)
        if found is None or mission is None or not self.is_shown.isChecked():
            self._remove_ghost()
            return
        self._session.lay_over(self._session.added.with_ghost(make_ghost(mission, *found)))

    def _remove_ghost(self) -> None:
        self._session.lay_over(self._session.added.without_ghost(self.ghost_id))

    put_away, taken_out = _remove_ghost, _draw  # as the panel is closed, and opened again

    def _activate(self) -> bool:
        """Make the burn's mission the active one, so that the clock reaches it; False where it is not loaded."""
        is_there = self._wish.mission_id in self._session.missions
        if is_there:
            self._session.activate(self._wish.mission_id)
        return is_there

    def go_to_burn(self) -> None:
        """Go to the moment when the burn begins, beside the craft."""
        if self.family is not None and self._activate():
            self._desk.go_to(self.family.case.start_tdb_s, f"craft:{self._wish.mission_id}")

    def go_to_end(self) -> None:
        """Go to where the flight ends, or to its lowest point."""
        found = self.chosen()
        if found is None or not self._activate():
            return
        outcome = found[0].outcomes[found[1]]
        self.follow()
        self._desk.go_to(outcome.ending.tdb_s if outcome.ending is not None else outcome.lowest_tdb_s)

    def follow(self) -> None:
        """Look at the craft that never was."""
        self.is_shown.setChecked(True)
        if self.chosen() is not None and self._activate():
            camera = self._session.camera
            self._session.fly_to(
                CameraState(f"ghost:{self.ghost_id}", "orbit", 0.6, 0.45, FOLLOW_KM, max(camera.fov_rad, 0.7))
            )

    # -- days after ---------------------------------------------------------------------------------------

    def _start_look(self) -> None:
        found = self.chosen()
        if found is None or (self._exact is None and self._is_between()):
            return
        self._look_number += 1
        number = self._look_number

        def is_wanted() -> bool:
            return number == self._look_number

        self._looking.start(lambda: (number, found, long_look(*found, is_wanted)))

    def _is_between(self) -> bool:
        assert self.family is not None
        member = self.family.nearest(self._wish.seconds)
        return abs(float(self.family.seconds[member]) - self._wish.seconds) > SAME_S

    def _on_look(self, answer: tuple[int, tuple[BurnFamily, int], LongLook | None]) -> None:
        number, (family, member), look = answer
        if number == self._look_number and look is not None:
            self.look.setText(look_text(family.case, family.outcomes[member], look))

    # -- the window's -------------------------------------------------------------------------------------

    def refresh(self, _state: FrameState | None) -> None:
        """Follow which missions are loaded."""
        if self._loaded:
            self._follow_missions()

    def _follow_missions(self) -> None:
        if tuple(self._session.missions) != self._loaded:
            self._read_choices()

    def stop(self) -> None:
        """End the workers; for a closing window."""
        self._look_number += 1
        self._look_timer.stop()
        for runner in (self._choosing, self._flying, self._typing, self._looking):
            runner.stop()
