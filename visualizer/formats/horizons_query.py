"""Ask JPL Horizons for the states of a spacecraft: only when the user types it, a part at a time, never twice.

Formats. The service gives some 90,000 rows at most, so a long span is asked for in parts; each answer is kept in the
cache folder under the checksum of its question. What was interrupted goes on from the parts that are there. The
service's refusals are told in words.
"""

from __future__ import annotations

import http.client
import os
import re
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Final

from visualizer.errors import CommandError, FileFormatError
from visualizer.formats.clock import calendar_texts
from visualizer.formats.horizons_table import read_horizons
from visualizer.formats.recording import Recording

BASE_URL: Final = "https://ssd.jpl.nasa.gov/api/horizons.api"
BASE_VARIABLE: Final = "PERILUNE_HORIZONS_URL"
ROWS_PER_PART: Final = 80_000
PARTS_MAX: Final = 200
TIMEOUT_S: Final = 60.0
ANSWER_MAX_BYTES: Final = 64 << 20
_REFUSALS: Final = (
    (r"No ephemeris for target \"?(?P<what>.*?)\"? (?P<side>after|prior to) (?P<when>A\.D\. \S+ \S+)",
     "Horizons has no states of {what} {side} {when}; ask for less"),
    (r"No matches found|no such (?:target|object)", "Horizons knows no object of that id"),
    (r"Multiple major-bodies match", "several objects match that id; give the number, such as -85"),
    (r"exceeds \d+ line max", "too many rows for one question; take a longer --step"),
    (r"Cannot interpret (?:date|time).*|Bad dates.*|start.*(?:after|later than).*stop",
     "Horizons does not accept the span: {all}"),
    (r"Observer table for observer=target disallowed|center.*(?:unknown|not found)",
     "Horizons does not know that centre"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a target, a centre (SPICE id), a span in TDB, the step in seconds."""

    target: str
    centre_id: int
    start_tdb_s: float
    end_tdb_s: float
    step_s: float


def ask(
    question: Question, cache: Path, progress: Callable[[int, int], None] = lambda done, of: None
) -> list[tuple[Path, Recording]]:
    """Return the answer in parts, each with the file in the cache that holds it.

    Raises
    ------
    CommandError
        If the target is no id, the span or step make no sense, the service is out of reach, or it refuses; says why.
    """
    parts = list(_parts(question))
    found = []
    for number, part in enumerate(parts):
        progress(number, len(parts))
        path = cache / f"{sha256(repr(part).encode()).hexdigest()[:24]}.txt"
        if not path.is_file():
            _keep(path, _fetch(part, question))
        found.append((path, _read(path, question)))
    progress(len(parts), len(parts))
    return found


def _parts(question: Question) -> Iterator[list[tuple[str, str]]]:
    """Yield the parameters of each part; parts share their edges."""
    if not re.fullmatch(r"-?\d{1,9}|\d{4}-\d{3}[A-Z]{1,3}", question.target):
        raise CommandError(f"asking Horizons for {question.target!r}: give a number such as -85, or 2023-118A")
    length_s = question.end_tdb_s - question.start_tdb_s
    if not length_s > 0.0 or not question.step_s > 0.0:
        raise CommandError("asking Horizons: --to must be after --from and --step above zero")
    steps = max(1, ceil(length_s / question.step_s - 1e-6))
    parts = ceil(steps / ROWS_PER_PART)
    if parts > PARTS_MAX:
        raise CommandError(f"asking Horizons: {steps:,} rows are too many; take a longer --step")
    for number in range(parts):
        first, last = number * ROWS_PER_PART, min(steps, (number + 1) * ROWS_PER_PART)
        edges = [question.start_tdb_s + min(length_s, k * question.step_s) for k in (first, last)]
        yield _parameters(question, edges, last - first)


def _parameters(question: Question, edges: list[float], steps: int) -> list[tuple[str, str]]:
    import numpy as np

    start, stop = (text.replace("T", " ") for text in calendar_texts(np.array(edges), 4))
    values = {
        "format": "text", "COMMAND": question.target, "OBJ_DATA": "YES", "MAKE_EPHEM": "YES", "EPHEM_TYPE": "VECTORS",
        "CENTER": f"500@{question.centre_id}", "START_TIME": start, "STOP_TIME": stop, "STEP_SIZE": str(steps),
        "TIME_TYPE": "TDB", "TIME_DIGITS": "FRACSEC", "REF_SYSTEM": "ICRF", "REF_PLANE": "FRAME", "VEC_TABLE": "2",
        "VEC_CORR": "NONE", "OUT_UNITS": "KM-S", "CSV_FORMAT": "YES", "VEC_LABELS": "NO",
    }  # fmt: skip
    return [(key, value if key == "format" else f"'{value}'") for key, value in values.items()]


def _fetch(parameters: list[tuple[str, str]], question: Question) -> bytes:
    base = os.environ.get(BASE_VARIABLE, BASE_URL)
    if not base.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise CommandError(f"asking Horizons: {BASE_VARIABLE} must be an https address, or one on this machine")
    url = f"{base}?{urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)}"
    what = f"asking Horizons for {question.target}"
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            data: bytes = answer.read(ANSWER_MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise CommandError(f"{what}: {_refused(error.code, error.read(65536))}") from None
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise CommandError(f"{what}: the service is out of reach ({reason}); try again later") from None
    if len(data) > ANSWER_MAX_BYTES:
        raise CommandError(f"{what}: the answer is larger than {ANSWER_MAX_BYTES >> 20} MB")
    if b"$$SOE" not in data or b"$$EOE" not in data:
        raise CommandError(f"{what}: {refusal(data.decode('utf-8', 'replace'))}")
    return data


def _refused(code: int, body: bytes) -> str:
    if code == 503:
        return "the service is busy (503); try again in a few minutes"
    if code in (301, 302, 307, 308):
        return f"the service has moved ({code})"
    told = refusal(body.decode("utf-8", "replace"))
    return f"the service answered {code}: {told}"


def refusal(text: str) -> str:
    """Say in one line why Horizons gave no table."""
    for pattern, words in _REFUSALS:
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            return words.format(all=match[0][:160], **match.groupdict())
    lines = [line.strip(" *!") for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith(("API", "$$", "{", "JPL/HORIZONS"))]
    return f"it gave no table and said: {' '.join(told)[:200]}" if told else "it gave no table and no reason"


def _keep(path: Path, data: bytes) -> None:
    """Store an answer; it appears whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError as error:
        raise CommandError(f"asking Horizons: the cache {path.parent} cannot be written ({error.strerror})") from error


def _read(path: Path, question: Question) -> Recording:
    """Read an answer; one that is damaged is thrown away, so that it is asked for again next time."""
    try:
        return read_horizons(path)[0]
    except FileFormatError as error:
        path.unlink(missing_ok=True)
        raise CommandError(
            f"asking Horizons for {question.target}: the answer is damaged ({error.reason}); ask again"
        ) from error
