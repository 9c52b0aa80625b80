"""Draw the arrows of boxes that open a list, one for each theme: `python -m visualizer.bake.arrows`.

Bake. Style sheets take them as pictures and make them as large as the text; they are large, since they are only ever
made smaller.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageDraw

from visualizer.bake.manifest import ASSETS, record

# Of words in the dark and in the light theme.
COLOURS: Final = {"ui/arrow_dark.png": "#e7eaf1", "ui/arrow_light.png": "#161a22"}
SIZE_PX: Final = 96
# Drawn so much larger first: edges are smooth then.
FINER: Final = 4
# Corners of a downward chevron's line and its width, parts of the side.
LINE: Final = ((0.16, 0.33), (0.50, 0.67), (0.84, 0.33))
WIDE: Final = 0.13


def arrow(colour: str) -> Image.Image:
    """Return the picture of an arrow, (96, 96) RGBA."""
    side = SIZE_PX * FINER
    mask = Image.new("L", (side, side), 0)
    draw, wide = ImageDraw.Draw(mask), WIDE * side
    corners = [(x * side, y * side) for x, y in LINE]
    draw.line(corners, fill=255, width=round(wide))
    for x, y in corners:
        draw.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=255)
    picture = Image.new("RGBA", (SIZE_PX, SIZE_PX), colour)
    picture.putalpha(mask.resize((SIZE_PX, SIZE_PX), Image.Resampling.BOX))
    return picture


def main() -> None:
    """Write `assets/ui/arrow_dark.png` and `arrow_light.png`."""
    for name, colour in COLOURS.items():
        path = ASSETS / name
        path.parent.mkdir(exist_ok=True)
        arrow(colour).save(path, optimize=True)
        record(name, recipe="python -m visualizer.bake.arrows", sources=["own drawing"], licence="MIT")


if __name__ == "__main__":
    main()
