"""Names of what can be switched on and off in a picture, as people type them: `graticule` is `has_graticule`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from visualizer.model.frame_state import Options


def option_names() -> tuple[str, ...]:
    """Return every name."""
    return tuple(
        field.name.removeprefix("has_").replace("_", "-") for field in fields(Options) if field.name.startswith("has_")
    )


def check_option_names(names: Iterable[str]) -> None:
    """Raise `ValueError` at the first name that there is not, listing those there are."""
    known = option_names()
    for name in names:
        if name not in known:
            raise ValueError(f"option {name!r}: unknown; one of {', '.join(known)}")


def with_names(options: Options, show: Iterable[str], hide: Iterable[str]) -> Options:
    """Return options with what is named switched on or off."""
    changes = {f"has_{name.replace('-', '_')}": True for name in show}
    changes |= {f"has_{name.replace('-', '_')}": False for name in hide}
    return replace(options, **changes)


def differing_names(options: Options, plain: Options | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is on and what is off in comparison with plain options."""
    plain = plain or Options()
    differing = [n for n in option_names() if _value(options, n) != _value(plain, n)]
    return tuple(n for n in differing if _value(options, n)), tuple(n for n in differing if not _value(options, n))


def _value(options: Options, name: str) -> bool:
    return bool(getattr(options, f"has_{name.replace('-', '_')}"))
