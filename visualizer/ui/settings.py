"""What the window remembers: its shape, the last time and view. One JSON file, written atomically; no toolkit.

A damaged file is set aside as `.bak` with a notice; models never read settings.
"""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import platformdirs

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What survives from one session to the next.

    Attributes
    ----------
    geometry, layout : Qt's own words for window and docks, base64
    tdb_s : the last epoch, or None
    view_id : the last named view
    mission_id : the last active mission
    is_hint_seen : whether the first-run hint was shown
    quality : id of the tier the user chose, or 'automatic'
    theme : 'dark', 'light' or 'system'
    text_percent : size of text, of the system's
    strips : ids of the timeline's strips, divided by commas, or 'default'
    is_slowing : whether playing slows down near burns
    """

    geometry: str = ""
    layout: str = ""
    tdb_s: float | None = None
    view_id: str = "moon"
    mission_id: str = ""
    is_hint_seen: bool = False
    quality: str = "automatic"
    theme: str = "dark"
    text_percent: int = 100
    strips: str = "default"
    is_slowing: bool = False


# Who had settings has seen the first hint.
OF_OLD_USER: Final = Settings(is_hint_seen=True)


def default_path() -> Path:
    """Return where the settings live for this user."""
    return Path(platformdirs.user_config_dir("perilune", appauthor=False)) / "window.json"


def load_settings(path: Path) -> tuple[Settings, str]:
    """Read the settings.

    Returns
    -------
    settings, notice : the notice is empty, or says what was wrong and where the old file went
    """
    try:
        return _checked(json.loads(path.read_bytes().decode("utf-8"))), ""
    except FileNotFoundError:
        return Settings(), ""
    except _SettingsProblem as problem:
        return OF_OLD_USER, _set_aside(path, str(problem))
    except OSError as error:
        return OF_OLD_USER, _set_aside(path, error.strerror or "the disk does not answer")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        _report(path, error)
        return OF_OLD_USER, _set_aside(path, "what stands there is not what Perilune wrote")


class _SettingsProblem(Exception):
    """What is wrong with settings that could be read, in words."""


def _checked(content: dict[str, object]) -> Settings:
    if content.get("schema") != SCHEMA:
        raise _SettingsProblem("they come from another version of Perilune")
    values = {f.name: content[f.name] for f in fields(Settings) if f.name in content}
    defaults = asdict(Settings())
    for name, value in values.items():
        if name == "tdb_s":
            is_good = value is None or (isinstance(value, (int, float)) and math.isfinite(value))
        else:
            is_good = isinstance(value, type(defaults[name]))
        if not is_good:
            raise _SettingsProblem(f"what stands there as {name} cannot be: {str(value)[:40]!r}")
    return Settings(**values)


def _report(path: Path, error: Exception) -> None:
    """Write what the reader said where the reports of crashes are: no words for users."""
    report = Path(platformdirs.user_log_dir("perilune", appauthor=False)) / "settings.txt"
    with suppress(OSError):
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(f"{path}: {type(error).__name__}: {error}\n", encoding="utf-8")


def _set_aside(path: Path, reason: str) -> str:
    kept = path.with_suffix(".json.bak")
    try:
        path.replace(kept)
    except OSError:
        return f"Settings {path} could not be read ({reason}); starting with defaults"
    return f"Settings could not be used ({reason}); starting with defaults, the old file is kept as {kept}"


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings: all or nothing.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps({"schema": SCHEMA, **asdict(settings)}, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
