"""Still pictures: one frame to a PNG file that appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from visualizer.errors import ExportError
from visualizer.export.offscreen import OffscreenPainter, Pixels
from visualizer.export.partial import partial_path
from visualizer.model.frame_state import SceneRequest, build_frame_state


def render_picture(request: SceneRequest, tdb_s: float, size_px: tuple[int, int], supersample: int = 2) -> Pixels:
    """Draw one frame without a window.

    Returns
    -------
    (height, width, 3) uint8, sRGB, top row first
    """
    state = build_frame_state(request, tdb_s)
    with OffscreenPainter(size_px, supersample) as painter:
        return painter.paint(state)


def check_target(path: Path, suffix: str, *, force: bool) -> None:
    """Make sure that a file can be written, before long work.

    Raises
    ------
    ExportError
        If the suffix is another, the file exists and `force` is off, or the folder cannot be written to.
    """
    if not path.name:
        raise ExportError(f"writing {path}: that names no file; give one that ends in {suffix}")
    if path.is_dir():
        raise ExportError(f"writing {path}: it is a folder; give a file in it that ends in {suffix}")
    if path.suffix.lower() != suffix:
        raise ExportError(f"writing {path}: the name must end in {suffix}")
    if path.exists() and not force:
        raise ExportError(f"writing {path}: it exists; give another name, or --force to replace it")
    _check_folder(path)


def _check_folder(path: Path) -> None:
    nearest = next(folder for folder in path.parents if folder.exists() or folder == folder.parent)
    if not nearest.is_dir():
        raise ExportError(f"writing {path}: {nearest} is not a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"writing {path}: its folder cannot be made ({error.strerror})") from error
    if not os.access(path.parent, os.W_OK):
        raise ExportError(f"writing {path}: no permission to write into {path.parent}")


def write_png(path: Path, pixels: Pixels, *, force: bool, text: dict[str, str]) -> None:
    """Write a picture with its origin in the file's text fields.

    Raises
    ------
    ExportError
        As `check_target`, or where the disk is full; a half-written file is removed.
    """
    from PIL import Image, PngImagePlugin

    check_target(path, ".png", force=force)
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_itxt(key, value)
    beside = partial_path(path)
    try:
        Image.fromarray(pixels).save(beside, format="PNG", pnginfo=info)
        beside.replace(path)
    except OSError as error:
        raise ExportError(f"writing {path}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
