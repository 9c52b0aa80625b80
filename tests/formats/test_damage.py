"""A few hundred damaged variants of each format; ten thousand by `python tests/formats/fuzz.py`."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from formats import fuzz
from formats.samples import orbit_arc, sample_files
from visualizer.core.trajectory import Trajectory
from visualizer.errors import FileFormatError
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.flight import Flight
from visualizer.formats.write import write_flight

VARIANTS = 200
FIRST_KINDS = ("oem", "xml", "e", "csv", "xyzv", "bsp", "horizons", "horizons-text")
OTHER_KINDS = ("spk-2", "spk-3", "spk-5", "spk-8", "spk-9-degree-7", "spk-12", "spk-13-degree-11", "spk-15", "spk-18")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    return sample_files(tmp_path_factory.mktemp("samples"))


@pytest.mark.parametrize("kind", FIRST_KINDS + OTHER_KINDS)
def test_damaged_files_are_refused_or_read_as_they_stand(tmp_path, files, kind, monkeypatch):
    monkeypatch.setattr(fuzz, "SLOW_S", 4.0)  # the machine may be busy; the command holds to one second
    judge = fuzz.run_kind(files[kind], tmp_path, VARIANTS if kind in FIRST_KINDS else 25, first=1_000_000)
    assert judge.faults == []
    assert judge.score["refused"] > 0


def test_claimed_counts_take_no_memory(tmp_path, files):
    data = bytearray(files["bsp"].read_bytes())
    for place in range(0, len(data) - 8, 8):
        if data[place : place + 8] == np.array([40.0]).tobytes():
            data[place : place + 8] = np.array([1e12]).tobytes()
    path = tmp_path / "huge.bsp"
    path.write_bytes(bytes(data))
    with pytest.raises(FileFormatError, match="damaged"):
        read_trajectory_file(path)


def test_summary_records_in_a_ring_end(tmp_path, files):
    data = bytearray(files["bsp"].read_bytes())
    for record in range(1, len(data) // 1024):
        data[1024 * record : 1024 * record + 8] = np.array([float(record + 1)]).tobytes()
    path = tmp_path / "ring.bsp"
    path.write_bytes(bytes(data))
    began = time.process_time()
    with pytest.raises(FileFormatError):
        read_trajectory_file(path)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "text", ["\n" * 2_000_000, "1" * 3_000_000, "a\n" * 500_000, "# x\n" * 400_000, " " * 2_000_000]
)
def test_odd_texts_end_soon(tmp_path, text):
    path = tmp_path / "odd.csv"
    path.write_text(text)
    began = time.process_time()
    with pytest.raises(FileFormatError):
        read_trajectory_file(path)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("ending", ["oem", "csv"])
def test_many_rows_load_fast_and_in_little_memory(tmp_path, ending):
    """A hundred thousand rows, so that the suite stays quick; `formats.speed` measures a million."""
    from visualizer.formats.speed import measure_reading

    arc = orbit_arc(count=100_000, step_s=10.0)
    path = tmp_path / f"many.{ending}"
    write_flight(Flight("Many", "-9", Trajectory("Many", (arc,))), path)
    found = measure_reading(path)
    assert found.rows == 100_000
    assert found.cpu_s < 0.8
    assert found.peak_mb < 60.0
