"""What the words mean that say how a flight is known: for tool tips. The same words stand everywhere. Window layer."""

from __future__ import annotations

from typing import Final

from visualizer.ui.words import tr

KNOWN_WORDS: Final = (
    ("measured", "positions that were tracked, or read off pictures"),
    ("fitted", "an orbit fitted to such positions"),
    ("reconstructed", "solved from what was published: times, burns, orbits, places"),
    ("planned", "as it was meant to be; drawn in dashes"),
    ("synthetic", "made up so that it is plausible, where nothing is published; drawn in dots"),
)
USE_WORDS: Final = (
    ("yes", "the solver fitted the flight to it"),
    ("held", "the solver took it exactly as published, so its residual proves nothing"),
    ("check", "kept out of the fit: it tests the flight"),
)


def known_tip() -> str:
    """Return the words for how a flight is known, each with its meaning, as rich text."""
    return _lines(KNOWN_WORDS)


def use_tip() -> str:
    """Return the words for what a fact was used for, each with its meaning, as rich text."""
    return _lines(USE_WORDS)


def meaning_of(word: str) -> str:
    """Return what one of the words for how a flight is known means; empty for other words."""
    return tr(dict(KNOWN_WORDS).get(word, ""))


def use_meaning(word: str) -> str:
    """Return what one of the words for what a fact was used for means."""
    return tr(dict(USE_WORDS).get(word, ""))


def _lines(words: tuple[tuple[str, str], ...]) -> str:
    return "<br>".join(f"<b>{tr(word)}</b>: {tr(meaning)}" for word, meaning in words)
