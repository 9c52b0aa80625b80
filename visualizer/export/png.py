"""PNG files written row by row, so that a picture of any size needs the memory of one band."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
MAGIC: Final = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES: Final = {3: 2, 4: 6}
UP: Final = 2


def write_bands(
    path: Path, size_px: tuple[int, int], bands: Iterable[Pixels], text: Mapping[str, str], level: int = 6
) -> None:
    """Write a picture that arrives in bands, top down.

    Parameters
    ----------
    size_px : width and height
    bands : (rows, width, 3 or 4) uint8, sRGB; together as high as the picture
    text : keywords and words, written as UTF-8
    level : of compression, 0 to 9
    """
    packer = zlib.compressobj(level)
    above: Pixels | None = None
    with path.open("wb") as file:
        for band in bands:
            if above is None:
                above = _begin(file, size_px, band.shape[2], text)
            lines, above = filtered(band, above)
            _chunk(file, b"IDAT", packer.compress(lines))
        _chunk(file, b"IDAT", packer.flush())
        _chunk(file, b"IEND", b"")


def _begin(file: BinaryIO, size_px: tuple[int, int], channels: int, text: Mapping[str, str]) -> Pixels:
    file.write(MAGIC)
    _chunk(file, b"IHDR", struct.pack(">IIBBBBB", *size_px, 8, COLOUR_TYPES[channels], 0, 0, 0))
    _chunk(file, b"sRGB", b"\0")
    for key, value in text.items():
        _chunk(file, b"iTXt", key.encode("latin-1", "replace") + b"\0\0\0\0\0" + value.encode())
    return np.zeros(size_px[0] * channels, dtype=np.uint8)


def filtered(band: Pixels, above: Pixels) -> tuple[bytes, Pixels]:
    """Return rows as differences to the one above, each after the filter's number, and the last row as it was."""
    rows = band.reshape(band.shape[0], -1)
    lines = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
    lines[:, 0] = UP
    lines[0, 1:] = rows[0] - above
    np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
    return lines.tobytes(), rows[-1].copy()


def _chunk(file: BinaryIO, kind: bytes, content: bytes) -> None:
    file.write(struct.pack(">I", len(content)))
    file.write(kind)
    file.write(content)
    file.write(struct.pack(">I", zlib.crc32(content, zlib.crc32(kind))))
