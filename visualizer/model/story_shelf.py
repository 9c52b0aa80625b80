"""The stories that come with the program: `assets/stories/*.toml`."""

from __future__ import annotations

from functools import cache

from visualizer.errors import CommandError
from visualizer.model.story import Story, read_story
from visualizer.resources import asset_path, root_path


def ready_made_ids() -> tuple[str, ...]:
    """Return the ids of the ready-made stories, sorted."""
    return tuple(sorted(path.stem for path in (root_path() / "assets" / "stories").glob("*.toml")))


@cache
def ready_made_story(story_id: str) -> Story:
    """Return a ready-made story; raise `CommandError` that lists them where there is none of that id."""
    if story_id not in ready_made_ids():
        raise CommandError(f"story {story_id!r}: unknown; there are {', '.join(ready_made_ids())}")
    return read_story(asset_path(f"stories/{story_id}.toml"))
