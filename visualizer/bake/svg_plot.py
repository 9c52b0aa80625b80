"""A plot of a few curves over time on a logarithmic scale, as SVG text: enough for the pages about the missions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray

WIDTH, HEIGHT = 760, 360
FONT = 'font-family="sans-serif" font-size="12"'
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 30, 34


@dataclass(frozen=True, eq=False)
class Curve:
    """A named curve: x and y (n,), y above 0 or NaN where it is broken off."""

    name: str
    colour: str
    x: FloatArray
    y: FloatArray
    is_dashed: bool = False


def plot_svg(
    title: str,
    unit: str,
    curves: list[Curve],
    x_ticks: list[tuple[float, str]],
    marks: list[tuple[float, float]],
) -> str:
    """Return an SVG picture.

    Parameters
    ----------
    title, unit : words
    curves : drawn over each other
    x_ticks : place and text of each tick
    marks : begin and end of what is shaded (burns)
    """
    every = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves])
    low = float(np.floor(np.log10(max(float(every.min()), 1e-3))))
    high = float(np.ceil(np.log10(float(every.max()))))
    first = min(float(curve.x[0]) for curve in curves)
    last = max(float(curve.x[-1]) for curve in curves)

    def at_x(x: float) -> float:
        return LEFT + (x - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def at_y(y: float) -> float:
        return TOP + (high - float(np.log10(y))) / (high - low) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" fill="#222">{title}</text>',
    ]
    for begin, end in marks:
        wide, high_px = max(at_x(end) - at_x(begin), 1.0), HEIGHT - TOP - BOTTOM
        place = f'x="{at_x(begin):.1f}" y="{TOP}" width="{wide:.1f}" height="{high_px}"'
        lines.append(f'<rect {place} fill="#f3c9a5"/>')
    for power in range(int(low), int(high) + 1):
        y = at_y(10.0**power)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        number = f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{number}</text>')
    for tick, text in x_ticks:
        x, foot = at_x(tick), HEIGHT - BOTTOM
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{foot}" y2="{foot + 5}" stroke="#555"/>')
        lines.append(f'<text x="{x:.1f}" y="{foot + 20}" text-anchor="middle" fill="#555">{text}</text>')
    legend = WIDTH - RIGHT
    for curve in reversed(curves):
        lines += _polylines(curve, at_x, at_y)
        lines.append(f'<text x="{legend}" y="18" text-anchor="end" fill="{curve.colour}">{curve.name}</text>')
        legend -= 7 * len(curve.name) + 16
    lines.append(f'<text x="6" y="{TOP - 12}" fill="#555">{unit}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _polylines(curve: Curve, at_x: object, at_y: object) -> list[str]:
    """Return a curve's unbroken pieces."""
    assert callable(at_x)
    assert callable(at_y)
    dash = ' stroke-dasharray="5 3"' if curve.is_dashed else ""
    known = np.isfinite(curve.y)
    edges = np.flatnonzero(np.diff(known)) + 1
    pieces = [piece for piece in np.split(np.arange(len(known)), edges) if known[piece[0]] and len(piece) > 1]
    return [
        '<polyline fill="none" stroke-width="1.4" stroke="{}"{} points="{}"/>'.format(
            curve.colour, dash, " ".join(f"{at_x(curve.x[i]):.1f},{at_y(curve.y[i]):.1f}" for i in piece)
        )
        for piece in pieces
    ]
