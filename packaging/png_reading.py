"""Read a PNG's pixels by the standard library alone, for the smoke test. 8 bits a channel, not interlaced."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

CHANNELS = {0: 1, 2: 3, 6: 4}


@dataclass(frozen=True)
class Picture:
    """Width, height, channels, and the rows of pixels from the top."""

    width: int
    height: int
    channels: int
    rows: list[bytes]

    def rgb(self) -> list[int]:
        """Return red, green and blue of every pixel in one row."""
        if self.channels == 3:
            return [value for row in self.rows for value in row]
        step = self.channels
        return [value for row in self.rows for i in range(0, len(row), step) for value in row[i : i + 3]]


def read_png(path: Path) -> Picture:
    """Read a picture; raise `ValueError` if it is not a PNG of the kind that the program writes."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError(f"{path.name} is not a PNG")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    if depth != 8 or colour not in CHANNELS or interlace:
        raise ValueError(f"{path.name}: {depth} bits, colour type {colour}")
    packed, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    return Picture(width, height, CHANNELS[colour], _rows(zlib.decompress(packed), width, height, CHANNELS[colour]))


def _rows(lines: bytes, width: int, height: int, step: int) -> list[bytes]:
    rows, above, stride = [], bytes(width * step), width * step + 1
    for number in range(height):
        line = lines[number * stride : (number + 1) * stride]
        above = _unfiltered(line[0], line[1:], above, step)
        rows.append(above)
    return rows


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    row = bytearray(line)
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]) & 0xFF
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner


def mean_difference(first: Picture, second: Picture) -> float:
    """Return by how much two pictures of one size differ, mean over pixels and colours, 0 to 255."""
    if (first.width, first.height) != (second.width, second.height):
        raise ValueError(f"{first.width}x{first.height} against {second.width}x{second.height}")
    pairs = zip(first.rgb(), second.rgb(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (3.0 * first.width * first.height)
