"""Commands that need a window: panels, dialogs, clipboard. Same record as the session's commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from visualizer.model.commands import SESSION_COMMANDS, Command
from visualizer.scene.quality import AUTOMATIC, TIERS
from visualizer.ui.panels import PANELS, PanelSpec


class WindowActs(Protocol):
    """What these commands ask of the window."""

    def save_picture(self) -> None:
        """Ask for a file and draw this picture into it."""

    def save_film(self) -> None:
        """Ask for a span and a file and draw a film into it."""

    def toggle_panel(self, panel_id: str) -> None:
        """Show or hide a panel of the table."""

    def has_panel(self, panel_id: str) -> bool:
        """Whether a panel of the table is open."""

    def toggle_panels(self) -> None:
        """Show or hide the side panels."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""

    def edit_date(self) -> None:
        """Put the cursor into the date field."""

    def zoom_timeline(self, factor: float) -> None:
        """Zoom the timeline about the playhead."""

    def show_whole_timeline(self) -> None:
        """Show the whole flight in the timeline."""

    def choose_quality(self, quality_id: str) -> None:
        """Draw in a tier of quality, or let a self-test choose it."""

    def has_quality(self, quality_id: str) -> bool:
        """Whether this tier was chosen."""

    def show_maps(self) -> None:
        """Show which measured maps there are, and fetch them if the user wants."""

    def show_keys(self) -> None:
        """Show the page of keys."""

    def show_about(self) -> None:
        """Say what the program is."""

    def close(self) -> bool:
        """Close the window."""

    def is_full_screen(self) -> bool:
        """Whether it fills the screen."""

    def has_panels(self) -> bool:
        """Whether the side panels are seen."""


def _copying(name: str) -> Callable[[Any], None]:
    def run(window: Any) -> None:
        from visualizer.ui import copying

        getattr(copying, name)(window)

    return run


def _show_palette(window: Any) -> None:
    from visualizer.ui.palette import open_palette

    open_palette(window, (*SESSION_COMMANDS, *WINDOW_COMMANDS))


def _open_files(window: Any) -> None:
    from visualizer.ui.opening import file_desk

    file_desk(window).ask_open()


def _save_scene(window: Any) -> None:
    from visualizer.ui.opening import file_desk

    file_desk(window).ask_save()


def _copy_link(window: Any) -> None:
    from visualizer.ui.opening import file_desk

    file_desk(window).copy_link()


def _add_bookmark(window: Any) -> None:
    from visualizer.ui.bookmarks_panel import add_bookmark

    add_bookmark(window)


WINDOW_COMMANDS: tuple[Command[WindowActs], ...] = (
    Command("window.open_files", "Open…", "Open scenes, missions and trajectory files; or drop them on the window.",
            _open_files, ("Ctrl+O",), "File"),
    Command("window.save_scene", "Save scene…", "Write what is set up into a scene file that opens and draws again.",
            _save_scene, ("Ctrl+Alt+S",), "File"),
    Command("window.copy_link", "Copy link", "Copy what is seen as a line of text to mail and paste.",
            _copy_link, ("Ctrl+Shift+L",), "File"),
    Command("window.copy_time", "Copy time", "Copy mission time as UTC.", _copying("copy_time"), ("Ctrl+C",), "File"),
    Command("window.copy_telemetry", "Copy telemetry", "Copy all numbers as text.",
            _copying("copy_telemetry"), ("Ctrl+Shift+C",), "File"),
    Command("window.show_maps", "Measured maps of the Moon…", "Fetch NASA's maps and draw the Moon from them.",
            lambda w: w.show_maps(), (), "File"),
    Command("window.quit", "Quit", "Close the window; time and view are kept.",
            lambda w: w.close(), ("Ctrl+Q",), "File"),
    Command("window.add_bookmark", "Add a bookmark", "Keep the time and the view that you see now.",
            _add_bookmark, ("Ctrl+D",), "View"),
    Command("window.show_palette", "Find anything…", "Find craters, missions, events and commands by a few letters.",
            _show_palette, ("Ctrl+K",), "View"),
    Command("window.toggle_panels", "Side panels", "Show or hide missions and telemetry.",
            lambda w: w.toggle_panels(), ("F9",), "View", lambda w: w.has_panels()),
    Command("window.toggle_full_screen", "Full screen", "Fill the screen.",
            lambda w: w.toggle_full_screen(), ("F11",), "View", lambda w: w.is_full_screen()),
    Command("window.edit_date", "Type a time", "Put the cursor into the date field.",
            lambda w: w.edit_date(), ("Ctrl+L",), "Time"),
    Command("window.zoom_timeline_in", "Timeline: fewer hours", "Zoom the timeline about the playhead.",
            lambda w: w.zoom_timeline(0.6), ("Ctrl+=", "Ctrl++"), "Time"),
    Command("window.zoom_timeline_out", "Timeline: more hours", "Zoom the timeline out about the playhead.",
            lambda w: w.zoom_timeline(1 / 0.6), ("Ctrl+-",), "Time"),
    Command("window.show_whole_timeline", "Timeline: whole flight", "Show the whole flight in the timeline.",
            lambda w: w.show_whole_timeline(), ("Ctrl+0",), "Time"),
    Command("window.save_picture", "Save picture…", "Draw this picture into a PNG file of any size.",
            lambda w: w.save_picture(), ("Ctrl+S",), "Export"),
    Command("window.save_film", "Save film…", "Draw the flight, a story or the storyboard into a film.",
            lambda w: w.save_film(), ("Ctrl+Shift+S",), "Export"),
    Command("window.show_keys", "Keys", "All keys on one page.", lambda w: w.show_keys(), ("F1", "?"), "Help"),
    Command("window.show_about", "About Perilune", "What this is, and what is real in it.",
            lambda w: w.show_about(), (), "Help"),
    Command("window.copy_diagnostics", "Copy diagnostics", "Copy versions, graphics and timings, nothing of yours.",
            _copying("copy_diagnostics"), (), "Help"),
)  # fmt: skip


