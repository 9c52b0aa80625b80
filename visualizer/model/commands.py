"""The one table of actions: menus, shortcuts, palette, help and docs come from it.

Each command's first line is what the user reads. Commands that need a window (dialogs, docks) are in
`ui/window_commands.py` with the same record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

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
    menu : File, View, Time, Export or Help; empty for none
    is_checked : for toggles: whether it is on
    """

    id: str
    title: str
    help: str
    run: Callable[[Context], object]
    keys: tuple[str, ...] = ()
    menu: str = ""
    is_checked: Callable[[Context], bool] | None = None


STEP_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
TURN_RAD = float(np.deg2rad(4.0))


def _view(view_id: str) -> Callable[[Session], None]:
    return lambda session: session.choose_view(view_id)


def _step(seconds: float) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        session.clock.pause()
        session.clock.seek(session.clock.epoch_tdb_s + seconds)

    return run


def _toggle(option: str) -> tuple[Callable[[Session], None], Callable[[Session], bool]]:
    return lambda s: s.toggle_option(option), lambda s: bool(getattr(s.options, option))


def _option(command_id: str, title: str, help_line: str, option: str, key: str) -> Command[Session]:
    run, is_checked = _toggle(option)
    return Command(command_id, title, help_line, run, (key,), "View", is_checked)


VIEW_COMMANDS: tuple[Command[Session], ...] = tuple(
    Command(f"view.show_{v.id.replace('-', '_')}", v.title, v.help + ".", _view(v.id), (v.key,), "View") for v in VIEWS
)

TIME_COMMANDS: tuple[Command[Session], ...] = (
    Command("time.toggle_play", "Play or pause", "Let mission time run, or hold it.",
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
            lambda s: s.clock.seek(s.clock.start_tdb_s), ("Home",), "Time"),
    Command("time.go_to_end", "End of the flight", "Go to the last moment of the flight.",
            lambda s: s.clock.seek(s.clock.end_tdb_s), ("End",), "Time"),
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
    _option("view.toggle_labels", "Labels", "Show or hide names.", "has_labels", "T"),
    _option("view.toggle_features", "Feature names", "Show or hide names of craters and maria.", "has_features", "F"),
    _option("view.toggle_trails", "Paths", "Show or hide paths.", "has_trails", "G"),
    _option("view.toggle_stars", "Stars", "Show or hide stars.", "has_stars", "B"),
    _option("view.toggle_hud", "Clock in the picture", "Show or hide clock and provenance.", "has_hud", "H"),
    _option("view.toggle_uncertainty", "Uncertainty", "Show how well the flight is known: one sigma, to scale.",
            "has_uncertainty", "Shift+U"),
    _option("view.toggle_ground_track", "Ground track", "Show the revolution behind and ahead on the ground below.",
            "has_ground_track", "Shift+K"),
    _option("view.toggle_view_cone", "Field of view", "Show what a camera of 30 degrees toward nadir would see.",
            "has_view_cone", "Shift+V"),
    _option("view.toggle_graticule", "Graticule", "Show latitudes and longitudes on Moon and Earth.",
            "has_graticule", "Shift+G"),
    _option("view.toggle_terminator", "Terminator", "Show where the Sun stands on the horizon.",
            "has_terminator", "Shift+T"),
    _option("view.toggle_shadow_cones", "Shadow cones", "Show umbra and penumbra of Earth and Moon.",
            "has_shadow_cones", "Shift+D"),
    _option("view.toggle_coast", "Coasts", "Show the Earth's coast lines.", "has_coast", "Shift+O"),
    _option("view.toggle_clouds", "Clouds", "Show or hide clouds on the Earth; they are made, not observed.",
            "has_clouds", "Shift+C"),
    _option("view.toggle_large_craft", "Enlarge craft", "Draw far craft larger; the picture says by how much.",
            "has_large_craft", "Shift+L"),
    _option("view.toggle_constellations", "Constellations", "Show figures and names of constellations.",
            "has_constellations", "Shift+B"),
)  # fmt: skip

# What `--show` and `--hide` of the command line switch: `graticule` is `has_graticule`.
OPTION_NAMES: tuple[str, ...] = tuple(
    command.id.removeprefix("view.toggle_").replace("_", "-")
    for command in CAMERA_COMMANDS
    if command.id.startswith("view.toggle_")
)

SESSION_COMMANDS: tuple[Command[Session], ...] = VIEW_COMMANDS + CAMERA_COMMANDS + TIME_COMMANDS


def command_of_id(command_id: str) -> Command[Session]:
    """Return a session command by its id; raise `KeyError` where there is none."""
    return next(c for c in SESSION_COMMANDS if c.id == command_id)
