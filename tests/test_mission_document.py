"""Mission documents: what is read, and what is said when one is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from visualizer.core.trajectory import Provenance
from visualizer.errors import FileFormatError, MissionError
from visualizer.missions.catalogue import assemble_mission, document_path, load_mission, mission_ids
from visualizer.missions.document import read_document
from visualizer.resources import asset_path

TEXT = asset_path("missions/luna-25.toml").read_text(encoding="utf-8")


def written(tmp_path, text):
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_luna_25_is_there_and_complete():
    mission = load_mission("luna-25")
    assert "luna-25" in mission_ids()
    ids = [event.id for event in mission.events]
    assert ids[0] == "launch"
    assert ids[-1] == "impact"
    assert [event.tdb_s for event in mission.events] == sorted(event.tdb_s for event in mission.events)
    first, last = mission.trajectory.span_tdb_s
    assert all(first - 1e-3 <= event.tdb_s <= last + 1e-3 for event in mission.events)
    assert len(mission.document.spacecraft.instruments) == 8
    assert {site.kind for site in mission.sites} >= {"launch", "landing", "reserve", "impact"}
    assert all(phase.start_tdb_s < phase.end_tdb_s for phase in mission.phases)
    assert mission.trajectory.gaps_tdb_s == ()


def test_phases_cover_the_flight_without_holes():
    phases = load_mission("luna-25").phases
    for before, after in pairwise(phases):
        assert before.end_tdb_s == pytest.approx(after.start_tdb_s, abs=1e-6)


def test_provenance_is_never_measured():
    arcs = load_mission("luna-25").trajectory.arcs
    assert {arc.provenance for arc in arcs} == {Provenance.RECONSTRUCTED, Provenance.SYNTHETIC}
    assert [arc.kind for arc in arcs if arc.provenance is Provenance.SYNTHETIC] == ["ascent"]


def test_every_guess_says_so_and_every_fitted_fact_has_a_sigma_and_a_source():
    document = load_mission("luna-25").document
    assert all(prior.guess for prior in document.priors)
    for fact in document.facts:
        assert fact.source
        assert fact.sigma is not None or not fact.used_in_fit


def test_loading_is_quick_and_pulls_in_no_heavy_package():
    code = (
        "import sys, visualizer.missions.catalogue as c; c.load_mission('luna-25');"
        "print([m for m in ('scipy', 'astropy', 'spiceypy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    load_mission("luna-25")
    best = min(_seconds(lambda: load_mission("luna-25")) for _ in range(5))
    assert best < 0.060


def _seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def test_an_unknown_mission_names_those_there_are():
    with pytest.raises(MissionError, match=r"luna-99.*luna-25"):
        load_mission("luna-99")
    with pytest.raises(MissionError):
        document_path("../secrets")


def test_broken_toml_names_file_and_line(tmp_path):
    broken = TEXT.replace('id = "zeeman"\n', 'id = "zeeman\n', 1)
    line = broken[: broken.index('id = "zeeman\n')].count("\n") + 1
    with pytest.raises(FileFormatError, match=r"broken\.toml") as caught:
        read_document(written(tmp_path, broken))
    assert caught.value.line == line


def test_a_wrong_kind_of_value_names_the_key(tmp_path):
    broken = TEXT.replace("sigma = 0.7", 'sigma = "small"', 1)
    with pytest.raises(FileFormatError, match=r"facts\[\d+, orbit-perilune\]\.sigma"):
        read_document(written(tmp_path, broken))


def test_a_misspelt_key_is_an_error(tmp_path):
    broken = TEXT.replace("launch_mass_kg", "lunch_mass_kg", 1)
    with pytest.raises(FileFormatError, match=r"spacecraft\.l[a]?unch_mass_kg"):
        read_document(written(tmp_path, broken))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('utc = "2023-08-12T13:00:00"', 'utc = "2023-13-12T13:00:00"', "no such date"),
        ('start = "launch"', 'start = "lunch"', "names the event 'lunch'"),
        ('id = "tcm-2"', 'id = "tcm-1"', "appears twice"),
        ("guess = true", "guess = false", "guess"),
        ("lat_deg = -69.545", "lat_deg = -169.545", "lat_deg"),
    ],
)
def test_nonsense_is_refused_in_words(tmp_path, old, new, words):
    with pytest.raises(FileFormatError, match=re.escape(words)):
        read_document(written(tmp_path, TEXT.replace(old, new, 1)))


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(FileFormatError, match="not UTF-8"):
        read_document(path)


def test_a_damaged_solution_is_refused(tmp_path):
    document = read_document(document_path("luna-25"))
    kernel, table = asset_path("trajectories/luna-25.bsp"), asset_path("trajectories/luna-25.toml")
    short = tmp_path / "short.bsp"
    short.write_bytes(kernel.read_bytes()[:5000])
    with pytest.raises(FileFormatError, match=r"short\.bsp"):
        assemble_mission(document, short, table)
    headless = tmp_path / "headless.toml"
    headless.write_text(table.read_text().replace("[[events]]", "[[happenings]]"))
    with pytest.raises(FileFormatError, match=r"headless\.toml"):
        assemble_mission(document, kernel, headless)
