"""Draw the pictures of the user's guide: `python docs/guide/take_pictures.py` (on a display; 2 minutes).

The real window is opened, driven by its own commands, and photographed; the guide therefore shows what users see.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

FOLDER: Final = Path(__file__).resolve().parent / "images"
STRIP: Final = FOLDER.parents[1] / "images" / "film-strip.png"
SIZE_PX: Final = (1440, 900)
SETTLE_MS: Final = 2_500
COLOURS: Final = 256
Act = Callable[[Any], object]


@dataclass(frozen=True)
class Shot:
    """One picture: what is done before it is taken, one thing after another.

    Attributes
    ----------
    name : of the file, without its ending
    acts : each gets the window
    part : which part of the window is kept (left, top, right, bottom as shares of it)
    """

    name: str
    acts: tuple[Act, ...] = ()
    part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    settle_ms: int = field(default=SETTLE_MS)


def run(command_id: str) -> Act:
    """Return an act that runs a command."""
    return lambda window: window.run(command_id)


def at(time_words: str) -> Act:
    """Return an act that goes to a time, as typed into the date field."""

    def go(window: Any) -> None:
        from visualizer.core.epochs import tdb_s_from_utc_text

        window.session.clock.pause()
        window.session.clock.seek(tdb_s_from_utc_text(time_words))

    return go


def mission(mission_id: str, *others: str) -> Act:
    """Return an act that makes a mission the active one and shows just these."""

    def show(window: Any) -> None:
        session = window.session
        session.activate(mission_id)
        for each in list(session.missions):
            session.set_shown(each, each in (mission_id, *others))

    return show


def panel(panel_id: str, is_shown: bool = True) -> Act:
    """Return an act that shows or hides a panel."""
    return lambda window: window.show_panel(panel_id) if is_shown else window.panels.docks[panel_id].hide()


def type_words(words: str) -> Act:
    """Return an act that types into what has the focus."""

    def type_now(window: Any) -> None:
        from PySide6.QtWidgets import QApplication

        QTest.keyClicks(QApplication.focusWidget() or window, words)

    return type_now


def press(key: Any) -> Act:
    """Return an act that presses a key."""

    def press_now(window: Any) -> None:
        from PySide6.QtWidgets import QApplication

        QTest.keyClick(QApplication.focusWidget() or window, key)

    return press_now


def load_story(window: Any) -> None:
    """Put a ready-made story into the storyboard."""
    from visualizer.model.story_shelf import ready_made_story

    window.show_panel("storyboard").load(ready_made_story("last-orbit"))


def shots() -> tuple[Shot, ...]:
    """Return all pictures in the order in which they are taken."""
    from PySide6.QtCore import Qt

    from visualizer.ui.panels import PANELS

    close_all = tuple(panel(spec.id, False) for spec in PANELS)
    return (
        Shot("window", (at("2023-08-17T05:20:00"), run("view.show_moon")), settle_ms=6_000),
        Shot("timeline", (at("2023-08-19T11:00:00"),), (0.0, 0.74, 1.0, 1.0)),
        Shot("earth", (at("2023-08-11T00:10:00"), run("view.show_earth"))),
        Shot("system", (at("2023-08-13T05:30:00"), run("view.show_system"))),
        Shot("follow", (at("2023-08-18T05:00:00"), run("view.show_follow")), settle_ms=5_000),
        Shot("site", (at("2023-08-19T11:50:00"), run("view.show_site")), settle_ms=5_000),
        Shot("palette", (run("view.show_moon"), run("window.show_palette"), type_words("shack"))),
        Shot("evidence", (press(Qt.Key.Key_Escape), panel("evidence")), settle_ms=8_000),
        Shot("what-if", (*close_all, at("2023-08-19T11:10:00"), panel("what_if")), settle_ms=6_000),
        Shot("map", (*close_all, panel("map"), run("view.show_south_pole")), settle_ms=6_000),
        Shot("comparison", (*close_all, mission("luna-25", "chandrayaan-3"), panel("comparison")), settle_ms=8_000),
        Shot("charts", (*close_all, panel("charts"), run("view.show_moon")), settle_ms=6_000),
        Shot("panes", (*close_all, run("view.split_two"), run("view.camera_moon")), settle_ms=5_000),
        Shot("bookmarks", (run("view.camera_moon"), run("view.split_one"), panel("bookmarks"))),
        Shot("storyboard", (*close_all, load_story), settle_ms=20_000),
        Shot("light", (*close_all, run("window.choose_theme_light"))),
    )


def draw_strip() -> None:
    """Draw frames of a ready-made story side by side: the film strip of the README."""
    size, frames = (384, 216), (60, 400, 620, 760, 900)
    with tempfile.TemporaryDirectory() as folder:
        for frame in frames:
            words = ["animate", "last-orbit", "--size", f"{size[0]}x{size[1]}", "--fps", "24", "--format", "png"]
            words += ["--supersample", "2", "--frames", f"{frame}:{frame + 1}", "-o", str(Path(folder) / str(frame))]
            subprocess.run([sys.executable, "-m", "visualizer", *words], check=True, stdout=subprocess.DEVNULL)
        pictures = [Image.open(next((Path(folder) / str(frame)).glob("*.png"))).convert("RGB") for frame in frames]
        strip = Image.new("RGB", (len(frames) * (size[0] + 6) + 6, size[1] + 12), "black")
        for number, picture in enumerate(pictures):
            strip.paste(picture, (6 + number * (size[0] + 6), 6))
    strip.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(STRIP, optimize=True)


def wait(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def photograph(window: Any, shot: Shot) -> None:
    """Take a picture of the window and write it, in few colours: a guide is read, not measured."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{shot.name}.png"
    window.screen().grabWindow(window.winId()).save(str(path))
    with Image.open(path) as picture:
        width, height = picture.size
        left, top, right, bottom = shot.part
        box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
        small = picture.convert("RGB").crop(box).quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(path, optimize=True)


def main(wanted: list[str]) -> int:
    """Take all pictures, or those that are named; return the exit code."""
    if not wanted or "strip" in wanted:
        draw_strip()
    if wanted == ["strip"]:
        return 0
    home = tempfile.mkdtemp(prefix="perilune-guide-")
    os.environ.update(dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home))
    from visualizer.ui.app import create_application, open_window
    from visualizer.ui.settings import Settings

    application = create_application()
    window = open_window(Settings(is_hint_seen=True))
    window.resize(*SIZE_PX)
    window.show()
    window.activateWindow()
    window.windowHandle().requestActivate()
    wait(8_000)
    for shot in shots():
        for act in shot.acts:
            act(window)
            wait(150)
        began = time.monotonic()
        wait(shot.settle_ms)
        if not wanted or shot.name in wanted:
            photograph(window, shot)
            print(f"{shot.name}: {time.monotonic() - began:.1f} s", flush=True)
    window.close_unasked()
    window.canvas.close()
    application.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
