"""TOML written so that people read it with pleasure: plain values first, then tables, then lists of tables; and files
that appear whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from visualizer.errors import CommandError, FileFormatError

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
LINE_MAX: Final = 110


def toml_text(table: Mapping[str, Any]) -> str:
    """Return a table as TOML; values are texts, numbers, truths, lists and tables of them (None is left out)."""
    return "\n".join(_lines(table, ())).strip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    there = {key: value for key, value in table.items() if value is not None}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in there.items() if not _is_table(value)]
    for key, value in there.items():
        inner = (*path, key)
        name = ".".join(map(_key, inner))
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *_lines(value, inner)]
        elif _is_table(value):
            for one in value:
                lines += ["", f"[[{name}]]", *_lines(one, inner)]
    return lines


def _is_table(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    if not isinstance(value, Sequence) or isinstance(value, str):
        return False
    return bool(value) and all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None) + "}"
    if isinstance(value, Sequence):
        words = [_value(one) for one in value]
        line = f"[{', '.join(words)}]"
        return line if len(line) <= LINE_MAX else "[\n" + "".join(f"  {word},\n" for word in words) + "]"
    return repr(value)


def tables_from_text(text: str, path: Path | str) -> dict[str, Any]:
    """Return the tables of a TOML text; raise `FileFormatError` with the line where it is none."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise FileFormatError(path, f"not valid TOML: {reason}", line) from None


def line_of(text: str, place: Sequence[int | str]) -> int | None:
    """Return the line, from one, of a key in a TOML text, or of the table that it is missing from; None at the top.

    Parameters
    ----------
    place : keys and numbers, as `("bookmarks", 0, "camera", "fov_deg")`
    """
    wanted, best, found = tuple(place), 0, None
    counts: dict[tuple[int | str, ...], int] = {}
    here: tuple[int | str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*(\[\[?)([^\[\]]+)\]", line)
        key = re.match(r"\s*(\"[^\"]*\"|[A-Za-z0-9_.-]+)\s*=", line)
        if head:
            here = _table_path(_names(head[2]), counts, is_list=head[1] == "[[")
            path = here
        elif key:
            path = (*here, *_names(key[1]))
        else:
            continue
        if len(path) > best and path == wanted[: len(path)]:
            best, found = len(path), number
    return found


def _names(words: str) -> list[str]:
    return [word.strip().strip("\"'") for word in words.split(".")]


def _table_path(names: list[str], counts: dict[tuple[int | str, ...], int], *, is_list: bool) -> tuple[int | str, ...]:
    path: tuple[int | str, ...] = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_list and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def write_whole(path: Path, text: str, what: str) -> None:
    """Write a text file, all or nothing.

    Parameters
    ----------
    what : what it is, for the complaint

    Raises
    ------
    CommandError
        If the folder cannot be written.
    """
    part = path.with_name(f".{path.name[:60]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise CommandError(f"writing the {what} {path}: {error.strerror or error}") from None
