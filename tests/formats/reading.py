"""What tests of readers share: an OEM of given rows, reading it, being refused."""

from __future__ import annotations

import numpy as np
import pytest

from formats.samples import orbit_arc
from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError
from visualizer.formats.conversion import to_flight
from visualizer.formats.detect import read_trajectory_file
from visualizer.formats.recording import Hints

OEM = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2023-08-20T00:00:00
ORIGINATOR = SOMEBODY
META_START
OBJECT_NAME = CRAFT
OBJECT_ID = 2023-118A
CENTER_NAME = {centre}
REF_FRAME = {frame}
TIME_SYSTEM = {scale}
START_TIME = {first}
{useable}STOP_TIME = {last}
INTERPOLATION = LAGRANGE
INTERPOLATION_DEGREE = 7
META_STOP
{rows}
"""


def oem(rows, dates, *, centre="MOON", frame="ICRF", scale="TDB", useable=""):
    lines = [f"{date} {' '.join(f'{v:.12g}' for v in row)}" for date, row in zip(dates, rows, strict=True)]
    return OEM.format(centre=centre, frame=frame, scale=scale, first=dates[0], last=dates[-1], useable=useable,
                      rows="\n".join(lines))  # fmt: skip


def read_text(tmp_path, text, name="file.oem", hints=None):
    path = tmp_path / name
    path.write_text(text)
    (recording,) = read_trajectory_file(path, hints or Hints())
    return recording


def flight_of(tmp_path, text, name="file.oem", hints=None):
    return to_flight(read_text(tmp_path, text, name, hints), Provenance.PLANNED)


def refusal(tmp_path, text, name="file.oem"):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileFormatError) as caught:
        read_trajectory_file(tmp_path / name)
    return caught.value


def sample_rows(count=30):
    arc = orbit_arc(count=count)
    return arc, np.hstack([arc.position_km, arc.velocity_km_s])
