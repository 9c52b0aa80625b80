"""import, forget, export, horizons: what the user types and sees; Horizons is a server on this machine."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from formats.samples import gapped_flight, horizons_text, orbit_arc
from typer.testing import CliRunner

from visualizer.cli.main import app
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.formats import horizons_query
from visualizer.formats.write import write_flight
from visualizer.missions import user_catalogue
from visualizer.missions.catalogue import load_mission, mission_ids


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="perilune")


def done(*words) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output + result.stderr
    return result.stdout


def refused(*words) -> str:
    result = run(*words)
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def sample(tmp_path) -> Path:
    write_flight(gapped_flight(), tmp_path / "sample.oem")
    return tmp_path / "sample.oem"


# ---------------------------------------------------------------- import, missions, forget


def test_import_lists_shows_and_forgets(sample):
    said = json.loads(done("import", sample, "--json"))
    (row,) = said["imported"]
    assert (row["id"], row["arcs"], row["gaps"], row["states"]) == ("sample-one", 3, 1, 180)
    assert row["wrong"] == []
    assert [r["id"] for r in json.loads(done("missions", "--json"))][-1] == "sample-one"
    shown = done("show", "sample-one")
    assert "CCSDS OEM" in shown
    assert "sha256" in shown
    assert "after the gap" in shown
    assert done("forget", "Sample One").strip() == "forgotten: sample-one"
    assert "sample-one" not in mission_ids()
    assert sample.exists()


def test_what_works_on_a_mission_works_on_an_imported_one(sample, tmp_path):
    done("import", sample, "--name", "Mine")
    epoch = utc_text_from_tdb_s(gapped_flight().trajectory.arcs[0].tdb_s[10])
    (state,) = json.loads(done("state", "mine", epoch, "--json"))
    assert state["provenance"] == "fitted"
    assert json.loads(done("evidence", "mine", "--json")) == []
    assert json.loads(done("show", "mine", "--json"))["arcs"][1]["provenance"] == "planned"
    done("export", "mine", "-o", tmp_path / "again.oem")
    again = (tmp_path / "again.oem").read_text()
    assert "COVARIANCE_START" in again
    assert "ORIGINATOR = TESTS" in again


def test_the_copy_is_kept_with_checksum_and_origin(sample):
    done("import", sample)
    folder = user_catalogue.folder() / "sample-one"
    record = json.loads((folder / "mission.json").read_text())
    assert (folder / "source" / "sample.oem").read_bytes() == sample.read_bytes()
    assert record["sha256"] == user_catalogue.file_sha256(sample)
    assert record["origin"] == str(sample)
    assert "here already, as sample-one" in refused("import", sample)


def test_names_do_not_lead_out_of_the_folder(tmp_path):
    flight = gapped_flight()
    write_flight(type(flight)("../../../evil", "-1", flight.trajectory), tmp_path / "evil.csv")
    done("import", tmp_path / "evil.csv")
    assert mission_ids()[-1] == "evil"
    assert [p.name for p in user_catalogue.folder().iterdir()] == ["evil"]
    for name in ("../evil", "..", ".", "", "/etc"):
        assert "forgetting" in refused("forget", name)
        assert "mission" in refused("show", name)
    assert "comes with the app" in refused("forget", "luna-25")


def test_files_that_leave_things_out_need_options(tmp_path):
    arc = orbit_arc()
    rows = "\n".join(
        f"{t!r},{','.join(map(repr, p))}" for t, p in zip(arc.tdb_s.tolist(), arc.position_km.tolist(), strict=True)
    )
    path = tmp_path / "bare.csv"
    path.write_text(f"tdb_s,x_km,y_km,z_km\n{rows}\n")
    assert "--center" in refused("import", path)
    assert "--axes" in refused("import", path, "--center", "moon")
    assert "one of" in refused("import", path, "--center", "pluto", "--axes", "icrf")
    said = done("import", path, "--center", "moon", "--axes", "icrf", "--provenance", "measured")
    assert "local polynomial" in said
    assert "measured: so you say" in said
    assert load_mission("bare").trajectory.arcs[0].provenance.value == "measured"


def test_a_hundred_files_at_once_and_one_that_fails(tmp_path):
    arc = orbit_arc(count=20)
    paths = []
    for number in range(100):
        paths.append(tmp_path / f"f{number}.txt")
        paths[-1].write_text(horizons_text(arc, target=f"Craft {number} (-{number + 10})"))
    paths[50].write_text("nothing")
    began = time.process_time()
    result = run("import", *paths)
    assert result.exit_code == 2
    assert "1 of 100 files failed" in result.stderr
    assert len(user_catalogue.user_mission_ids()) == 99
    assert time.process_time() - began < 20.0


def test_a_damaged_catalogue_says_what_to_do(sample):
    done("import", sample)
    (user_catalogue.folder() / "sample-one" / "flight.npz").write_bytes(b"junk")
    assert "perilune forget sample-one" in refused("show", "sample-one")
    done("forget", "sample-one")


def test_what_looks_wrong_is_said(tmp_path):
    flight = gapped_flight()
    write_flight(flight, tmp_path / "good.csv")
    text = (tmp_path / "good.csv").read_text().replace("# center: MOON", "# center: EARTH")
    (tmp_path / "bad.csv").write_text(text)
    assert "--center moon" in done("import", tmp_path / "bad.csv")


def test_a_file_with_a_damaged_state_is_refused_in_one_line(tmp_path):
    path = tmp_path / "flight.csv"
    write_flight(gapped_flight(), path)
    lines = path.read_text().splitlines()
    row = len(lines) - 20
    cells = lines[row].split(",")
    lines[row] = ",".join([cells[0], f"{float(cells[1]) + 9000.0}", *cells[2:]])
    path.write_text("\n".join(lines) + "\n")
    assert "a state there is damaged; nothing was added" in refused("import", path)
    assert user_catalogue.user_mission_ids() == ()
    assert "looks wrong" in done("import", path, "--anyway")


# ---------------------------------------------------------------- export


@pytest.mark.parametrize("ending", ["bsp", "oem", "xml", "e", "csv", "xyzv", "czml"])
def test_export_writes_every_format(tmp_path, ending):
    path = tmp_path / f"luna.{ending}"
    said = done(
        "export", "luna-25", "--from", "2023-08-17T00:00:00", "--to", "2023-08-17T06:00:00", "--step", "60", "-o", path
    )
    assert "361 states" in said
    assert path.stat().st_size > 10_000
    assert "it exists" in refused("export", "luna-25", "-o", path)
    if ending != "czml":
        done("import", path, "--name", f"again {ending}")
        mission, again = load_mission("luna-25"), load_mission(f"again-{ending}")
        t = np.linspace(*again.trajectory.span_tdb_s, 200)[1:-1]
        far = mission.trajectory.state_km(t, 301)[0] - again.trajectory.state_km(t, 301)[0]
        assert np.max(np.linalg.norm(far, axis=1)) < 1e-3


def test_export_refuses_in_one_line(tmp_path):
    assert "outside the flight" in refused("export", "luna-25", "--from", "2020-01-01", "-o", tmp_path / "x.oem")
    assert "is not after" in refused(
        "export", "luna-25", "--from", "2023-08-17", "--to", "2023-08-16", "-o", tmp_path / "x.oem"
    )
    assert "ending must be" in refused("export", "luna-25", "-o", tmp_path / "x.pdf")
    assert "--step" in refused("export", "luna-25", "--step", "0", "-o", tmp_path / "x.oem")


# ---------------------------------------------------------------- Horizons


class Answers(BaseHTTPRequestHandler):
    """Answers as Horizons does; `mode` says how."""

    mode = "good"
    asked: ClassVar[Counter] = Counter()

    def do_GET(self) -> None:
        query = {key: values[0].strip("'") for key, values in parse_qs(urlparse(self.path).query).items()}
        type(self).asked[query["START_TIME"]] += 1
        code, body = self.answer(query)
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body.encode())

    def answer(self, query):
        if self.mode == "busy" or (self.mode == "fails late" and len(self.asked) > 1):
            return 503, "Service Unavailable"
        if self.mode != "good" and self.mode != "fails late":
            return (400, self.mode) if self.mode.startswith("Bad") else (200, f"API VERSION: 1.2\n{self.mode}\n")
        start, stop = (
            tdb_s_from_utc_text(query[key].replace(" ", "T") + " TDB") for key in ("START_TIME", "STOP_TIME")
        )
        steps = int(query["STEP_SIZE"])
        arc = orbit_arc(first_s=start - 745_416_000.0, count=steps + 1, step_s=(stop - start) / steps)
        return 200, horizons_text(arc, target=f"Craft (spacecraft) ({query['COMMAND']})")

    def log_message(self, *_) -> None:
        """Say nothing."""


@contextmanager
def service(mode, monkeypatch):
    Answers.mode, Answers.asked = mode, Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("PERILUNE_HORIZONS_URL", f"http://127.0.0.1:{server.server_port}/api")
    try:
        yield Answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ASK = ("horizons", "--from", "2023-08-16", "--to", "2023-08-16T03:00:00", "--step", "60")


def test_horizons_asks_in_parts_caches_and_joins(monkeypatch):
    monkeypatch.setattr(horizons_query, "ROWS_PER_PART", 70)
    with service("good", monkeypatch) as answers:
        said = done(*ASK, "--", "-85")
        assert "181 states in 1 arcs" in said
        assert sum(answers.asked.values()) == 3
        done("forget", "craft-spacecraft")
        done(*ASK, "--name", "Again", "--", "-85")
        assert sum(answers.asked.values()) == 3
    trajectory = load_mission("again").trajectory
    place, _ = trajectory.state_km(orbit_arc(count=10, first_s=600.0).tdb_s, 301)
    np.testing.assert_allclose(place, orbit_arc(count=10, first_s=600.0).position_km, atol=1e-3)


def test_horizons_goes_on_where_it_was_interrupted(monkeypatch):
    monkeypatch.setattr(horizons_query, "ROWS_PER_PART", 70)
    with service("fails late", monkeypatch) as answers:
        assert "busy" in refused(*ASK, "--", "-86").splitlines()[-1]
        first = set(answers.asked)
    with service("good", monkeypatch) as answers:
        done(*ASK, "--", "-86")
        assert len(answers.asked) == 2
        assert len(first & set(answers.asked)) == 1


@pytest.mark.parametrize("mode, words", [
    ('No ephemeris for target "LRO" after A.D. 2020-JAN-01 00:00:00.0000 TDB', "states of LRO after A.D. 2020-JAN-01"),
    ("No matches found.", "no object of that id"),
    ("Multiple major-bodies match string \"LUNA*\"", "several objects"),
    ("Projected output length (~999999) exceeds 90024 line max -- change step-size", "longer --step"),
    ("Bad dates -- start must be earlier than stop", "does not accept the span"),
    ("busy", "busy"),
    ("something new", "something new"),
])  # fmt: skip
def test_horizons_refusals_are_explained(monkeypatch, mode, words):
    with service(mode, monkeypatch):
        line = refused(*ASK, "--", "-85")
    assert words in line
    assert line.startswith("perilune: asking Horizons")


def test_horizons_out_of_reach_and_strange_words(monkeypatch):
    monkeypatch.setenv("PERILUNE_HORIZONS_URL", "http://127.0.0.1:9/")
    assert "out of reach" in refused(*ASK, "--", "-85")
    monkeypatch.setenv("PERILUNE_HORIZONS_URL", "file:///etc/passwd")
    assert "https" in refused(*ASK, "--", "-85")
    assert "such as -85" in refused(*ASK, "--", "-85';DROP")
    assert "--to must be after" in refused("horizons", "--from", "2023-08-16", "--to", "2023-08-15", "--", "-85")
    assert re.search("--step", refused(*ASK[:-1], "0", "--", "-85"))
