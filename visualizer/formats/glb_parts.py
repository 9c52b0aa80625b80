"""The container of binary glTF 2.0: header, chunks, and accessors checked against the buffer's size.

Formats. After Khronos' glTF 2.0 specification, 4.4 and 3.6. Only what is inside the file is read: no other file, no
address, no compression.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError

BYTES_MAX: Final = 64 * 1024 * 1024
COUNT_MAX: Final = 2_000_000
EXTENSIONS: Final = {"KHR_mesh_quantization"}
COMPONENTS: Final = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
SIZES: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass(frozen=True, slots=True)
class Table:
    """A JSON object with its place in the file, which every complaint names."""

    path: Path
    place: str
    values: dict[str, Any]

    def fail(self, reason: str) -> FileFormatError:
        """Return an error about this object."""
        return FileFormatError(self.path, f"{self.place}: {reason}")

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise self.fail(f"{key} is not a number")
        return float(value)

    def count(self, key: str, default: int | None = None) -> int:
        """Return a whole number from 0 to two thousand million."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise self.fail(f"{key} is not a count")
        return value

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.fail(f"{key} is not a text")
        return value

    def numbers(self, key: str, size: int, default: list[float]) -> FloatArray:
        """Return a row of `size` finite numbers."""
        value = self.values.get(key, default)
        if not isinstance(value, list) or len(value) != size:
            raise self.fail(f"{key} is not a row of {size} numbers")
        if any(isinstance(v, bool) or not isinstance(v, int | float) or not _is_finite(v) for v in value):
            raise self.fail(f"{key} holds something that is not a number")
        return np.array(value, dtype=np.float64)

    def counts(self, key: str) -> list[int]:
        """Return a row of counts, empty where there is none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or any(isinstance(v, bool) or not isinstance(v, int) or v < 0 for v in value):
            raise self.fail(f"{key} is not a row of counts")
        return value

    def table(self, key: str) -> Table:
        """Return an object inside this one, empty where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"{key} is not an object")
        return Table(self.path, f"{self.place}.{key}", value)

    def tables(self, key: str) -> list[Table]:
        """Return the objects of a row, empty where there is none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or any(not isinstance(v, dict) for v in value):
            raise self.fail(f"{key} is not a row of objects")
        return [Table(self.path, f"{self.place}.{key}[{i}]", v) for i, v in enumerate(value)]

    def one_of(self, key: str, number: int) -> Table:
        """Return one object of a row."""
        rows = self.tables(key)
        if number >= len(rows):
            raise self.fail(f"there is no {key}[{number}]")
        return rows[number]


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


@dataclass(frozen=True, slots=True)
class Glb:
    """An open file: its JSON and its binary chunk."""

    document: Table
    binary: bytes

    def accessor(self, number: int) -> FloatArray:
        """Return an accessor's rows, (count, size) float64, normalized integers as -1 to 1 or 0 to 1.

        Raises
        ------
        FileFormatError
            If it is not there, reaches outside the buffer, or is of a kind that is not read.
        """
        rows, kind, accessor = self._rows(number)
        values = rows.astype(np.float64)
        if accessor.values.get("normalized") is True and kind.kind in "iu":
            values = np.maximum(values / float(np.iinfo(kind).max), -1.0)
        if not np.all(np.isfinite(values)):
            raise accessor.fail("holds numbers that are not finite")
        return values

    def indices(self, number: int) -> npt.NDArray[np.int64]:
        """Return an accessor's whole numbers, (count,)."""
        rows, kind, accessor = self._rows(number)
        if kind.kind != "u" or rows.shape[1] != 1:
            raise accessor.fail("is not a row of indices")
        return rows[:, 0].astype(np.int64)

    def _rows(self, number: int) -> tuple[npt.NDArray[Any], np.dtype[Any], Table]:
        accessor = self.document.one_of("accessors", number)
        if "sparse" in accessor.values or "bufferView" not in accessor.values:
            raise accessor.fail("sparse and empty accessors are not read")
        kind_code, kind_name = accessor.count("componentType"), accessor.text("type")
        if kind_code not in COMPONENTS or kind_name not in SIZES:
            raise accessor.fail(f"component type {kind_code} of {kind_name!r} is not read")
        kind, size, count = np.dtype(COMPONENTS[kind_code]), SIZES[kind_name], accessor.count("count")
        view = self.document.one_of("bufferViews", accessor.count("bufferView"))
        if view.count("buffer") != 0:
            raise view.fail("only the file's own buffer is read")
        width = kind.itemsize * size
        stride = view.count("byteStride", width)
        first = view.count("byteOffset", 0) + accessor.count("byteOffset", 0)
        end = view.count("byteOffset", 0) + view.count("byteLength")
        if not 1 <= count <= COUNT_MAX or stride < width:
            raise accessor.fail(f"{count} rows of {width} bytes every {stride}")
        if first + (count - 1) * stride + width > min(end, len(self.binary)):
            raise accessor.fail("reaches outside its buffer")
        found = np.ndarray((count, size), kind, self.binary, first, (stride, kind.itemsize))
        return found, kind, accessor


def open_glb(path: Path) -> Glb:
    """Read a file's header and chunks.

    Raises
    ------
    FileFormatError
        If it is not binary glTF 2.0 or needs an extension that is not read.
    """
    try:
        size = path.stat().st_size
        if size > BYTES_MAX:
            raise FileFormatError(path, f"{size} bytes; models of up to {BYTES_MAX} are read")
        data = path.read_bytes()
    except OSError as error:
        raise FileFormatError(path, f"cannot be read: {error.strerror}") from error
    chunks = _chunks(path, data)
    if not chunks or chunks[0][0] != b"JSON":
        raise FileFormatError(path, "no JSON chunk comes first")
    document = Table(path, "document", _object(path, chunks[0][1]))
    if not document.table("asset").text("version").startswith("2."):
        raise FileFormatError(path, "not glTF 2.0")
    needed = document.values.get("extensionsRequired", [])
    if not isinstance(needed, list) or not all(isinstance(name, str) for name in needed):
        raise document.fail("extensionsRequired is not a row of names")
    unknown = sorted(set(needed) - EXTENSIONS)
    if unknown:
        raise FileFormatError(path, f"needs the extension {unknown[0][:60]!r}, which is not read")
    if any("uri" in buffer.values for buffer in document.tables("buffers")):
        raise FileFormatError(path, "its geometry lies in another file; write it as one .glb")
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == b"BIN\0" else b""
    return Glb(document, binary)


def _chunks(path: Path, data: bytes) -> list[tuple[bytes, bytes]]:
    if len(data) < 12 or data[:4] != b"glTF":
        raise FileFormatError(path, "not a binary glTF file", expected="'glTF' at its start")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise FileFormatError(path, f"glTF container version {version}; 2 is read")
    if length > len(data):
        raise FileFormatError(path, f"cut short: {len(data)} of {length} bytes")
    chunks, at = [], 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise FileFormatError(path, f"a chunk at byte {at} reaches beyond the file's end")
        chunks.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size + (-size % 4)
    return chunks


def _object(path: Path, text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FileFormatError(path, f"its JSON cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(found, dict):
        raise FileFormatError(path, "its JSON is not an object")
    return found
