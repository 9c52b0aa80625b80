"""Finished pieces into one film, without encoding anew; and the look back whether the file holds it."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from visualizer.errors import ExportError
from visualizer.export.job import FilmJob
from visualizer.export.work import WorkFolder

# Without it, WebM files carry a random number.
CONTAINER: Final = {"fflags": "+bitexact"}
GIF_PALETTE: Final = "stats_mode=single:max_colors=256"
GIF_COMMENT: Final = b"!\xfe"
GIF_HEADER_BYTES: Final = 13
GIF_DITHER: Final = "dither=sierra2_4a:new=1"


def join_film(work: WorkFolder) -> Path:
    """Make the whole film in the work folder and return where it is.

    A folder of pictures is the work folder's frames under their numbers; a GIF is encoded here, from frames kept
    without loss; the other formats' pieces are put one after the other.
    """
    job = work.job
    whole = work.path / f"whole{job.format.suffix}"
    if job.format_id == "png":
        _gather(work, whole)
    elif job.format_id == "gif":
        _write_gif(work, whole)
    else:
        _put_together(work, whole)
    return whole


def _gather(work: WorkFolder, whole: Path) -> None:
    whole.mkdir(exist_ok=True)
    for frames in work.job.segments:
        work.piece(frames).replace(whole / f"{frames.start:05d}.png")


def _put_together(work: WorkFolder, whole: Path) -> None:
    import av

    job = work.job
    with av.open(str(whole), "w", options=CONTAINER | job.format.container) as target:
        target.metadata.update(job.facts())
        stream: Any = None
        for frames in job.segments:
            with av.open(str(work.piece(frames))) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = target.add_stream_from_template(video)
                _copy(source, video, target, stream, Fraction(frames.start - job.range.start, job.fps), job.fps)


def _copy(source: Any, video: Any, target: Any, stream: Any, later_s: Fraction, fps: int) -> None:
    """Copy packets to a later time; times are rounded to whole frames, which containers keep only roughly."""
    base = Fraction(1, fps)
    shift = round(later_s / base)
    for packet in source.demux(video):
        if packet.size == 0:
            continue
        shown, decoded = (round(stamp * packet.time_base / base) + shift for stamp in (packet.pts, packet.dts))
        packet.stream, packet.time_base = stream, base
        packet.pts, packet.dts, packet.duration = shown, decoded, 1
        target.mux(packet)


def _write_gif(work: WorkFolder, whole: Path) -> None:
    """Encode frames with a palette for each, so that a frame's colours depend on no other."""
    import av
    from PIL import Image

    job = work.job
    with av.open(str(whole), "w", options={"loop": "0"}) as target:
        stream = target.add_stream("gif", rate=job.fps)
        stream.width, stream.height = job.size_px
        stream.pix_fmt = "pal8"
        graph = _palette_graph(job)
        for number, frames in enumerate(job.segments):
            with Image.open(work.piece(frames)) as image:
                frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, job.fps)
            graph.push(frame)
            for packet in stream.encode(graph.pull()):
                target.mux(packet)
        for packet in stream.encode():
            target.mux(packet)
    _write_comment(whole, job.facts())


def _write_comment(whole: Path, facts: dict[str, str]) -> None:
    """Put what a file says of itself after a GIF's header: libav reads such comments and writes none."""
    text = "\n".join(facts.values()).encode("ascii", "replace")
    blocks = b"".join(bytes([len(part)]) + part for part in (text[i : i + 255] for i in range(0, len(text), 255)))
    beside = whole.with_name(f"{whole.name}.commented")
    try:
        with whole.open("rb") as bare, beside.open("wb") as target:
            header = bare.read(GIF_HEADER_BYTES)
            # A table of colours for the whole file follows where the flag is set.
            colours = bare.read(3 << ((header[10] & 7) + 1)) if header[10] & 128 else b""
            target.write(header + colours + GIF_COMMENT + blocks + b"\0")
            shutil.copyfileobj(bare, target)
        beside.replace(whole)
    finally:
        beside.unlink(missing_ok=True)


def _palette_graph(job: FilmJob) -> Any:
    """Return a filter that gives each frame the 256 colours that suit it best."""
    import av

    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=job.size_px[0], height=job.size_px[1], format=av.VideoFormat("rgb24"), time_base=Fraction(1, job.fps)
    )
    split, palette = graph.add("split"), graph.add("palettegen", GIF_PALETTE)
    use, sink = graph.add("paletteuse", GIF_DITHER), graph.add("buffersink")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def verify_film(path: Path, job: FilmJob) -> None:
    """Read a film back: it must hold every frame, and its first, middle and last must decode in the right size.

    Raises
    ------
    ExportError
        If not.
    """
    wanted = len(job.range)
    if job.format_id == "png":
        _verify_pictures(path, job)
        return
    import av

    with av.open(str(path)) as container:
        found = sum(1 for packet in container.demux(video=0) if packet.size)
    if found != wanted:
        raise ExportError(f"writing {path}: {found} of {wanted} frames arrived")
    for number in sorted({0, wanted // 2, wanted - 1}):
        _verify_frame(path, job, number)


def _verify_frame(path: Path, job: FilmJob, number: int) -> None:
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if number and job.format_id != "gif":
            container.seek(round(Fraction(number, job.fps) / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            if float(frame.time) * job.fps > number - 0.5:
                if (frame.width, frame.height) != job.size_px:
                    break
                return
    raise ExportError(f"writing {path}: frame {number} does not decode")


def _verify_pictures(path: Path, job: FilmJob) -> None:
    from PIL import Image

    wanted = [path / f"{number:05d}.png" for number in job.range]
    for picture in (wanted[0], wanted[len(wanted) // 2], wanted[-1]):
        with Image.open(picture) as image:
            image.load()
            if image.size != job.size_px:
                raise ExportError(f"writing {picture}: it is {image.size[0]}x{image.size[1]}")
    if not all(picture.is_file() for picture in wanted):
        raise ExportError(f"writing {path}: not every frame arrived")
