"""The `[flight]` part of a mission document: what it accepts and how it refuses."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.flight_samples import lunar_flight
from visualizer.errors import FileFormatError, MissionError
from visualizer.missions.by_facts.plan import timetable
from visualizer.missions.document import read_document

DOCS = Path(__file__).parents[1] / "docs" / "flight-document.md"


def document_of(tmp_path, text):
    path = tmp_path / "sample.toml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_a_flight_is_read_in_order_of_time(tmp_path):
    table = timetable(document_of(tmp_path, lunar_flight()))
    items = table.sections[0].items
    assert [item.name for item in items] == ["first orbit", "lowering", "lower orbit"]
    assert [item.burn.id for item in items if item.burn is not None] == ["lowering"]
    for before, after in pairwise(items):
        assert before.end_tdb_s == after.start_tdb_s


def test_the_window_of_a_burn_holds_four_sigmas_of_its_start(tmp_path):
    item = timetable(document_of(tmp_path, lunar_flight())).sections[0].items[1]
    assert item.burn.start_tdb_s - item.start_tdb_s == pytest.approx(4.0 * item.burn.start_sigma_s)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('engine = "main"', 'engine = "other"', "names the engine 'other'"),
        ('event_end = "lowered"', 'event_end = "nowhere"', "names the event 'nowhere'"),
        ('[[flight.legs]]\nkind = "burn"', '[[flight.legs]]\nkind = "bang"', "flight.legs"),
        ('direction = "back"', 'direction = "back"\npitch_deg = 3.0', "either direction or"),
        ("delta_v_sigma_m_s = 10.0", "delta_v_sigma_m_s = -1.0", "delta_v_sigma_m_s"),
        ('start_utc = "2023-08-17T02:00:00"', 'start_utc = "soon"', "start_utc"),
    ],
)
def test_what_breaks_the_form_is_refused_in_one_line(tmp_path, old, new, words):
    with pytest.raises(FileFormatError) as refused:
        document_of(tmp_path, lunar_flight().replace(old, new))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_document_without_a_flight_is_refused(tmp_path):
    text = lunar_flight().split("[flight]")[0]
    with pytest.raises(MissionError, match="no \\[flight\\] part"):
        timetable(document_of(tmp_path, text))


def test_legs_that_do_not_follow_each_other_are_refused(tmp_path):
    text = lunar_flight().replace('start_utc = "2023-08-17T02:00:00"', 'start_utc = "2023-08-16T20:00:00"')
    with pytest.raises(MissionError, match="begin"):
        timetable(document_of(tmp_path, text))


def test_the_example_of_the_description_is_of_the_form(tmp_path):
    example = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    facts, flight = example.split("[flight]", 1)
    head = lunar_flight().split("[[facts]]")[0]
    for event in ("launch", "tli-end", "separation", "lunar-orbit"):
        when = "2024-02-15T06:05:00" if event == "launch" else "solved"
        head += f'\n[[events]]\nid = "{event}"\ntitle = "x"\nutc = "{when}"\nkind = "orbit"\nsentence = "x"\n'
    for site, body in (("pad", "earth"), ("landing", "moon")):
        head += f'\n[[sites]]\nid = "{site}"\ntitle = "x"\nkind = "launch"\nbody = "{body}"\n'
        head += 'lat_deg = 28.6\nlon_deg = -80.6\nsource = "x"\n'
    engine = '\n[[spacecraft.engines]]\nid = "upper-stage"\nname = "x"\nthrust_n = 934000.0\n'
    head += engine + 'specific_impulse_s = 348.0\nassumed = true\nsource = "x"\n'
    table = timetable(document_of(tmp_path, f"{head}\n{facts}\n[flight]{flight}"))
    assert [item.burn.id for item in table.sections[0].items if item.burn] == ["tli", "tcm-1", "loi"]
