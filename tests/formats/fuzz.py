"""Damage files in many ways and watch the readers: `python tests/formats/fuzz.py --count 10000`.

For each variant the whole way of an import is gone: recognise, read, convert, look over. Allowed are a `PeriluneError`
and a flight; a flight must hold exactly what the damaged text says (checked by a plain parser of its own), and where it
is elsewhere than the undamaged one by over a hundred metres somebody must have said so (a notice or a finding).
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from formats.samples import sample_files  # noqa: E402
from visualizer.core.trajectory import Provenance  # noqa: E402
from visualizer.errors import PeriluneError  # noqa: E402
from visualizer.formats.conversion import to_flight  # noqa: E402
from visualizer.formats.detect import format_of, read_trajectory_file  # noqa: E402
from visualizer.missions.self_check import self_check  # noqa: E402

SLOW_S = 1.0
MEMORY_MB = 300.0
FAR_KM = 0.1
NUMBER = re.compile(rb"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")


def damaged(data: bytes, rng: random.Random, is_binary: bool) -> bytes:
    """Return a damaged copy."""
    kinds = [truncated, flipped, flipped, spliced, zeroed] + (
        [blown_words, blown_words, blown_counts]
        if is_binary
        else [blown, blown, swapped, swapped, dropped, doubled, stuffed]
    )
    for _ in range(1 if rng.random() < 0.8 else 3):
        data = rng.choice(kinds)(data, rng)
    return data


def truncated(data, rng):
    return data[: rng.randrange(len(data) + 1)]


def flipped(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 3, 20)) if out else 0):
        out[rng.randrange(len(out))] = (
            rng.randrange(256) if rng.random() < 0.5 else rng.choice(b"0123456789.-+eE ,\n#<>=T:")
        )
    return bytes(out)


def spliced(data, rng):
    a, b, n = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1), rng.randrange(1, 200)
    return data[:a] + data[b : b + n] + data[a:]


def zeroed(data, rng):
    a, n = rng.randrange(len(data) + 1), rng.randrange(1, 64)
    return data[:a] + bytes(len(data[a : a + n])) + data[a + n :]


def blown(data, rng):
    found = list(NUMBER.finditer(data)) or [re.match(b"", data)]
    hit = rng.choice(found)
    other = rng.choice([b"1e308", b"-1e308", b"9" * 400, b"nan", b"inf", b"-inf", b"1e-320", b"0x10", b"1_0", b"",
                        b"--1", b"1e5000", hit[0] + b"e5", hit[0][:-3], hit[0] + b"0", hit[0].replace(b".", b""),
                        b"\xff\xfe"])  # fmt: skip
    return data[: hit.start()] + other + data[hit.end() :]


def swapped(data, rng):
    lines = data.split(b"\n")
    i = rng.randrange(len(lines))
    j = rng.choice((min(i + 1, len(lines) - 1), rng.randrange(len(lines))))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def dropped(data, rng):
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def doubled(data, rng):
    lines = data.split(b"\n")
    i = rng.randrange(len(lines))
    return b"\n".join(lines[:i] + [lines[i]] * rng.choice((2, 2, 500)) + lines[i + 1 :])


def stuffed(data, rng):
    a = rng.randrange(len(data) + 1)
    return (
        data[:a]
        + rng.choice([b"A" * 100_000, b"\n" * 5000, b"<" * 3000, b"1 " * 50_000, b"&x;", b"=" * 999])
        + data[a:]
    )


def blown_words(data, rng):
    out = bytearray(data)
    place = 8 * rng.randrange(max(1, len(out) // 8))
    value = rng.choice([1e308, -1e308, float("nan"), float("inf"), 0.0, 1e9, 2**31, -1.0, 3.7, 1e15, 7.4e8])
    out[place : place + 8] = np.array([value]).tobytes()
    return bytes(out[: len(data)])


def blown_counts(data, rng):
    """Damage what counts: the file record, the summaries, the ends of segments."""
    out = bytearray(data)
    place = rng.choice([rng.randrange(0, 1024), rng.randrange(1024 * (len(data) // 1024 // 8), len(data)),
                        1024 * rng.randrange(1, 8) + 4 * rng.randrange(64)])  # fmt: skip
    value = rng.choice([0, 1, -1, 2, 3, 7, 1000, 2**31 - 1, -(2**31), rng.randrange(1, 2000)])
    out[place : place + 4] = np.array([value], dtype=np.int32).tobytes()
    return bytes(out[: len(data)])


# ---------------------------------------------------------------- what the damaged text says


def rows_of(data: bytes, kind: str):
    """Return the last six (or so) numbers of every state row, by a plain parser, or None where it does not know."""
    if kind not in ("oem", "csv", "xyzv", "stk"):
        return None
    text = data.decode("utf-8", "replace").replace("\ufeff", "")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    rows, is_inside = [], kind != "stk"
    is_covariance = False
    for line in text.split("\n"):
        words = line.strip()
        if kind == "stk" and words.startswith("Ephemeris"):
            is_inside = True
        is_covariance = (is_covariance or words == "COVARIANCE_START") and words != "COVARIANCE_STOP"
        if is_inside and not is_covariance and re.match(r"[-+.\d]", words):
            cells = re.split(r"[\s,]+", words.strip(","))
            if kind == "csv" and re.match(r"\d{4}-\d\d-\d\d \d", words):
                cells = cells[1:]
            rows.append([float(c.replace("D", "e").replace("d", "e")) for c in cells[1:7]])
    return np.array(rows)


def read_rows(segment):
    """Return what was read of a segment, as the file's rows have it."""
    if segment.velocity_km_s is None:
        return segment.position_km
    return np.hstack([segment.position_km, segment.velocity_km_s])


