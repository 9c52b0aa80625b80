"""What films can be written as, and the sizes that are asked for most."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from visualizer.errors import CommandError


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """A kind of file.

    Attributes
    ----------
    id, title : for files and for people
    suffix : of the target; none for a folder of pictures
    codec, options, container, pixel_format : as libav calls them; no codec where the frames are kept as PNG files
    bytes_per_px : of a frame at most, for the check of the disk
    fps_most : frames per second that it can tell apart
    side_most_px : width and height that players and encoders can still take
    """

    id: str
    title: str
    suffix: str
    codec: str = ""
    options: dict[str, str] = field(default_factory=dict)
    container: dict[str, str] = field(default_factory=dict)
    pixel_format: str = "yuv420p"
    bytes_per_px: float = 0.1
    fps_most: int = 240
    side_most_px: int = 8192

    @property
    def has_frame_files(self) -> bool:
        """Whether frames are kept one by one, without loss, until the end."""
        return not self.codec


def _x264_words() -> list[str]:
    """Return what x264 is told beside its preset.

    Finer estimates of motion take as long as all the rest and save 7 % of the size.

    WORKAROUND: on processors with AVX-512 it does not write the same bytes each time; the results of its older code are
    the same everywhere.
    """
    exact = ["asm=sse4.2"] if platform.machine().lower() in ("x86_64", "amd64") else []
    return ["subme=1", *exact]


# As many threads everywhere: what an encoder writes may depend on their number.
FORMATS: Final = {
    made.id: made
    for made in (
        FilmFormat("mp4", "MP4 (H.264)", ".mp4", "libx264",
                   {"preset": "veryfast", "crf": "18", "threads": "4", "x264-params": ":".join(_x264_words())},
                   {"movflags": "+faststart"}),
        FilmFormat("webm", "WebM (VP9)", ".webm", "libvpx-vp9",
                   {"crf": "26", "b": "0", "deadline": "realtime", "cpu-used": "5", "tile-columns": "2",
                    "threads": "4"}),
        FilmFormat("gif", "GIF", ".gif", bytes_per_px=2.5, fps_most=50),
        FilmFormat("png", "PNG pictures in a folder", "", bytes_per_px=2.0, side_most_px=65_536),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preset:
    """A size with a name."""

    id: str
    title: str
    size_px: tuple[int, int]


PRESETS: Final = {
    made.id: made
    for made in (
        Preset("720p", "720p, 1280 x 720", (1280, 720)),
        Preset("1080p", "1080p, 1920 x 1080", (1920, 1080)),
        Preset("4k", "4K, 3840 x 2160", (3840, 2160)),
        Preset("square", "Square, 1080 x 1080", (1080, 1080)),
        Preset("vertical", "Vertical, 1080 x 1920", (1080, 1920)),
    )
}


def preset_of_id(preset_id: str) -> Preset:
    """Return a preset; raise `CommandError` that lists them."""
    found = PRESETS.get(preset_id.lower())
    if found is None:
        raise CommandError(f"--preset {preset_id}: unknown; one of {', '.join(PRESETS)}")
    return found


def format_of_target(path: Path, format_id: str | None = None) -> FilmFormat:
    """Return the format that a target's ending means, or the one that is asked for.

    Raises
    ------
    CommandError
        If there is no such format, or the ending is another one's.
    """
    if format_id is not None and format_id not in FORMATS:
        raise CommandError(f"--format {format_id}: unknown; one of {', '.join(FORMATS)}")
    suffix = path.suffix.lower()
    fitting = [found for found in FORMATS.values() if found.suffix == suffix]
    if format_id is None and fitting:
        return fitting[0]
    if format_id is not None and FORMATS[format_id].suffix == suffix:
        return FORMATS[format_id]
    endings = ", ".join(f.suffix for f in FORMATS.values() if f.suffix)
    raise CommandError(f"writing {path}: the name must end in {endings}, or in nothing for a folder of PNG pictures")
