"""Load shaders by exact name, resolve `#include "common/x.glsl"`, and name file and line in errors."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from visualizer.errors import ShaderError
from visualizer.resources import shader_path

_INCLUDE: Final = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')


@cache
def load(name: str) -> str:
    """Return a shader's source with its includes put in, each once.

    Raises
    ------
    ShaderError
        If an include is missing or includes itself.
    """
    return "\n".join(line for _, _, line in located_lines(name)) + "\n"


@cache
def located_lines(name: str) -> tuple[tuple[str, int, str], ...]:
    """Return (file, line number, text) for every line of the assembled source."""
    return tuple(_expand(name, (), set()))


def _expand(name: str, above: tuple[str, ...], done: set[str]) -> list[tuple[str, int, str]]:
    if name in above:
        raise ShaderError(f"shaders/{name}: includes itself by way of {' -> '.join(above)}")
    lines: list[tuple[str, int, str]] = []
    for number, text in enumerate(shader_path(name).read_text(encoding="utf-8").splitlines(), 1):
        match = _INCLUDE.match(text)
        if match is None:
            lines.append((name, number, text))
        elif match[1] not in done:
            done.add(match[1])
            lines += _expand(match[1], (*above, name), done)
    return lines


def explain_log(name: str, log: str) -> str:
    """Return a compiler's log with its first line number turned into a file and line of ours."""
    match = re.search(r"(?:0[:(]|ERROR: \d+:)(\d+)", log)
    if match is None:
        return f"shaders/{name}: {log.strip()}"
    lines = located_lines(name)
    # VisPy puts a `#version` line before the source.
    file, number, _ = lines[min(max(int(match[1]) - 2, 0), len(lines) - 1)]
    return f"shaders/{file}, line {number}: {log.strip().splitlines()[0]}"
