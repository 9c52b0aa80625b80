"""The mistakes in a table that people write by hand: where it is, what it is, what was perhaps meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError

UNKNOWN: Final = "extra_forbidden"
_ONE: Final = {"bookmarks": "bookmark", "missions": "mission", "show": "show", "hide": "hide", "flights": "flight",
               "measures": "measure", "shots": "shot",
               "captions": "caption", "camera": "camera key"}  # fmt: skip
_WANTED: Final = {
    "string_type": "must be a text in quotes", "int_type": "must be a whole number", "float_type": "must be a number",
    "float_parsing": "must be a number", "bool_type": "must be true or false", "missing": "is missing",
    "tuple_type": "must be a list: [ ... ]", "list_type": "must be a list: [ ... ]",
    "dict_type": "must be a table", "model_type": "must be a table", "model_attributes_type": "must be a table",
    "finite_number": "must be a finite number",
}  # fmt: skip


def first_mistake(error: ValidationError, model: type[BaseModel]) -> tuple[str, tuple[int | str, ...]]:
    """Return the first mistake in one line, and its place as keys and numbers."""
    found = all_mistakes(error, model)
    (words, place), more = found[0], len(found) - 1
    return f"{words} (and {more} more)" if more else words, place


def all_mistakes(error: ValidationError, model: type[BaseModel]) -> list[tuple[str, tuple[int | str, ...]]]:
    """Return every mistake in one line, and its place; misspelt keys first, missing ones last.

    A key that is missing because it is misspelt is told once.
    """
    found = sorted(error.errors(), key=_rank)
    places = [(mistake, tuple(mistake["loc"])) for mistake in found]
    meant = {(*place[:-1], _near(place, model)) for mistake, place in places if mistake["type"] == UNKNOWN}
    told = [(m, place) for m, place in places if m["type"] != "missing" or place not in meant]
    return [(f"{_in_words(place)}{_what(m, place, model)}", place) for m, place in told]


def _rank(mistake: Any) -> int:
    return {UNKNOWN: 0, "missing": 2}.get(mistake["type"], 1)


def _near(place: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """Return which key was perhaps meant by one that there is not, or an empty text."""
    here = _model_at(place[:-1], model)
    return next(iter(get_close_matches(str(place[-1]), _keys(here), 1, 0.6)), "")


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model is not None else []


def _what(mistake: Any, place: tuple[int | str, ...], model: type[BaseModel]) -> str:
    if mistake["type"] == UNKNOWN:
        return f"there is no such key{_perhaps(place, model)}"
    if mistake["type"] in _WANTED:
        return _WANTED[mistake["type"]]
    words = str(mistake["msg"]).removeprefix("Value error, ").replace("\n", " ")
    return words[0].lower() + words[1:] if words.startswith("Input ") else words


def _perhaps(place: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """Return what was perhaps meant by a key that there is not, or the keys that there are."""
    near, known = _near(place, model), _keys(_model_at(place[:-1], model))
    if near:
        return f"; did you mean {near!r}?"
    return f"; there are {', '.join(known)}" if known else ""


def _model_at(place: tuple[int | str, ...], model: type[BaseModel]) -> type[BaseModel] | None:
    here: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int):
            continue
        field = here.model_fields.get(part) if here is not None else None
        here = _inner_model(field.annotation) if field is not None else None
    return here


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner_model(part) for part in getattr(annotation, "__args__", ()))
    return next((one for one in found if one is not None), None)


def _in_words(place: tuple[int | str, ...]) -> str:
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] = f"{_ONE.get(words[-1], words[-1])} {part + 1}"
        else:
            words.append(str(part))
    return f"{', '.join(words)}: " if words else ""
