"""A property that is worked out when it is first asked for, and kept.

As `functools.cached_property`, which before Python 3.12 takes a lock each time, for longer than most of these need. Two
threads that ask at once may both work it out: what is found is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Found = TypeVar("Found")


class lazy_property(Generic[Found]):
    """A property worked out once for each object, which needs a `__dict__`; it may be frozen."""

    def __init__(self, find: Callable[[Any], Found]) -> None:
        self._find = find
        self.__doc__ = find.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> lazy_property[Found]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Found: ...

    def __get__(self, instance: object | None, owner: type) -> Found | lazy_property[Found]:
        if instance is None:
            return self
        # From now on the object's own attribute is found first.
        found = instance.__dict__[self._name] = self._find(instance)
        return found
