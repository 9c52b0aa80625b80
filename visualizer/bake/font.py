"""Carry the overlay's font: `python -m visualizer.bake.font`.

DejaVu Sans, whole and unchanged, from the package matplotlib (bake-time only): Pillow's own font has no letters
with accents, and feature names are full of them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import matplotlib

from visualizer.bake.manifest import ASSETS, record

FILES = {"DejaVuSans.ttf": "fonts/DejaVuSans.ttf", "LICENSE_DEJAVU": "fonts/LICENSE_DEJAVU"}


def main() -> None:
    """Copy the font and its licence, and write their lines in the manifest."""
    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    (ASSETS / "fonts").mkdir(exist_ok=True)
    for name, target in FILES.items():
        shutil.copyfile(source / name, ASSETS / target)
        record(
            target,
            recipe="python -m visualizer.bake.font",
            sources=["DejaVu Sans 2.37, from the PyPI package matplotlib"],
            licence="Bitstream Vera and DejaVu font licence (assets/fonts/LICENSE_DEJAVU)",
        )


if __name__ == "__main__":
    main()
