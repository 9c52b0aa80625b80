"""The text link: a snapshot in one line to copy, mail and paste.

`perilune:?t=20230819T111000&m=luna-25,slim&v=moon&c=moon,sun,-58,-16,8300,40&o=graticule,-labels&z=landing`
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote

from pydantic import ValidationError

from visualizer.errors import CommandError
from visualizer.missions.alignment import CALENDAR
from visualizer.model.mistakes import first_mistake
from visualizer.model.snapshot import Camera, Snapshot

START: Final = "perilune:"
LENGTH_MAX: Final = 4_000
EXAMPLE: Final = "perilune:?t=20230819T111000&m=luna-25&v=moon"
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}(?:\.\d+)?)(.*)")
_WRITTEN: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)")
_PARTS: Final = {"t": "time", "m": "missions", "a": "active", "v": "view", "c": "camera", "o": "options", "z": "align"}


def is_link(text: str) -> bool:
    """Tell a link by its beginning."""
    return text.strip().strip("<>\"'").lower().startswith(START)


def link_of(snapshot: Snapshot) -> str:
    """Return a snapshot as a link."""
    written = _WRITTEN.fullmatch(snapshot.time)
    parts = [("t", "{}{}{}T{}{}{}".format(*written.groups()) if written else snapshot.time)]
    parts.append(("m", ",".join(snapshot.missions)))
    if snapshot.active is not None and snapshot.active != snapshot.missions[0]:
        parts.append(("a", snapshot.active))
    if snapshot.view is not None:
        parts.append(("v", snapshot.view))
    if snapshot.camera is not None:
        parts.append(("c", _camera_words(snapshot.camera)))
    options = [*snapshot.show, *(f"-{name}" for name in snapshot.hide)]
    if options:
        parts.append(("o", ",".join(options)))
    if snapshot.align != CALENDAR:
        parts.append(("z", snapshot.align))
    return f"{START}?" + "&".join(f"{key}={quote(value, safe=',:/~')}" for key, value in parts)


def _camera_words(camera: Camera) -> str:
    numbers = (camera.azimuth_deg, camera.elevation_deg, camera.distance_km, camera.fov_deg)
    # Places have a comma of their own.
    names = (camera.focus.replace(",", "~"), camera.axes.replace(",", "~"))
    return ",".join([*names, *(f"{n:.9g}" for n in numbers), *(["ahead"] if camera.look == "ahead" else [])])


def snapshot_of_link(text: str) -> Snapshot:
    """Read a link.

    Raises
    ------
    CommandError
        If it is none, or breaks off, or says what there is not: one line.
    """
    words = text.strip().strip("<>\"'")
    if not is_link(words) or len(words) > LENGTH_MAX:
        raise CommandError(f"link {words[:60]!r}: not understood; a link looks like {EXAMPLE}")
    pairs = parse_qsl(words[len(START) :].lstrip("/").removeprefix("?"), keep_blank_values=True)
    unknown = [key for key, _ in pairs if key not in _PARTS]
    if unknown:
        known = ", ".join(f"{key} ({what})" for key, what in _PARTS.items())
        raise CommandError(f"link: there is no part {unknown[0]!r}; there are {known}")
    return _checked(dict(pairs))


def _checked(parts: dict[str, str]) -> Snapshot:
    options = [name for name in parts.get("o", "").split(",") if name]
    table: dict[str, object] = {
        "time": _time(parts.get("t", "")),
        "missions": [name for name in parts.get("m", "").split(",") if name],
        "show": [name for name in options if not name.startswith("-")],
        "hide": [name.removeprefix("-") for name in options if name.startswith("-")],
    }
    table |= {_PARTS[key]: parts[key] for key in "avz" if parts.get(key)}
    if parts.get("c"):
        table["camera"] = _camera_table(parts["c"])
    try:
        return Snapshot.model_validate(table)
    except ValidationError as error:
        raise CommandError(f"link: {first_mistake(error, Snapshot)[0]}; a link looks like {EXAMPLE}") from None


def _time(text: str) -> str:
    match = _COMPACT.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, rest = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{rest}"


def _camera_table(words: str) -> dict[str, object]:
    names = ("focus", "axes", "azimuth_deg", "elevation_deg", "distance_km", "fov_deg", "look")
    parts = words.split(",")
    if not 6 <= len(parts) <= 7:
        raise CommandError("link: the camera c has six parts: focus, axes, azimuth, elevation, distance, field of view")
    values: list[object] = [parts[0].replace("~", ","), parts[1].replace("~", ",")]
    for name, part in zip(names[2:6], parts[2:6], strict=True):
        try:
            values.append(float(part))
        except ValueError:
            raise CommandError(f"link: the camera's {name} {part[:20]!r} is not a number") from None
    return dict(zip(names, [*values, *parts[6:]], strict=False))
