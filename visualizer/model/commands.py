"""The one table of actions: menus, shortcuts, palette, help and docs come from it.

Each command's first line is what the user reads. Commands that need a window (dialogs, docks) are in
`ui/window_commands.py` with the same record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from visualizer.missions.alignment import ANCHORS, CALENDAR
from visualizer.model.session import Session
from visualizer.model.views import VIEWS

Context = TypeVar("Context")


@dataclass(frozen=True, slots=True)
class Command(Generic[Context]):
    """One action.

    Attributes
    ----------
    id : `<area>.<verb>_<object>`
    title : menu text
    help : one sentence
    run : what it does
    keys : shortcuts as text, e.g. `Ctrl+K`
    menu : File, View, Time, Compare, Export or Help; empty for none
    is_checked : for toggles: whether it is on
    group : commands of one group are choices: one of them is on
    """

    id: str
    title: str
    help: str
    run: Callable[[Context], object]
    keys: tuple[str, ...] = ()
    menu: str = ""
    is_checked: Callable[[Context], bool] | None = None
    group: str = ""


STEP_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
TURN_RAD = float(np.deg2rad(4.0))


def _view(view_id: str) -> Callable[[Session], None]:
    return lambda session: session.choose_view(view_id)


def _step(seconds: float) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        session.clock.pause()
        session.clock.seek(session.clock.epoch_tdb_s + seconds, gesture=f"step {seconds:g}")

    return run


def toggle_loop(session: Session) -> None:
    """Play inside the selection, or on; where nothing is selected, inside the active mission's present phase."""
    clock, now = session.clock, session.clock.epoch_tdb_s
    if clock.loop_tdb_s is None:
        here = [p for p in session.active.phases if p.start_tdb_s <= now <= p.end_tdb_s]
        if here:
            clock.set_loop(here[-1].start_tdb_s, here[-1].end_tdb_s)
            return
    clock.toggle_loop()


def _option(name: str, title: str, help_line: str, key: str) -> Command[Session]:
    """Return the toggle of the option `has_<name>`."""
    option = f"has_{name}"
    return Command(f"view.toggle_{name}", title, help_line, lambda s: s.toggle_option(option), (key,), "View",
                   lambda s: bool(getattr(s.options, option)))  # fmt: skip


VIEW_COMMANDS: tuple[Command[Session], ...] = tuple(
    Command(f"view.show_{v.id.replace('-', '_')}", v.title, v.help + ".", _view(v.id), (v.key,), "View") for v in VIEWS
)

TIME_COMMANDS: tuple[Command[Session], ...] = (
    Command("time.toggle_play", "Play or pause", "Let mission time run forwards, or hold it.",
            lambda s: s.clock.toggle(), ("Space",), "Time", lambda s: s.clock.is_playing),
    Command("time.play_forward", "Play forwards", "Run mission time forwards.",
            lambda s: s.clock.play(1), ("L",), "Time"),
    Command("time.play_reverse", "Play backwards", "Run mission time backwards.",
            lambda s: s.clock.play(-1), ("J",), "Time"),
    Command("time.pause", "Pause", "Hold mission time.", lambda s: s.clock.pause(), ("K",), "Time"),
    Command("time.raise_rate", "Faster", "Go up the table of rates, to 1,000,000 times.",
            lambda s: s.clock.change_rate(1), ("Up", "]"), "Time"),
    Command("time.lower_rate", "Slower", "Go down the table of rates, to real time.",
            lambda s: s.clock.change_rate(-1), ("Down", "["), "Time"),
    Command("time.next_event", "Next event", "Go to the next event of the mission.",
            lambda s: s.step_event(1), ("PgDown", "N"), "Time"),
    Command("time.previous_event", "Previous event", "Go to the event before.",
            lambda s: s.step_event(-1), ("PgUp", "P"), "Time"),
    Command("time.step_minute_forward", "Minute forwards", "Step one minute on.", _step(60.0), ("Right",), "Time"),
    Command("time.step_minute_back", "Minute back", "Step one minute back.", _step(-60.0), ("Left",), "Time"),
    Command("time.step_second_forward", "Second forwards", "Step one second on.", _step(1.0), ("Shift+Right",), "Time"),
    Command("time.step_second_back", "Second back", "Step one second back.", _step(-1.0), ("Shift+Left",), "Time"),
    Command("time.step_hour_forward", "Hour forwards", "Step one hour on.", _step(3600.0), ("Ctrl+Right",), "Time"),
    Command("time.step_hour_back", "Hour back", "Step one hour back.", _step(-3600.0), ("Ctrl+Left",), "Time"),
    Command("time.go_to_start", "Start of the flight", "Go to the first moment of the flight.",
            lambda s: s.clock.seek(s.clock.flight_tdb_s[0]), ("Home",), "Time"),
    Command("time.go_to_end", "End of the flight", "Go to the last moment of the flight.",
            lambda s: s.clock.seek(s.clock.flight_tdb_s[1]), ("End",), "Time"),
    Command("time.undo_jump", "Undo the jump", "Go back to where the last jump of time began.",
            lambda s: s.clock.undo(), ("Ctrl+Z",), "Time"),
    Command("time.redo_jump", "Redo the jump", "Make the last undone jump of time again.",
            lambda s: s.clock.redo(), ("Ctrl+Shift+Z",), "Time"),
    Command("time.toggle_loop", "Loop", "Play inside the selection of the timeline, or inside the present phase.",
            toggle_loop, ("O",), "Time", lambda s: s.clock.is_looping),
    Command("time.toggle_slow_down", "Slow down near burns",
            "Let the rate fall near burns, landings and impacts.",
            lambda s: s.clock.toggle_slow_down(), ("Shift+S",), "Time", lambda s: s.clock.is_slowing),
)  # fmt: skip

