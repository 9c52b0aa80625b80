"""Frames into pieces of a film, in a thread of its own, so that the next frame is drawn meanwhile."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from queue import Queue
from typing import Any, Final

import numpy as np

from visualizer.export.job import FilmJob
from visualizer.export.offscreen import Pixels, cut_out, finished
from visualizer.export.png import write_bands
from visualizer.export.work import WorkFolder

# Frames that wait for the encoder may take this much memory.
WAITING_BYTES: Final = 200_000_000
WAITING_MOST: Final = 4
PNG_LEVEL: Final = 2


@dataclass(frozen=True)
class DrawnFrame:
    """What was read back for a frame.

    Attributes
    ----------
    number : of the frame
    layers : pictures as `OffscreenPainter.raw` gives them, each with its share in the picture; none: black
    on_white : for transparent pictures, the same as the first layer before white
    """

    number: int
    layers: tuple[tuple[Pixels, float], ...]
    on_white: Pixels | None = None

    def picture(self, job: FilmJob) -> Pixels:
        """Return the finished picture, (height, width, 3 or 4) uint8, top row first."""
        if not self.layers:
            width, height = job.size_px
            return np.zeros((height, width, 4 if job.is_transparent else 3), dtype=np.uint8)
        pictures = [finished(raw, job.supersample) for raw, _ in self.layers]
        weights = [weight for _, weight in self.layers]
        if self.on_white is not None:
            cut = cut_out(pictures[0], finished(self.on_white, job.supersample))
            cut[..., 3] = (cut[..., 3] * weights[0] + 0.5).astype(np.uint8)
            return cut
        return mixed(pictures, weights)

    def encodable(self, job: FilmJob) -> Pixels:
        """Return the picture as an encoder takes it soonest; it may have a fourth channel that means nothing."""
        is_plain = len(self.layers) == 1 and self.layers[0][1] >= 1.0 and job.supersample == 1
        if is_plain and not job.format.has_frame_files:
            return np.ascontiguousarray(self.layers[0][0][::-1])
        return self.picture(job)


def mixed(pictures: list[Pixels], weights: list[float]) -> Pixels:
    """Return the weighted sum of pictures; what is missing to 1 is black."""
    if len(pictures) == 1 and weights[0] >= 1.0:
        return pictures[0]
    levels = np.arange(256, dtype=np.float32)
    total = np.zeros(pictures[0].shape, dtype=np.float32)
    for picture, weight in zip(pictures, weights, strict=True):
        total += (levels * np.float32(weight))[picture]
    return (total + 0.5).astype(np.uint8)


class FilmWriter:
    """Writes frames, in order, into the pieces of a job; a thread does the work.

    Failures of the thread are raised at the next `put` or at `close`.
    """

    def __init__(self, work: WorkFolder) -> None:
        self._work, self._job = work, work.job
        width, height = self._job.size_px
        frame_bytes = 4 * width * height * self._job.supersample**2
        room = max(1, min(WAITING_MOST, WAITING_BYTES // frame_bytes))
        self._queue: Queue[tuple[range, DrawnFrame] | None] = Queue(room)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="film writer", daemon=True)
        self._thread.start()

    def put(self, segment: range, frame: DrawnFrame) -> None:
        """Hand over a frame of a piece; waits where the encoder is behind."""
        self._raise()
        self._queue.put((segment, frame))

    def close(self, *, is_whole: bool) -> None:
        """Wait for what was handed over (or let it go, if the work ends early) and end the thread."""
        if not is_whole:
            self._failure = self._failure or _Stopped()
        self._queue.put(None)
        self._thread.join()
        if is_whole:
            self._raise()

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        piece: _Piece | None = None
        while (item := self._queue.get()) is not None:
            # After a failure the queue is emptied, so that whoever draws does not wait for ever.
            if self._failure is not None:
                continue
            try:
                segment, frame = item
                piece = piece or _new_piece(self._job, self._work.growing(segment))
                piece.add(frame.number - segment.start, frame.encodable(self._job))
                if frame.number == segment[-1]:
                    piece.close()
                    piece = None
                    self._work.finish(segment)
            except BaseException as error:
                self._failure = error
        if piece is not None:
            piece.give_up()


class _Stopped(Exception):
    """The work ended before the film did."""


class _Piece:
    """A stretch of film in a file of its own, that begins with a key frame."""

    def __init__(self, job: FilmJob, path: Path) -> None:
        import av

        self._path = path
        self._container = av.open(str(path), "w", format="mp4" if job.format_id == "mp4" else "webm")
        self._stream = film_stream(self._container, job)

    def add(self, number: int, pixels: Pixels) -> None:
        """Encode a frame."""
        for packet in self._stream.encode(video_frame(pixels, number)):
            self._container.mux(packet)

    def close(self) -> None:
        """Write what the encoder still holds."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def give_up(self) -> None:
        """Close and throw away."""
        self._container.close()
        self._path.unlink(missing_ok=True)


class _FramePiece:
    """One frame without loss."""

    def __init__(self, job: FilmJob, path: Path) -> None:
        self._job, self._path = job, path

    def add(self, _number: int, pixels: Pixels) -> None:
        """Write the frame; only pictures that are handed over say where they come from."""
        facts = self._job.facts() if self._job.format_id == "png" else {}
        text = {key.capitalize(): words for key, words in facts.items()}
        write_bands(self._path, (pixels.shape[1], pixels.shape[0]), [pixels], text, PNG_LEVEL)

    def close(self) -> None:
        """Nothing is open."""

    def give_up(self) -> None:
        """Throw away."""
        self._path.unlink(missing_ok=True)


def _new_piece(job: FilmJob, path: Path) -> _Piece | _FramePiece:
    return _FramePiece(job, path) if job.format.has_frame_files else _Piece(job, path)


def film_stream(container: Any, job: FilmJob) -> Any:
    """Add the stream of a job's frames to a container, its colours tagged as bt709."""
    stream = container.add_stream(job.format.codec, rate=job.fps, options=dict(job.format.options))
    stream.width, stream.height = job.size_px
    stream.pix_fmt = job.format.pixel_format
    stream.time_base = Fraction(1, job.fps)
    codec = stream.codec_context
    codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range = 1, 1, 1, 1
    return stream


def video_frame(pixels: Pixels, number: int) -> Any:
    """Return a frame as encoders take it: 4:2:0, bt709, limited range; a fourth channel is left out."""
    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(pixels, format="rgba" if pixels.shape[2] == 4 else "rgb24")
    frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    frame.pts = number
    return frame
