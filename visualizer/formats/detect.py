"""Which format a file is in: by what it holds, by its name only where that does not tell.

Formats. Kinds that look like trajectories but hold none (orientation kernels, orbit parameter messages, archives) are
refused by name, so that the user knows what he has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from visualizer.errors import FileFormatError
from visualizer.formats.celestia import read_xyzv
from visualizer.formats.csv_table import looks_like_header, read_csv
from visualizer.formats.horizons_table import read_horizons
from visualizer.formats.oem_read import read_oem
from visualizer.formats.oem_xml import read_oem_xml
from visualizer.formats.recording import NO_HINTS, Hints, Recording
from visualizer.formats.spk_read import read_spk
from visualizer.formats.stk import read_stk

HEAD: Final = 65536
READERS: Final[dict[str, Callable[[Path, Hints], list[Recording]]]] = {
    "spk": read_spk, "oem": read_oem, "xml": read_oem_xml, "stk": read_stk, "horizons": read_horizons, "csv": read_csv,
    "xyzv": read_xyzv,
}  # fmt: skip
_OTHERS: Final = (
    (rb"DAF/PCK", "an orientation kernel (PCK), which holds no trajectory"),
    (rb"DAF/CK", "an attitude kernel (CK), which holds no trajectory"),
    (rb"DAF/", "a SPICE kernel of another kind than SPK"),
    (rb"KPL/\w+", "a SPICE text kernel, which holds no trajectory; put it beside the SPK that needs it"),
    (rb"CCSDS_(OPM|OMM|OCM|AEM|APM|TDM|CDM)_VERS", "a CCSDS message of another kind than OEM"),
    (rb"PK\x03\x04|\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf", "an archive; unpack it first"),
    (rb"\{", "JSON, which is not read here; for Horizons, ask with format=text"),
    (rb"\xff\xfe|\xfe\xff", "text in UTF-16; save it as UTF-8"),
)
_NUMBER: Final = rb"[-+]?\d*\.?\d+(?:[eEdD][-+]?\d+)?"


def read_trajectory_file(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read a file of any format that is known here.

    Returns
    -------
    one recording for each object in the file

    Raises
    ------
    FileFormatError
        Where the format is not known, or the file breaks it.
    """
    return READERS[format_of(path)](path, hints)


def format_of(path: Path) -> str:
    """Return the key in `READERS` of a file's format; raise `FileFormatError` where it is not known."""
    try:
        if not path.is_file():
            raise FileFormatError(path, "there is no such file" if not path.exists() else "is not a file")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from error
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise FileFormatError(path, "is empty")
    kind = _by_mark(text) or _by_shape(text)
    if kind is None:
        for pattern, what in _OTHERS:
            if re.match(pattern, text):
                raise FileFormatError(path, f"is {what}")
        raise FileFormatError(
            path,
            "not a trajectory file that is known here",
            expected="SPK, OEM, Horizons vectors, STK .e, xyzv, or CSV whose header names columns and units",
            found=repr(text[:40].decode("ascii", "replace")),
        )
    return kind


def _by_mark(text: bytes) -> str | None:
    marks = ((rb"DAF/SPK |NAIF/DAF", "spk"), (rb"(COMMENT[^\n]*\s+)*CCSDS_OEM_VERS", "oem"), (rb"stk\.v\.", "stk"),
             (rb"<\?xml|<oem|<ndm|<!--|<!DOCTYPE", "xml"))  # fmt: skip
    for pattern, kind in marks:
        if re.match(pattern, text, re.IGNORECASE if kind == "stk" else 0):
            return kind
    if re.search(rb"^\s*\$\$SOE|JPL/HORIZONS|NASA/JPL Horizons|^Ephemeris / \w+", text, re.MULTILINE):
        return "horizons"
    return None


def _by_shape(text: bytes) -> str | None:
    """Tell tables apart by their first line that is no comment."""
    for line in text.split(b"\n"):
        words = line.strip()
        if not words or (words.startswith(b"#") and b"," not in words):
            continue
        if re.fullmatch(rb"24\d{5}(\.\d+)?(\s+" + _NUMBER + rb"){3,6}", words):
            return "xyzv"
        if looks_like_header(words.decode("utf-8", "replace")) and not words.startswith(b"#"):
            return "csv"
        if not words.startswith(b"#"):
            return None
    return None