class Judge:
    """Runs variants of one file and keeps the score."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.data, self.folder = path, path.read_bytes(), folder
        self.flight = to_flight(read_trajectory_file(path)[0], Provenance.PLANNED)
        self.score: Counter[str] = Counter()
        self.faults: list[str] = []
        self.worst_s = 0.0
        self.far_km = 0.0

    def run(self, seed: int) -> None:
        rng = random.Random(f"{self.path.name} {seed}")
        variant = self.folder / f"variant{self.path.suffix}"
        variant.write_bytes(damaged(self.data, rng, self.path.suffix == ".bsp"))
        began = time.process_time()
        try:
            verdict = self._import(variant)
        except PeriluneError as error:
            verdict = "refused" if "\n" not in str(error) else "fault: an error of several lines"
        except Exception as error:
            verdict = f"fault: {type(error).__name__}: {str(error)[:200]}"
        taken = time.process_time() - began
        self.worst_s = max(self.worst_s, taken)
        if taken > SLOW_S:
            verdict = f"fault: took {taken:.1f} s ({verdict})"
        self.score[verdict.split(":")[0]] += 1
        if verdict.startswith("fault"):
            self.faults.append(f"{self.path.name} seed {seed}: {verdict}")

    def _import(self, variant: Path) -> str:
        recordings = read_trajectory_file(variant)
        wanted = rows_of(variant.read_bytes(), format_of(variant))
        if wanted is not None:
            found = np.concatenate([read_rows(s) for r in recordings for s in r.segments])[:, : wanted.shape[1]]
            # A damaged name makes two objects of one, in another order.
            found, wanted = found[np.lexsort(found.T)], wanted[np.lexsort(wanted.T)]
            scale = 1.0 if found.shape == wanted.shape and np.allclose(found, wanted, rtol=1e-9, atol=1e-12) else 1e-3
            if found.shape != wanted.shape or not np.allclose(found, wanted * scale, rtol=1e-9, atol=1e-12):
                return f"fault: read {found.shape} where the text says {wanted.shape}"
        flights = [to_flight(recording, Provenance.PLANNED) for recording in recordings]
        told = any(flight.notices or self_check(flight.trajectory) for flight in flights)
        off = max(self._off_km(flight) for flight in flights)
        if off < FAR_KM:
            return "same"
        if told:
            return "told"
        self.far_km = max(self.far_km, off)
        return "changed"

    def _off_km(self, flight) -> float:
        worst = 0.0
        for arc in flight.trajectory.arcs:
            if not np.all(np.isfinite(arc.position_km)):
                return float("inf")
            for own in self.flight.trajectory.arcs:
                t = arc.tdb_s[(arc.tdb_s >= own.start_tdb_s) & (arc.tdb_s <= own.end_tdb_s)]
                if len(t) and arc.centre_id == own.centre_id:
                    both = arc.table.evaluate(t)[0] - own.table.evaluate(t)[0]
                    worst = max(worst, float(np.max(np.linalg.norm(both, axis=1))))
        return worst


def run_kind(path: Path, folder: Path, count: int, first: int = 0) -> Judge:
    """Run variants of one file; raises nothing."""
    judge = Judge(path, folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    with np.errstate(all="ignore"):
        for seed in range(first, first + count):
            judge.run(seed)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0 - before
    if grown > MEMORY_MB:
        judge.faults.append(f"{path.name}: memory grew by {grown:.0f} MB")
    return judge


def _child(kind: str, path: Path, count: int) -> tuple[str, dict[str, int], list[str], float, float]:
    with tempfile.TemporaryDirectory() as name:
        judge = run_kind(path, Path(name), count)
    return kind, dict(judge.score), judge.faults, judge.worst_s, judge.far_km


def main() -> int:
    """Run every format, each in a process of its own, and print the score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--only", default="", help="formats, with commas between them")
    parser.add_argument("--jobs", type=int, default=1)
    words = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        files = {k: p for k, p in sample_files(Path(name)).items() if not words.only or k in words.only.split(",")}
        with multiprocessing.get_context("spawn").Pool(words.jobs, maxtasksperchild=1) as pool:
            waiting = {kind: pool.apply_async(_child, (kind, path, words.count)) for kind, path in files.items()}
            for kind, result in waiting.items():
                try:
                    _, score, bad, worst, far = result.get(timeout=60 + words.count * 0.5)
                except multiprocessing.TimeoutError:
                    score, bad, worst, far = {}, ["the process died or hung"], float("nan"), float("nan")
                faults += len(bad)
                print(f"{kind:16} {score}  slowest {1e3 * worst:.0f} ms, farthest unsaid {far:.3g} km", flush=True)
                for line in bad[:10]:
                    print(f"    {line}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
