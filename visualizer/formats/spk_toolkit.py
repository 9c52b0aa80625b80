"""Evaluate by the SPICE toolkit what numpy does not: unusual segment types and unusual axes.

Formats. A kernel is opened by its handle only, never loaded into SPICE's pool of kernels, and closed again. Frame and
constants kernels beside it are read with `ldpool`, which fills variables and follows no names of other files; every
variable that was not there before is removed again. Structure is checked first, because the toolkit trusts the counts
that a segment claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats.daf import Daf, DafSegment
from visualizer.formats.spk_types import Evaluate, broken, count_of

TEXT_KERNELS: Final = ("*.tf", "*.tpc", "*.tls", "*.tsc")
TEXT_KERNEL_MAX_BYTES: Final = 4_000_000
POOL_MAX: Final = 20_000
PATH_MAX: Final = 250


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Give a handle of a kernel, by the toolkit; closed at the end."""
    import spiceypy

    if len(str(path)) > PATH_MAX:
        raise FileFormatError(path, f"its path is longer than the {PATH_MAX} characters that SPICE takes")
    try:
        handle = spiceypy.dafopr(str(path))
    except spiceypy.utils.exceptions.SpiceyError as error:
        raise FileFormatError(path, f"SPICE does not open it ({_short(error)})") from None
    try:
        yield handle
    finally:
        spiceypy.dafcls(handle)


@contextmanager
def text_kernels_beside(path: Path) -> Iterator[list[str]]:
    """Read the text kernels in a kernel's folder into SPICE's variables for the time being; give their names."""
    import spiceypy

    before = _pool_names()
    loaded = []
    try:
        for pattern in TEXT_KERNELS:
            for kernel in sorted(path.parent.glob(pattern))[:50]:
                if kernel.is_file() and kernel.stat().st_size <= TEXT_KERNEL_MAX_BYTES and len(str(kernel)) <= PATH_MAX:
                    try:
                        spiceypy.ldpool(str(kernel))
                    except spiceypy.utils.exceptions.SpiceyError as error:
                        raise FileFormatError(kernel, f"SPICE does not read this kernel ({_short(error)})") from None
                    loaded.append(kernel.name)
        yield loaded
    finally:
        for name in _pool_names() - before:
            spiceypy.dvpool(name)


def _pool_names() -> set[str]:
    import spiceypy

    try:
        return set(spiceypy.gnpool("*", 0, POOL_MAX))
    except spiceypy.utils.exceptions.NotFoundError:
        return set()