CAMERA_COMMANDS: tuple[Command[Session], ...] = (
    Command("view.zoom_in", "Nearer", "Move the camera nearer.", lambda s: s.zoom_camera(0.85), ("+", "="), "View"),
    Command("view.zoom_out", "Farther", "Move the camera farther.", lambda s: s.zoom_camera(1 / 0.85), ("-",), "View"),
    Command("view.turn_left", "Turn left", "Turn the camera about its focus.",
            lambda s: s.orbit_camera(-TURN_RAD, 0.0), ("A",), "View"),
    Command("view.turn_right", "Turn right", "Turn the camera about its focus.",
            lambda s: s.orbit_camera(TURN_RAD, 0.0), ("D",), "View"),
    Command("view.turn_up", "Turn up", "Lift the camera about its focus.",
            lambda s: s.orbit_camera(0.0, TURN_RAD), ("W",), "View"),
    Command("view.turn_down", "Turn down", "Lower the camera about its focus.",
            lambda s: s.orbit_camera(0.0, -TURN_RAD), ("S",), "View"),
    Command("view.reset_camera", "Reset the camera", "Put the camera back where the view starts.",
            lambda s: s.choose_view(s.view_id), ("R",), "View"),
    _option("labels", "Labels", "Show or hide names.", "T"),
    _option("features", "Feature names", "Show or hide names of craters and maria.", "F"),
    _option("trails", "Paths", "Show or hide paths.", "G"),
    _option("stars", "Stars", "Show or hide stars.", "B"),
    _option("hud", "Clock in the picture", "Show or hide clock and provenance.", "H"),
    _option("uncertainty", "Uncertainty", "Show how well the flight is known: one sigma, to scale.", "Shift+U"),
    _option("ground_track", "Ground track", "Show the revolution behind and ahead on the ground below.", "Shift+K"),
    _option("view_cone", "Field of view", "Show what a camera of 30 degrees toward nadir would see.", "Shift+V"),
    _option("graticule", "Graticule", "Show latitudes and longitudes on Moon and Earth.", "Shift+G"),
    _option("terminator", "Terminator", "Show where the Sun stands on the horizon.", "Shift+T"),
    _option("shadow_cones", "Shadow cones", "Show umbra and penumbra of Earth and Moon.", "Shift+D"),
    _option("coast", "Coasts", "Show the Earth's coast lines.", "Shift+O"),
    _option("clouds", "Clouds", "Show or hide clouds on the Earth; they are made, not observed.", "Shift+C"),
    _option("large_craft", "Enlarge craft", "Draw far craft larger; the picture says by how much.", "Shift+L"),
    _option("constellations", "Constellations", "Show figures and names of constellations.", "Shift+B"),
)  # fmt: skip


def _split(count: int, words: str) -> Command[Session]:
    title = "One pane" if count == 1 else f"{words} panes"
    return Command(
        f"view.split_{words.lower()}", title, f"Show {words.lower()} picture{'s' * (count > 1)} of the same moment.",
        lambda s: s.panes.split(count), (f"Alt+{count}",), "View", lambda s: s.panes.count == count, "panes",
    )  # fmt: skip


