"""Still pictures: one frame to a PNG file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from visualizer.errors import ExportError
from visualizer.export.offscreen import OffscreenPainter, Pixels
from visualizer.export.partial import partial_path
from visualizer.export.png import write_bands
from visualizer.model.frame_state import FrameState, SceneRequest, build_frame_state


def render_picture(request: SceneRequest, tdb_s: float, size_px: tuple[int, int], supersample: int = 2) -> Pixels:
    """Draw one frame without a window.

    Returns
    -------
    (height, width, 3) uint8, sRGB, top row first
    """
    state = build_frame_state(request, tdb_s)
    with OffscreenPainter(size_px, supersample) as painter:
        return painter.paint(state)


def draw_picture(
    path: Path,
    state: FrameState,
    size_px: tuple[int, int],
    supersample: int = 2,
    *,
    is_transparent: bool = False,
    force: bool,
    text: dict[str, str],
) -> None:
    """Draw one frame into a PNG file, a band at a time: any size that the driver's viewport holds.

    Raises
    ------
    ExportError
        As `check_target`, or where the size is too large or the disk is full; nothing half-written stays.
    """
    check_target(path, ".png", force=force)
    with OffscreenPainter(size_px, supersample) as painter:
        bands = painter.bands(see_through(state) if is_transparent else state, is_transparent=is_transparent)
        _write(path, size_px, bands, text)


def see_through(state: FrameState) -> FrameState:
    """Return the frame without its stars: they are behind everything."""
    return replace(state, options=replace(state.options, has_stars=False))


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
    check_folder(path)


def check_folder(path: Path) -> None:
    """Make the folder that a file is to stand in; raise `ExportError` where that or writing into it is not possible."""
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
    check_target(path, ".png", force=force)
    _write(path, (pixels.shape[1], pixels.shape[0]), [pixels], text)


def _write(path: Path, size_px: tuple[int, int], bands: Iterable[Pixels], text: dict[str, str]) -> None:
    beside = partial_path(path)
    try:
        write_bands(beside, size_px, bands, text)
        beside.replace(path)
    except OSError as error:
        raise ExportError(f"writing {path}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
