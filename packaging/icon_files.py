"""Draw the program's icon for every desktop: PNG in the sizes of freedesktop.org, `.ico`, `.icns`.

Run by the build with Qt and Pillow at hand; writes into `build/icons/`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QGuiApplication

from visualizer.ui.icons import application_pixmap

FOLDER = Path(__file__).resolve().parent.parent / "build" / "icons"
SIZES_PX = (16, 24, 32, 48, 64, 128, 256, 512)


def main() -> int:
    """Draw all of them; return the exit code."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv)
    try:
        return draw()
    finally:
        application.quit()


def draw() -> int:
    """Draw all of them, with Qt at hand; return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for size in SIZES_PX:
        if not application_pixmap(size).save(str(FOLDER / f"perilune-{size}.png")):
            print(f"icon of {size} pixels could not be written into {FOLDER}", file=sys.stderr)
            return 1
    with Image.open(FOLDER / "perilune-512.png") as largest:
        smaller = [Image.open(FOLDER / f"perilune-{size}.png") for size in SIZES_PX[:-1]]
        largest.save(FOLDER / "perilune.ico", sizes=[(s, s) for s in SIZES_PX if s <= 256], append_images=smaller)
        largest.save(FOLDER / "perilune.icns", append_images=smaller)
    return 0


if __name__ == "__main__":
    sys.exit(main())