PANE_COMMANDS: tuple[Command[Session], ...] = (
    _split(1, "One"),
    _split(2, "Two"),
    _split(4, "Four"),
    Command("view.pane_next", "Next pane", "Let keys and menus act on the next pane.",
            lambda s: s.panes.switch(1), ("F6",), "View"),
    Command("view.pane_previous", "Previous pane", "Let keys and menus act on the pane before.",
            lambda s: s.panes.switch(-1), ("Shift+F6",), "View"),
    Command("view.pane_link", "Link cameras", "Turn and zoom the cameras of all panes together.",
            lambda s: s.panes.toggle_link(), ("Alt+L",), "View", lambda s: s.panes.is_linked),
    Command("view.pane_own_missions", "Missions of its own", "Let the active pane show missions of its own.",
            lambda s: s.panes.toggle_own_missions(), ("Alt+O",), "View", lambda s: s.panes.has_own_missions),
    Command("view.pane_by_mission", "A pane for each mission",
            "Show each of the shown missions in a pane of its own; of more than four, the last has the rest.",
            lambda s: s.panes.split_by_mission(), ("Alt+P",), "View"),
    Command("view.camera_moon", "Craft to Moon", "Show in a corner what a camera in the craft sees of the Moon.",
            lambda s: s.panes.toggle_target("moon"), ("Alt+M",), "View", lambda s: "moon" in s.panes.targets),
    Command("view.camera_earth", "Craft to Earth", "Show in a corner what a camera in the craft sees of the Earth.",
            lambda s: s.panes.toggle_target("earth"), ("Alt+E",), "View", lambda s: "earth" in s.panes.targets),
    Command("view.camera_corner", "Craft cameras: next corner", "Move the pictures from the craft to the next corner.",
            lambda s: s.panes.next_corner(), ("Alt+K",), "View"),
)  # fmt: skip

# What `--show` and `--hide` of the command line switch: `graticule` is `has_graticule`.
OPTION_NAMES: tuple[str, ...] = tuple(
    command.id.removeprefix("view.toggle_").replace("_", "-")
    for command in CAMERA_COMMANDS
    if command.id.startswith("view.toggle_")
)


def _alignment(number: int, anchor: str, words: str) -> Command[Session]:
    is_calendar = anchor == CALENDAR
    title = "Missions by the calendar" if is_calendar else f"Together {words}"
    help_line = "Show every mission at the same date." if is_calendar else f"Lay missions side by side {words}."
    return Command(
        f"compare.align_{anchor}", title, help_line, lambda s: s.lineup.align(anchor), (f"Ctrl+Alt+{number}",),
        "Compare", lambda s: s.lineup.anchor == anchor, "alignment",
    )  # fmt: skip


COMPARE_COMMANDS: tuple[Command[Session], ...] = (
    *(_alignment(number, anchor, words) for number, (anchor, words) in enumerate(ANCHORS.items())),
    Command("compare.align_here", "Together at the nearest moment",
            "Lay missions side by side by the moment of the active one that is nearest to now.",
            lambda s: s.lineup.align_here(), (f"Ctrl+Alt+{len(ANCHORS)}",), "Compare"),
    Command("compare.show_all", "Show all missions", "Draw every mission.",
            lambda s: s.show_all(), ("Ctrl+Alt+A",), "Compare"),
    Command("compare.show_only_active", "Show only the active mission", "Draw the active mission alone.",
            lambda s: s.show_only_active(), ("Ctrl+Alt+O",), "Compare"),
    Command("compare.next_mission", "Next mission", "Make the next of the shown missions the active one.",
            lambda s: s.step_active(1), ("Ctrl+PgDown",), "Compare"),
    Command("compare.previous_mission", "Previous mission", "Make the one before of the shown missions active.",
            lambda s: s.step_active(-1), ("Ctrl+PgUp",), "Compare"),
)  # fmt: skip

SESSION_COMMANDS: tuple[Command[Session], ...] = (
    VIEW_COMMANDS + CAMERA_COMMANDS + PANE_COMMANDS + TIME_COMMANDS + COMPARE_COMMANDS
)


def command_of_id(command_id: str) -> Command[Session]:
    """Return a session command by its id; raise `KeyError` where there is none."""
    return next(c for c in SESSION_COMMANDS if c.id == command_id)