def toolkit_evaluate(daf: Daf, segment: DafSegment, handle: int) -> Evaluate:
    """Return how SPICE evaluates a segment, in the segment's own axes."""
    import spiceypy

    many = _many_states()
    check_structure(daf, segment)
    whole = np.array(
        [segment.target_id, segment.centre_id, segment.frame_id, segment.data_type, segment.first, segment.last],
        dtype=np.int32,
    )
    packed = np.concatenate([[segment.start_tdb_s, segment.end_tdb_s], whole.view(np.float64)])

    def evaluate(tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        try:
            states = many(handle, packed, np.ascontiguousarray(tdb_s))
        except spiceypy.utils.exceptions.SpiceyError as error:
            raise broken(daf, segment, f"SPICE says {_short(error)}") from None
        if not np.all(np.isfinite(states)):
            raise broken(daf, segment, "its states are no numbers")
        return states[:, :3], states[:, 3:]

    return evaluate


def _many_states() -> Callable[[int, FloatArray, FloatArray], FloatArray]:
    """Return how to evaluate a segment at many epochs, (n,) to (n, 6): at once where spiceypy can (8.0 and later)."""
    import spiceypy

    try:
        from spiceypy.cyice import spkpvn_v
    except ImportError:
        return lambda handle, packed, tdb_s: np.array(
            [spiceypy.spkpvn(handle, packed, float(t))[1] for t in tdb_s]
        ).reshape(-1, 6)
    return lambda handle, packed, tdb_s: np.asarray(spkpvn_v(handle, packed, tdb_s)[1]).reshape(-1, 6)


def in_icrf(evaluate: Evaluate, daf: Daf, segment: DafSegment) -> Evaluate:
    """Return an evaluator turned to ICRF axes by SPICE, from axes that it knows by number."""
    import spiceypy

    name = spiceypy.frmnam(segment.frame_id)
    if not name:
        raise FileFormatError(
            daf.path,
            f"segment {segment.name!r} is in axes {segment.frame_id}, which no kernel beside"
            " it defines; put its frame kernel (.tf) into the same folder",
        )

    def turned(tdb_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        position, velocity = evaluate(tdb_s)
        try:
            turns = np.array([spiceypy.sxform(name, "J2000", float(t)) for t in tdb_s]).reshape(-1, 6, 6)
        except spiceypy.utils.exceptions.SpiceyError as error:
            raise FileFormatError(daf.path, f"axes {name} of segment {segment.name!r}: {_short(error)}") from None
        states = np.einsum("nij,nj->ni", turns, np.hstack([position, velocity]))
        return states[:, :3], states[:, 3:]

    return turned


def body_name(naif_id: int) -> str:
    """Return the name that SPICE knows for an id, or the id as text."""
    import spiceypy

    try:
        return str(spiceypy.bodc2n(naif_id))
    except spiceypy.utils.exceptions.NotFoundError:
        return str(naif_id)


def _short(error: Any) -> str:
    return " ".join(str(getattr(error, "short", "") or error).split())[:160]


# ---------------------------------------------------------------- what is checked before SPICE sees it


def check_structure(daf: Daf, segment: DafSegment) -> None:
    """Raise `FileFormatError` unless the segment's counts fill it, as far as its type is known."""
    numbers = daf.numbers(segment)
    if not np.all(np.isfinite(numbers)):
        raise broken(daf, segment, "it holds what is no number")
    checks = {1: _difference_arrays, 21: _difference_arrays, 5: _two_body, 10: _generic, 14: _generic, 15: _fixed,
              17: _fixed, 18: _esoc, 19: _piecewise, 20: _velocity_chebyshev}  # fmt: skip
    check = checks.get(segment.data_type)
    if check is None:
        raise FileFormatError(
            daf.path, f"segment {segment.name!r} is of type {segment.data_type}, which is not read here"
        )
    check(daf, segment, numbers)


def _difference_arrays(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers) // 71 + 1)
    dimension, tail = 15, 1
    if segment.data_type == 21:
        dimension, tail = count_of(daf, segment, float(numbers[-2]), 1, 25), 2
    size = 4 * dimension + 11
    if count * size + count + count // 100 + tail != len(numbers):
        raise broken(daf, segment, f"{count} records do not fill it")
    records = numbers[: count * size].reshape(count, size)
    epochs = numbers[count * size : count * size + count]
    orders = records[:, -4:]
    whole = np.all(orders == np.floor(orders))
    bounded = np.all((orders[:, 1:] >= 0) & (orders[:, 1:] <= dimension)) and np.all(
        (orders[:, 0] >= 2) & (orders[:, 0] <= dimension + 1)
    )
    if not whole or not bounded or not np.all(np.diff(epochs) > 0.0):
        raise broken(daf, segment, "its records are not in order")


def _two_body(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers) // 7)
    if 7 * count + (count - 1) // 100 + 2 != len(numbers) or not numbers[-2] > 0.0:
        raise broken(daf, segment, f"{count} states do not fill it")
    if not np.all(np.diff(numbers[6 * count : 7 * count]) > 0.0):
        raise broken(daf, segment, "its epochs are not in order")


def _fixed(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    if len(numbers) != {15: 16, 17: 12}[segment.data_type]:
        raise broken(daf, segment, f"it has {len(numbers)} numbers")


def _esoc(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    subtype = count_of(daf, segment, float(numbers[-3]), 0, 1)
    window = count_of(daf, segment, float(numbers[-2]), 2, 14)
    count = count_of(daf, segment, float(numbers[-1]), 2, len(numbers) // 6)
    size = (6 if subtype else 12) + 1
    if window % 2 or count * size + (count - 1) // 100 + 3 != len(numbers) or window > count:
        raise broken(daf, segment, f"{count} packets do not fill it")
    if not np.all(np.diff(numbers[(size - 1) * count : size * count]) > 0.0):
        raise broken(daf, segment, "its epochs are not in order")


def _piecewise(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers) // 4)
    count_of(daf, segment, float(numbers[-2]), 0, 1)
    pointers = numbers[-2 - (count + 1) : -2]
    directory = count // 100
    bounds = numbers[-2 - (count + 1) - directory - (count + 1) : -2 - (count + 1) - directory]
    if (
        len(bounds) != count + 1
        or not np.all(np.diff(bounds) > 0.0)
        or pointers[0] != 1
        or not np.all(np.diff(pointers) > 0)
    ):
        raise broken(daf, segment, "its intervals are not in order")
    if pointers[-1] != len(numbers) - 2 - 2 * (count + 1) - directory + 1 or np.any(pointers != np.floor(pointers)):
        raise broken(daf, segment, "its intervals do not fill it")
    for first, last in zip(pointers[:-1].astype(int), pointers[1:].astype(int), strict=True):
        mini = numbers[first - 1 : last - 1]
        if len(mini) < 4:
            raise broken(daf, segment, "an interval is empty")
        subtype = count_of(daf, segment, float(mini[-3]), 0, 2)
        window = count_of(daf, segment, float(mini[-2]), 2, 28)
        states = count_of(daf, segment, float(mini[-1]), 1, len(mini) // 6)
        size = (12 if subtype == 0 else 6) + 1
        if states * size + (states - 1) // 100 + 3 != len(mini) or window % 2:
            raise broken(daf, segment, "an interval does not hold what it claims")
        if not np.all(np.diff(mini[(size - 1) * states : size * states]) > 0.0):
            raise broken(daf, segment, "its epochs are not in order")


def _velocity_chebyshev(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    count = count_of(daf, segment, float(numbers[-1]), 1, len(numbers))
    size = count_of(daf, segment, float(numbers[-2]), 6, 3 * 51 + 3)
    if count * size + 7 != len(numbers) or size % 3 or not np.all(numbers[-7:-2][[0, 1, 4]] > 0.0):
        raise broken(daf, segment, f"{count} records do not fill it")


def _generic(daf: Daf, segment: DafSegment, numbers: FloatArray) -> None:
    """Check a generic segment's table of contents: 17 numbers, each base and count inside the segment."""
    meta = numbers[-17:]
    if len(meta) < 17 or meta[-1] not in (15.0, 17.0):
        raise broken(daf, segment, "its table of contents is missing")
    if np.any(meta < 0.0) or np.any(meta > len(numbers)) or np.any(meta != np.floor(meta)):
        raise broken(daf, segment, "its table of contents points outside it")
