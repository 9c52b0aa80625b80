"""Ask for a file and write a chart or a map into it. Window layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from visualizer.errors import PeriluneError
from visualizer.ui.words import tr


def ask_and_write(
    parent: QWidget,
    title: str,
    name: str,
    endings: Sequence[str],
    write: Callable[[Path], None],
    say: Callable[[str], None],
) -> None:
    """Open a dialog that nobody waits for; the chosen file is written, and what became of it is said.

    Parameters
    ----------
    name : of the file at first, without ending; the dialog's object name is `export-<name>`
    endings : such as .png; the first is the usual one
    write : raises `PeriluneError` where the file cannot be written
    """
    dialog = QFileDialog(parent, title, str(Path.home() / f"{name}{endings[0]}"))
    dialog.setObjectName(f"export-{name}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"{ending[1:].upper()} (*{ending})" for ending in endings])
    dialog.setDefaultSuffix(endings[0][1:])
    dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix(words.split(" ")[0].lower()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda chosen: write_and_say(Path(chosen), write, say))
    dialog.open()


def write_and_say(path: Path, write: Callable[[Path], None], say: Callable[[str], None]) -> None:
    """Write a file and say so, or why not."""
    try:
        write(path)
    except PeriluneError as error:
        say(str(error))
    else:
        say(tr("Written: {path}").format(path=path))
