"""Silence is the passing state: what was logged or said by Qt, and what a test announced as expected."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

# Qt says these on the offscreen platform, whatever a program does.
HARMLESS_QT = (
    r"^This plugin does not support (propagateSizeHints|raise|setting window masks|grabbing the keyboard)",
    r"^QFontDatabase: Cannot find font directory",  # PySide6 wheels carry no fonts; fontconfig's are found
)


def announced(node: pytest.Item, mark: str) -> list[str]:
    """Return the patterns that a test announces by `@pytest.mark.<mark>(pattern, ...)`."""
    return [pattern for marker in node.iter_markers(mark) for pattern in marker.args]


def unexpected(messages: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Return the messages that no pattern matches."""
    known = [re.compile(pattern) for pattern in patterns]
    return [message for message in messages if not any(pattern.search(message) for pattern in known)]


def loud_records(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what a test, its set-up included, logged as a warning or worse; `caplog.clear()` accepts it."""
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    return [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.WARNING]


@contextmanager
def qt_messages() -> Iterator[list[str]]:
    """Collect what Qt says as a warning or worse."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    quiet = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
    said: list[str] = []

    def listen(kind: QtMsgType, context: Any, message: str) -> None:
        if kind not in quiet:
            said.append(message)

    previous = qInstallMessageHandler(listen)
    try:
        yield said
    finally:
        qInstallMessageHandler(previous)
