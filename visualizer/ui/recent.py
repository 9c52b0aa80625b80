"""What was chosen and opened lately: one small JSON file, read afresh at each change so that windows do not fight.

Window layer without a toolkit. A damaged file is set aside; the lists begin anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs

from visualizer.errors import CommandError
from visualizer.model.toml_text import write_whole

COUNTS: Final = {"choices": 12, "files": 10}
TEXT_MAX: Final = 4_000


def default_path() -> Path:
    """Return where the lists are kept for this user."""
    return Path(platformdirs.user_state_dir("perilune", appauthor=False)) / "recent.json"


class Recent:
    """Lists of texts, newest first: 'choices' of the palette and 'files' opened."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()

    def _load(self) -> dict[str, list[str]]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            lists = {name: [str(one)[:TEXT_MAX] for one in content.get(name, [])] for name in COUNTS}
        except FileNotFoundError:
            return {name: [] for name in COUNTS}
        except (OSError, ValueError, TypeError, AttributeError):
            with suppress(OSError):
                self.path.replace(self.path.with_suffix(".json.bak"))
            return {name: [] for name in COUNTS}
        return lists

    def list_of(self, name: str) -> list[str]:
        """Return one of the lists."""
        return self._load()[name]

    def add(self, name: str, text: str) -> None:
        """Put a text at the beginning of a list; a folder that cannot be written is no reason to complain here."""
        lists = self._load()
        lists[name] = [text, *(one for one in lists[name] if one != text)][: COUNTS[name]]
        self._save(lists)

    def remove(self, name: str, text: str) -> None:
        """Take a text out of a list."""
        lists = self._load()
        lists[name] = [one for one in lists[name] if one != text]
        self._save(lists)

    def clear(self, name: str) -> None:
        """Empty a list."""
        self._save({**self._load(), name: []})

    def _save(self, lists: dict[str, list[str]]) -> None:
        with suppress(CommandError):
            write_whole(self.path, json.dumps(lists, indent=1, ensure_ascii=False) + "\n", "list of what was opened")
