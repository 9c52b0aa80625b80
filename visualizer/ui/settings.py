"""What the window remembers: its shape, the last time and view. One JSON file, written atomically; no toolkit.

A damaged file is set aside as `.bak` with a notice; models never read settings.
"""

from __future__ import annotations

import json
import math
import os
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
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, UnicodeDecodeError) as error:
        return OF_OLD_USER, _set_aside(path, str(error))
    try:
        return _checked(json.loads(text)), ""
    except (ValueError, TypeError, AttributeError) as error:
        return OF_OLD_USER, _set_aside(path, str(error))


def _checked(content: dict[str, object]) -> Settings:
    if content.get("schema") != SCHEMA:
        raise ValueError(f"schema {content.get('schema')!r} instead of {SCHEMA}")
    values = {f.name: content[f.name] for f in fields(Settings) if f.name in content}
    defaults = asdict(Settings())
    for name, value in values.items():
        if name == "tdb_s":
            is_good = value is None or (isinstance(value, (int, float)) and math.isfinite(value))
        else:
            is_good = isinstance(value, type(defaults[name]))
        if not is_good:
            raise ValueError(f"{name}: {value!r} is not what was expected")
    return Settings(**values)


def _set_aside(path: Path, reason: str) -> str:
    kept = path.with_suffix(".json.bak")
    try:
        path.replace(kept)
    except OSError:
        return f"Settings {path} could not be read ({reason}); starting with defaults"
    return f"Settings were damaged ({reason}); starting with defaults, the old file is kept as {kept}"


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
