"""Read Orbit Ephemeris Messages in XML.

Formats. The parser is the standard library's expat, fed piece by piece; documents that declare a document type or
entities are refused, so nothing can be expanded or fetched. Elements are those of CCSDS 505.0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np

from visualizer.errors import FileFormatError
from visualizer.formats import watch
from visualizer.formats.clock import tdb_s_from_days
from visualizer.formats.dates import parse_texts, tdb_s_of_date
from visualizer.formats.oem_parts import VERSIONS, Meta, covariance_of, frame_of, recordings_of, segment_of
from visualizer.formats.recording import NO_HINTS, ROWS_MAX, Covariance, Hints, Recording, Segment

PIECE: Final = 1 << 18
DEPTH_MAX: Final = 12
TEXT_MAX: Final = 4096
_STATE: Final = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_AXES: Final = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_LOWER: Final = tuple(f"C{a}_{b}" for i, a in enumerate(_AXES) for b in _AXES[: i + 1])
_PARENTS: Final = {
    "oem": ("", "ndm"), "ndm": ("",), "header": ("oem",), "body": ("oem",), "segment": ("body",),
    "metadata": ("segment",),
    "data": ("segment",), "stateVector": ("data",), "covarianceMatrix": ("data",),
}  # fmt: skip


def read_oem_xml(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read an OEM (XML).

    Raises
    ------
    FileFormatError
        Where it is not well formed, declares entities or breaks the standard; names line and column.
    """
    reader = _Reader(path, hints)
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                watch.step(file.tell() / size)
                reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "broken")
        raise FileFormatError(path, f"not well-formed XML: {reason}", error.lineno, error.offset + 1) from None
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise FileFormatError(path, f"not readable as XML ({error})") from error
    return recordings_of(path, reader.found, reader.header, reader.comments, reader.notices)


class _Reader:
    """Handlers of the parser and what they have gathered."""

    def __init__(self, path: Path, hints: Hints) -> None:
        self.path, self.hints = path, hints
        self.header: dict[str, str] = {}
        self.comments: list[str] = []
        self.notices: list[str] = []
        self.found: list[tuple[Meta, Segment]] = []
        self.meta = Meta(path, 1)
        self.stack: list[str] = []
        self.text: list[str] = []
        self.fields: dict[str, str] = {}
        self.dates: list[tuple[str, int]] = []
        self.states: list[list[float]] = []
        self.matrices: list[tuple[dict[str, str], int]] = []
        self.parser = self._make_parser()

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        return parser

    def _refuse(self, *_: object) -> int:
        raise self._error("documents that declare a document type or entities are not read")

    def _error(self, reason: str, expected: str = "", found: str = "") -> FileFormatError:
        return FileFormatError(self.path, reason, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1,
                               expected=expected, found=found)  # fmt: skip

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        parent = self.stack[-1] if self.stack else ""
        if len(self.stack) > DEPTH_MAX or (name in _PARENTS and parent not in _PARENTS[name]):
            raise self._error(f"<{name}> does not belong here")
        if not self.stack and name not in ("oem", "ndm"):
            raise self._error("not an OEM", "<oem>", f"<{name[:40]}>")
        if name == "oem" and attributes.get("version") not in VERSIONS:
            raise self._error("not an OEM of a known version", 'version="2.0"', repr(attributes.get("version")))
        if name in ("metadata", "stateVector", "covarianceMatrix"):
            self.fields = {}
        if name == "metadata":
            self.meta = Meta(self.path, self.parser.CurrentLineNumber)
        self.stack.append(name)
        self.text = []

    def _characters(self, text: str) -> None:
        self.text.append(text)
        if len(self.text) > TEXT_MAX:
            raise self._error("a text of the document is too long")

    def _end(self, name: str) -> None:
        name, text = self.stack.pop(), " ".join("".join(self.text).split())
        parent = self.stack[-1] if self.stack else ""
        self.text = []
        if name in _PARENTS:
            if text:
                raise self._error(f"text stands loose in <{name}>", found=repr(text[:40]))
            self._end_group(name)
        elif name == "COMMENT":
            (self.meta.comments if "segment" in self.stack else self.comments).append(text)
        elif parent == "metadata":
            self.meta.add(name, text, self.parser.CurrentLineNumber)
        elif parent in ("header", "stateVector", "covarianceMatrix"):
            target = self.header if parent == "header" else self.fields
            if name in target:
                raise self._error(f"<{name}> appears twice")
            target[name] = text
        else:
            raise self._error(f"<{name}> does not belong here")

    def _end_group(self, name: str) -> None:
        if name == "stateVector":
            self._end_state()
        elif name == "covarianceMatrix":
            self.matrices.append((self.fields, self.parser.CurrentLineNumber))
        elif name == "segment":
            self._end_segment()

    def _end_state(self) -> None:
        allowed = {"EPOCH", *_STATE, "X_DDOT", "Y_DDOT", "Z_DDOT"}
        if set(self.fields) - allowed:
            raise self._error(f"<{sorted(set(self.fields) - allowed)[0]}> does not belong in a state")
        self.dates.append((self.fields.get("EPOCH", ""), self.parser.CurrentLineNumber))
        self.states.append([self._number(key) for key in _STATE])
        if len(self.states) > ROWS_MAX:
            raise self._error(f"the message has over {ROWS_MAX:,} states; split it")

    def _number(self, key: str) -> float:
        try:
            value = float(self.fields[key])
        except KeyError:
            raise self._error(f"the state lacks <{key}>") from None
        except ValueError:
            value = float("nan")
        if not np.isfinite(value) or "_" in self.fields[key]:
            raise self._error(f"<{key}> is not a number", "a finite number", repr(self.fields[key][:40]))
        return value

    def _end_segment(self) -> None:
        frame = frame_of(self.meta, self.hints)
        if not self.dates:
            raise self._error("the segment holds no states")
        mjd, second_s, good = parse_texts([text for text, _ in self.dates])
        if not np.all(good):
            text, line = self.dates[int(np.argmin(good))]
            raise FileFormatError(self.path, "EPOCH is missing or not a date", line, found=repr(text[:40]))
        tdb_s = tdb_s_from_days(mjd, second_s, frame.scale)
        states = np.array(self.states)
        covariances = [self._covariance(fields, line) for fields, line in self.matrices]
        segment, notices = segment_of(self.meta, frame, tdb_s, states[:, :3].copy(), states[:, 3:].copy(), covariances)
        self.found.append((self.meta, segment))
        self.notices += notices
        self.dates, self.states, self.matrices = [], [], []

    def _covariance(self, fields: dict[str, str], line: int) -> Covariance:
        self.fields = fields
        tdb_s = tdb_s_of_date(fields.get("EPOCH", ""), frame_of(self.meta, self.hints).scale)
        if tdb_s is None:
            raise FileFormatError(self.path, "the covariance's EPOCH is missing or not a date", line)
        axes = fields.get("COV_REF_FRAME", self.meta.text("REF_FRAME"))
        return covariance_of(self.path, line, tdb_s, axes, [self._number(key) for key in _LOWER])
