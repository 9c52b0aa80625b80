"""Lines of equal value on a global map, joined and thinned. Layer: bake."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point = tuple[int, int, int]


def contour_lines(field: NDArray[np.floating], level: float) -> list[Array]:
    """Return the lines where a field takes a value, each (n, 2) fractional row and column; closed ones end as begun.

    Notes
    -----
    Marching squares: each cell of four neighbours gives no, one or two pieces; pieces are joined by the cell edges
    that they share. A saddle is cut as if its middle were below the level.
    """
    links: dict[Point, list[Point]] = {}
    above = field > level
    code = above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    for row, column in zip(*np.nonzero((code > 0) & (code < 15)), strict=True):
        for one, other in _pieces(int(row), int(column), int(code[row, column])):
            links.setdefault(one, []).append(other)
            links.setdefault(other, []).append(one)
    return [_places(chain, field, level) for chain in _chains(links)]


def _pieces(row: int, column: int, code: int) -> list[tuple[Point, Point]]:
    # An edge is (0 along the row or 1 down the column, row, column).
    top, left = (0, row, column), (1, row, column)
    bottom, right = (0, row + 1, column), (1, row, column + 1)
    table = {
        1: [(left, top)], 2: [(top, right)], 3: [(left, right)], 4: [(right, bottom)],
        5: [(left, top), (right, bottom)], 6: [(top, bottom)], 7: [(left, bottom)],
    }  # fmt: skip
    if code in (5, 10):
        return table[5] if code == 5 else [(top, right), (left, bottom)]
    return table[min(code, 15 - code)]


def _chains(links: dict[Point, list[Point]]) -> list[list[Point]]:
    free = set(links)
    chains = []
    # Open lines first, from an end; what is left is closed.
    for start in [edge for edge, others in links.items() if len(others) == 1] + list(links):
        if start not in free:
            continue
        chain = [start]
        free.discard(start)
        while following := [edge for edge in links[chain[-1]] if edge in free]:
            chain.append(following[0])
            free.discard(following[0])
        if len(chain) > 2 and chain[0] in links[chain[-1]]:
            chain.append(chain[0])
        chains.append(chain)
    return chains


def _places(chain: list[Point], field: NDArray[np.floating], level: float) -> Array:
    edge = np.array(chain)
    row, column = edge[:, 1], edge[:, 2]
    first = field[row, column].astype(float)
    second = field[row + edge[:, 0], column + 1 - edge[:, 0]].astype(float)
    share = (level - first) / (second - first)
    return np.stack([row + share * edge[:, 0], column + share * (1 - edge[:, 0])], axis=-1)


def thinned(points: Array, stray: float) -> Array:
    """Return a line with points left out that lie within `stray` of the chords that remain (Douglas and Peucker)."""
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inner, chord = points[first + 1 : last] - points[first], points[last] - points[first]
        length = float(np.hypot(*chord))
        if length > 0.0:
            share = np.clip(inner @ chord / length**2, 0.0, 1.0)
            apart = np.hypot(*(inner - share[:, np.newaxis] * chord).T)
        else:
            apart = np.hypot(*inner.T)
        worst = int(np.argmax(apart))
        if apart[worst] > stray:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return points[keep]
