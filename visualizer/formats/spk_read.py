"""Read SPK kernels of any type: every spacecraft in them becomes a recording.

Formats. Segments of type 13 with windows of four are what an arc is, and taken as they stand; all others are sampled
until the arc gives SPICE's own values back (20 cm, 0.2 mm/s). Where segments overlap the later one in the file holds.
Bodies of the solar system in a kernel are left out: the app has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats import spk_toolkit, watch
from visualizer.formats.adaptive import Piece, Sampling, sample
from visualizer.formats.apart import run_apart
from visualizer.formats.conversion import to_icrf
from visualizer.formats.daf import Daf, DafSegment, open_spk
from visualizer.formats.flight import read_segment_mark
from visualizer.formats.names import BODY_NAMES
from visualizer.formats.recording import NO_HINTS, POSITION_MAX_KM, Axes, Hints, Interpolation, Recording, Segment
from visualizer.formats.spk_types import Source, broken, native_source
from visualizer.formats.table_parts import Told

J2000_ID: Final = 1
_AXES: Final = {17: Axes.ECLIPTIC, 13000: Axes.EARTH_FIXED, 31000: Axes.MOON_PA, 31001: Axes.MOON_ME,
                31006: Axes.MOON_PA, 31007: Axes.MOON_ME, 31008: Axes.MOON_PA, 31009: Axes.MOON_ME}  # fmt: skip
EVALUATIONS_LEAST: Final = 60_000
EVALUATIONS_LEAST_BY_TOOLKIT: Final = 40_000
EVALUATIONS_PER_NUMBER: Final = 20
LIMIT_S: Final = 0.9
LIMIT_S_PER_MB: Final = 20.0
ERROR_SHOWN_KM: Final = 1e-3
Span = tuple[float, float]


def read_spk(path: Path, hints: Hints = NO_HINTS) -> list[Recording]:
    """Read the spacecraft in a kernel.

    Raises
    ------
    FileFormatError
        If it is no SPK, damaged, holds no spacecraft, or one about a centre or in axes that are not known.
    """
    daf = open_spk(path)
    crafts = sorted({s.target_id for s in daf.segments if is_craft(s.target_id)}, reverse=True)
    if not crafts:
        bodies = ", ".join(str(s.target_id) for s in daf.segments[:8])
        raise FileFormatError(path, f"holds no spacecraft (bodies {bodies})" if bodies else "holds no segment")
    reader = _Reader(daf)
    return [reader.recording(craft) for craft in crafts]


def is_craft(naif_id: int) -> bool:
    """Tell whether a SPICE id is that of a spacecraft, a site or a small body, not of a planet or moon."""
    return naif_id < 0 or naif_id > 1000


@dataclass(slots=True)
class _Reader:
    daf: Daf
    notices: list[str] = field(default_factory=list)

    def recording(self, craft: int) -> Recording:
        told, marks = _told(self.daf.comments)
        self.notices = []
        segments = [s for s in self.daf.segments if s.target_id == craft]
        found: list[Segment] = []
        for number, (segment, spans) in enumerate(uncovered(segments)):
            watch.step(number / len(segments))
            mark = marks[number] if len(marks) == len(segments) else None
            for span in spans:
                found += self._segments(segment, span, mark)
        if not found:
            raise FileFormatError(self.daf.path, f"body {craft} has no span of time")
        name = told.values.get("object", "") or spk_toolkit.body_name(craft)
        found.sort(key=lambda s: float(s.tdb_s[0]))
        return Recording(
            name,
            str(craft),
            tuple(found),
            self.daf.path,
            "SPICE SPK",
            dict(told.metadata),
            tuple(c for c in told.comments if c),
            tuple(self.notices),
        )

    def _segments(self, segment: DafSegment, span: Span, mark: str | None) -> list[Segment]:
        if segment.centre_id not in BODY_NAMES:
            raise FileFormatError(
                self.daf.path,
                f"segment {segment.name!r} is about body {segment.centre_id}, which the bundled ephemeris lacks",
            )
        parts = read_segment_mark(mark) if mark else None
        name, kind, provenance = parts or (segment.name or f"segment of {segment.target_id}", "coast", None)
        how = Interpolation(f"SPK type {segment.data_type}")
        return [
            Segment(name, segment.centre_id, Axes.ICRF, p.tdb_s, p.position_km, p.velocity_km_s, how,
                    provenance=provenance, kind=kind)
            for p in self._pieces(segment, span)
        ]  # fmt: skip

    def _pieces(self, segment: DafSegment, span: Span) -> Sequence[Piece]:
        source = native_source(self.daf, segment)
        has_plain_axes = segment.frame_id == J2000_ID
        if source is not None and source.nodes is not None and has_plain_axes and _fills(source.nodes[0], span):
            return [Piece(*source.nodes)]
        if source is not None and (has_plain_axes or segment.frame_id in _AXES):
            sampling = self._sample(segment, source, span, EVALUATIONS_LEAST)
        else:
            limit_s = LIMIT_S + LIMIT_S_PER_MB * 8e-6 * len(self.daf.words)
            sampling, read_beside = run_apart(self.daf.path, lambda: self._by_toolkit(segment, source, span), limit_s)
            self.notices += [f"read beside it: {', '.join(read_beside)}"] if read_beside else []
        self._note(segment, sampling)
        return sampling.pieces

    def _sample(self, segment: DafSegment, source: Source, span: Span, least: int) -> Sampling:
        axes = _AXES.get(segment.frame_id)
        evaluate = source.evaluate
        if axes is not None:
            evaluate = lambda tdb_s: _turned(axes, tdb_s, *source.evaluate(tdb_s))  # noqa: E731
        if not np.all(np.abs(evaluate(np.linspace(*span, 5))[0]) < POSITION_MAX_KM):
            raise broken(self.daf, segment, "its positions are absurd")
        budget = least + EVALUATIONS_PER_NUMBER * (segment.last - segment.first)
        return sample(evaluate, *span, source.seeds_tdb_s, budget)

    def _by_toolkit(self, segment: DafSegment, source: Source | None, span: Span) -> tuple[Sampling, list[str]]:
        """Sample by SPICE, in the child; return also which kernels beside the file were read."""
        with ExitStack() as stack:
            read_beside: list[str] = []
            if source is None:
                handle = stack.enter_context(spk_toolkit.opened(self.daf.path))
                source = Source(spk_toolkit.toolkit_evaluate(self.daf, segment, handle), np.empty(0))
            if segment.frame_id != J2000_ID and segment.frame_id not in _AXES:
                read_beside = stack.enter_context(spk_toolkit.text_kernels_beside(self.daf.path))
                source = replace(source, evaluate=spk_toolkit.in_icrf(source.evaluate, self.daf, segment))
            return self._sample(segment, source, span, EVALUATIONS_LEAST_BY_TOOLKIT), read_beside

    def _note(self, segment: DafSegment, sampling: Sampling) -> None:
        if sampling.error_km > ERROR_SHOWN_KM:
            self.notices.append(f"segment {segment.name!r} is rough: sampled to about {1e3 * sampling.error_km:.3g} m")
        if sampling.rate_error_km_s:
            rate = 1e6 * sampling.rate_error_km_s
            self.notices.append(
                f"segment {segment.name!r}: its velocities are {rate:.3g} mm/s off its positions' rate, which holds"
            )


def _turned(axes: Axes, tdb_s: FloatArray, position: FloatArray, velocity: FloatArray) -> tuple[FloatArray, FloatArray]:
    place, rate = to_icrf(axes, tdb_s, position, velocity)
    assert rate is not None
    return place, rate


def _fills(epochs: FloatArray, span: Span) -> bool:
    return bool(abs(epochs[0] - span[0]) < 1e-6 and abs(epochs[-1] - span[1]) < 1e-6)


def uncovered(segments: Sequence[DafSegment]) -> list[tuple[DafSegment, list[Span]]]:
    """Return each segment with the spans that no later one covers."""
    free: list[Span] = [(-np.inf, np.inf)]
    found = []
    for segment in reversed(segments):
        start, end = segment.start_tdb_s, segment.end_tdb_s
        parts = [(max(lo, start), min(hi, end)) for lo, hi in free]
        found.append((segment, [(lo, hi) for lo, hi in parts if hi - lo > 2e-3]))
        free = [p for lo, hi in free for p in ((lo, min(hi, start)), (max(lo, end), hi)) if p[0] < p[1]]
    return found[::-1]


def _told(comments: Sequence[str]) -> tuple[Told, list[str]]:
    told, marks = Told(), []
    for comment in comments:
        if read_segment_mark(comment):
            marks.append(comment)
        else:
            told.take(comment)
    return told, marks
