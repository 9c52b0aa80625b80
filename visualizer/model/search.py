"""Finding what is meant by a few letters: names folded, words by their beginnings, initials, letters in any order.

Pure. An index is built once from entries; a question is answered in a millisecond or two, so that it can be asked at
every key. `model.search_entries` makes the entries.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

CANDIDATES_MAX: Final = 400
LOOSE_SHARE: Final = 0.5
LOOSE_MAX: Final = 60
SHOWN: Final = 50
# What a match is worth, best first; what an entry is worth by itself stays below the distance between two of them.
EXACT, TITLE_START, WORD_STARTS, INITIALS, ALIAS, INSIDE, LOOSE = 100.0, 80.0, 62.0, 60.0, 52.0, 40.0, 10.0
WEIGHT_MAX: Final = 12.0
RECENT_BONUS: Final = 6.0
ACTIVE_BONUS: Final = 4.0
_EXTRA: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found.

    Attributes
    ----------
    key : what is meant, as `feature:Shackleton`, `event:luna-25/impact`, `command:view.zoom_in`
    title : what people call it
    kind : one word for people: Crater, Event, Command ...
    detail : what stands on the right: keys, a date, a diameter
    aliases : other words that find it
    weight : 0 to 12, what it is worth by itself
    group : id of the mission that it belongs to, or empty
    """

    key: str
    title: str
    kind: str
    detail: str = ""
    aliases: tuple[str, ...] = ()
    weight: float = 0.0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What makes some entries likelier now: keys chosen lately (newest first), the active mission's id."""

    recent: tuple[str, ...] = ()
    group: str = ""


NO_CONTEXT: Final = Context()


def folded(text: str) -> str:
    """Return a text in small letters without accents, its words apart by single spaces."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower().translate(_EXTRA))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters.replace("'", "")))


def initials(text: str) -> str:
    """Return the first letters of a folded text's words."""
    return "".join(word[0] for word in text.split())


@dataclass(frozen=True, slots=True)
class _Text:
    """A folded title, its aliases, and the words of both."""

    title: str
    words: tuple[str, ...]
    initials: str
    aliases: tuple[str, ...]
    alias_words: tuple[str, ...]


@dataclass
class SearchIndex:
    """Entries ready to be searched.

    Attributes
    ----------
    entries : in the order of their numbers
    """

    entries: tuple[Entry, ...] = field(repr=False)
    _texts: list[_Text] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._texts = [_text(entry) for entry in self.entries]
        self._weights = np.array([entry.weight for entry in self.entries])
        self._number = {entry.key: number for number, entry in reversed(list(enumerate(self.entries)))}
        pairs = sorted(
            (word, number)
            for number, text in enumerate(self._texts)
            for word in {*text.words, *text.alias_words, *_all_initials(text)}
        )
        self._words = [word for word, _ in pairs]
        self._numbers = np.array([number for _, number in pairs], dtype=np.int64)
        self._grams, self._gram_counts = _grams_of(self._texts)

    def entry(self, key: str) -> Entry | None:
        """Return the entry with this key, or None."""
        number = self._number.get(key)
        return None if number is None else self.entries[number]

    def search(self, question: str, context: Context = NO_CONTEXT, count: int = SHOWN) -> list[Entry]:
        """Return what is meant, likeliest first; without a question what was chosen lately, then what weighs most."""
        asked = folded(question)
        if not asked:
            return self._without_question(context, count)
        worths = {number: _score(self._texts[number], asked) for number in self._candidates(asked)}
        # Where something is called so, what is only spelt alike is not meant.
        least = INSIDE if max(worths.values(), default=0.0) >= INSIDE else 1.0
        scored = [
            (-worth - self._extra(number, context), len(self._texts[number].title), number)
            for number, worth in worths.items()
            if worth >= least
        ]
        return [self.entries[number] for _, _, number in sorted(scored)[:count]]

    def _extra(self, number: int, context: Context) -> float:
        entry = self.entries[number]
        extra = min(entry.weight, WEIGHT_MAX)
        if entry.key in context.recent:
            extra += RECENT_BONUS / (1.0 + 0.2 * context.recent.index(entry.key))
        return extra + (ACTIVE_BONUS if entry.group and entry.group == context.group else 0.0)

    def _without_question(self, context: Context, count: int) -> list[Entry]:
        lately = [entry for key in context.recent if (entry := self.entry(key)) is not None]
        seen = {entry.key for entry in lately}
        bonus = np.array([ACTIVE_BONUS if e.group and e.group == context.group else 0.0 for e in self.entries])
        order = np.argsort(-(self._weights + bonus), kind="stable")[: count + len(lately)]
        return [*lately, *(self.entries[n] for n in order if self.entries[n].key not in seen)][:count]

    def _candidates(self, asked: str) -> list[int]:
        tokens = asked.split()
        found = self._starting(tokens[0])
        for token in tokens[1:]:
            found = np.intersect1d(found, self._starting(token), assume_unique=True)
        together = np.union1d(found, self._starting(asked.replace(" ", "")))
        if len(together) > CANDIDATES_MAX:
            together = self._weightiest(together, asked)
        return [int(n) for n in np.union1d(together, self._alike(asked))] if len(asked) > 2 else together.tolist()

    def _weightiest(self, numbers: IntArray, asked: str) -> IntArray:
        """Return as many as will be looked at: those whose title begins so first, then by weight."""
        begins = np.array([self._texts[n].title.startswith(asked) for n in numbers])
        order = np.argsort(-(self._weights[numbers] + 100.0 * begins), kind="stable")
        return numbers[order[:CANDIDATES_MAX]]

    def _starting(self, token: str) -> IntArray:
        """Return the entries with a word that starts so, in order."""
        first = bisect_left(self._words, token)
        last = bisect_left(self._words, token + "\U0010ffff")
        return np.unique(self._numbers[first:last])

    def _alike(self, asked: str) -> IntArray:
        """Return the entries that share most pairs of letters with the question."""
        grams = [self._grams[gram] for gram in _pairs(asked) if gram in self._grams]
        if not grams:
            return np.zeros(0, dtype=np.int64)
        shared = np.bincount(np.concatenate(grams), minlength=len(self.entries))
        share = shared / _pair_count(asked)
        best = np.flatnonzero(share >= LOOSE_SHARE)
        likeness = 2.0 * shared[best] / (_pair_count(asked) + self._gram_counts[best]) + share[best]
        return best[np.argsort(-likeness, kind="stable")[:LOOSE_MAX]]


