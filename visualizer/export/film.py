"""Films: frames by number, encoded as they are drawn, in a file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from visualizer.errors import ExportError
from visualizer.export.offscreen import OffscreenPainter, Pixels
from visualizer.export.partial import partial_path
from visualizer.export.picture import check_target
from visualizer.model.frame_state import SceneRequest, build_frame_state


@dataclass(frozen=True)
class FilmPlan:
    """What a film shows: frame n depends on n alone.

    Attributes
    ----------
    requests : from an epoch (TDB s) to what is drawn then
    start_tdb_s, end_tdb_s : of the first and the last frame
    seconds, fps : length and pace
    size_px : even width and height
    supersample : as in `OffscreenPainter`
    """

    requests: Callable[[float], SceneRequest]
    start_tdb_s: float
    end_tdb_s: float
    seconds: float
    fps: int
    size_px: tuple[int, int]
    supersample: int = 1

    @property
    def n_frames(self) -> int:
        """How many frames there are, at least two."""
        return max(2, round(self.seconds * self.fps))

    def epoch_tdb_s(self, frame: int) -> float:
        """Return the epoch of a frame."""
        return self.start_tdb_s + (self.end_tdb_s - self.start_tdb_s) * frame / (self.n_frames - 1)


def write_film(
    path: Path, frames: FilmPlan, progress: Callable[[int, int], None], *, force: bool, title: str = ""
) -> None:
    """Draw and encode a film (MP4, H.264, bt709).

    Parameters
    ----------
    path : ends in .mp4
    progress : called with (frames done, frames in all)

    Raises
    ------
    ExportError
        If the file cannot be written, the size is odd, or the disk fills up; nothing half-written stays.
    """
    check_target(path, ".mp4", force=force)
    if frames.size_px[0] % 2 or frames.size_px[1] % 2:
        raise ExportError(f"film of {frames.size_px[0]}x{frames.size_px[1]}: width and height must be even")
    beside = partial_path(path)
    try:
        with OffscreenPainter(frames.size_px, frames.supersample) as painter:
            _encode(beside, frames, painter, progress, title)
        _verify(beside, frames)
        beside.replace(path)
    except OSError as error:
        raise ExportError(f"writing {path}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)


def _encode(
    path: Path, frames: FilmPlan, painter: OffscreenPainter, progress: Callable[[int, int], None], title: str
) -> None:
    import av

    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        container.metadata.update({"title": title, "comment": "Perilune"})
        stream = _stream(container, frames)
        for number in range(frames.n_frames):
            epoch = frames.epoch_tdb_s(number)
            pixels = painter.paint(build_frame_state(frames.requests(epoch), epoch))
            for packet in stream.encode(_video_frame(pixels, number)):
                container.mux(packet)
            progress(number + 1, frames.n_frames)
        for packet in stream.encode():
            container.mux(packet)


def _stream(container: Any, frames: FilmPlan) -> Any:
    stream = container.add_stream("libx264", rate=frames.fps, options={"preset": "veryfast", "crf": "18"})
    stream.width, stream.height = frames.size_px
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, frames.fps)
    codec = stream.codec_context
    codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range = 1, 1, 1, 1
    return stream


def _video_frame(pixels: Pixels, number: int) -> Any:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    frame.pts = number
    return frame


def _verify(path: Path, frames: FilmPlan) -> None:
    """Read the file back: it must hold every frame, in the right size."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        first = next(container.decode(stream))
        if stream.frames != frames.n_frames or (first.width, first.height) != frames.size_px:
            raise ExportError(f"writing {path}: {stream.frames} of {frames.n_frames} frames arrived")