def _panel(spec: PanelSpec) -> Command[WindowActs]:
    return Command(
        f"window.toggle_{spec.id}", spec.title, spec.help, lambda w: w.toggle_panel(spec.id), spec.keys, spec.menu,
        lambda w: w.has_panel(spec.id),
    )  # fmt: skip


WINDOW_COMMANDS += tuple(_panel(spec) for spec in PANELS)


def _appearance(name: str, value: str | int) -> Callable[[Any], None]:
    def run(window: Any) -> None:
        from visualizer.ui import appearance

        getattr(appearance, name)(window, value)

    return run


THEMES: tuple[tuple[str, str, str], ...] = (
    ("dark", "Theme: dark", "Light letters on dark panels."),
    ("light", "Theme: light", "Dark letters on light panels; the picture stays as it is."),
    ("system", "Theme: as the desktop", "Dark or light as the desktop prefers."),
)


def _theme(name: str, title: str, help_line: str) -> Command[Any]:
    return Command(
        f"window.choose_theme_{name}", title, help_line, _appearance("choose_theme", name), (), "View",
        lambda w: w.theme_name == name,
    )  # fmt: skip


WINDOW_COMMANDS += tuple(_theme(*row) for row in THEMES)
WINDOW_COMMANDS += (
    Command("window.larger_text", "Larger text", "Make all text larger.", _appearance("change_text", 1),
            ("Ctrl+Alt+=", "Ctrl+Alt++"), "View"),
    Command("window.smaller_text", "Smaller text", "Make all text smaller.", _appearance("change_text", -1),
            ("Ctrl+Alt+-",), "View"),
    Command("window.normal_text", "Text at 100 %", "Give text the size that the desktop has.",
            _appearance("change_text", 0), (), "View"),
)  # fmt: skip

QUALITIES: tuple[tuple[str, str, str], ...] = (
    (AUTOMATIC, "Quality: automatic", "Choose by a short self-test of this computer's graphics."),
    *(
        (tier.id, f"Quality: {tier.title[0].lower()}{tier.title[1:]}", "Draw in this tier from now on.")
        for tier in TIERS
    ),
)


def _quality(quality_id: str, title: str, help_line: str) -> Command[WindowActs]:
    return Command(
        f"window.choose_quality_{quality_id}", title, help_line, lambda w: w.choose_quality(quality_id), (), "View",
        lambda w: w.has_quality(quality_id),
    )  # fmt: skip


WINDOW_COMMANDS += tuple(_quality(*row) for row in QUALITIES)


def keys_by_menu() -> dict[str, list[tuple[str, str, str]]]:
    """Return keys, title and help of every command with a key, by menu: for the page of keys and for docs."""
    table: dict[str, list[tuple[str, str, str]]] = {}
    for command in (*SESSION_COMMANDS, *WINDOW_COMMANDS):
        if command.keys:
            table.setdefault(command.menu, []).append((" or ".join(command.keys), command.title, command.help))
    return table