def _text(entry: Entry) -> _Text:
    title = folded(entry.title)
    aliases = tuple(folded(alias) for alias in entry.aliases)
    return _Text(title, tuple(title.split()), initials(title), aliases, tuple(w for a in aliases for w in a.split()))


def _all_initials(text: _Text) -> set[str]:
    return {made for one in (text.title, *text.aliases) if len(made := initials(one)) > 1}


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring letters, with the beginnings of words."""
    padded = " " + text
    return {padded[i : i + 2] for i in range(len(padded) - 1) if padded[i + 1] != " "}


def _pair_count(text: str) -> int:
    """Return how many pairs a text has, those that come again counted again."""
    return len(text) - text.count(" ")


def _grams_of(texts: Sequence[_Text]) -> tuple[Mapping[str, IntArray], IntArray]:
    lists: dict[str, list[int]] = {}
    counts = np.zeros(len(texts), dtype=np.int64)
    for number, text in enumerate(texts):
        pairs = set().union(*(_pairs(one) for one in (text.title, *text.aliases)))
        counts[number] = len(_pairs(text.title))
        for pair in pairs:
            lists.setdefault(pair, []).append(number)
    return {pair: np.array(numbers, dtype=np.int64) for pair, numbers in lists.items()}, counts


def _score(text: _Text, asked: str) -> float:
    """Return what a match is worth, 0 for none."""
    if text.title == asked or asked in text.aliases:
        return EXACT - (0.0 if text.title == asked else 4.0)
    tokens = asked.split()
    share = len(asked) / max(len(text.title), 1)
    # Whole words come before words that go on, by more than features weigh: among either the largest comes first.
    is_whole = set(tokens) <= set(text.words)
    if text.title.startswith(asked):
        return TITLE_START + (6.0 if is_whole else 2.0 * share)
    in_title = _all_start(tokens, text.words)
    if in_title:
        return WORD_STARTS + in_title + 2.0 * share + (2.0 if is_whole else 0.0)
    solid = asked.replace(" ", "")
    if len(solid) > 1 and text.initials.startswith(solid):
        return INITIALS + 4.0 * len(solid) / len(text.initials)
    if _all_start(tokens, text.words + text.alias_words):
        return ALIAS + 3.0 * sum(any(w.startswith(t) for w in text.words) for t in tokens) / len(tokens)
    if any(initials(alias).startswith(solid) for alias in text.aliases) and len(solid) > 1:
        return ALIAS
    if asked in text.title:
        return INSIDE
    return _loose(text, asked)


def _all_start(tokens: Sequence[str], words: Sequence[str]) -> float:
    """Return 1 to 3 where every token begins a word of its own, best in order from the first word; else 0."""
    free, places = list(words), []
    for token in tokens:
        index = next((i for i, word in enumerate(free) if word.startswith(token)), None)
        if index is None:
            return 0.0
        places.append(words.index(free.pop(index)))
    is_in_order = places == sorted(places)
    return 1.0 + is_in_order + (1.0 if places[0] == 0 else 0.0)


def _loose(text: _Text, asked: str) -> float:
    """Return what a misspelt question is worth: by pairs of letters shared, and by letters in order."""
    if len(asked) < 3 or not _is_in_order(_digits(asked), " ".join((text.title, *text.aliases))):
        # A number that stands nowhere in it is another one, not one that is misspelt.
        return 0.0
    wanted = _pairs(asked)
    best = 0.0
    for one in (text.title, *text.words, *text.aliases):
        have = _pairs(one)
        likeness = 2.0 * len(wanted & have) / (_pair_count(asked) + len(have))
        has_order = len(asked) > 3 and _is_in_order(asked.replace(" ", ""), one)
        if likeness >= LOOSE_SHARE or (has_order and likeness >= 0.35):
            best = max(best, LOOSE + 20.0 * likeness + (8.0 if has_order else 0.0))
    return best


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _is_in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def merged(first: Iterable[Entry], second: Iterable[Entry]) -> list[Entry]:
    """Return two lists of entries as one, each key once."""
    found: dict[str, Entry] = {}
    for entry in (*first, *second):
        found.setdefault(entry.key, entry)
    return list(found.values())
