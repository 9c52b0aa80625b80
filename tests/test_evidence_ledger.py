"""The evidence as a ledger: phases, moments, conflicts, summary, tables, views."""

from __future__ import annotations

import csv
import io

import pytest

from visualizer.missions.catalogue import bundled_mission_ids, load_mission
from visualizer.missions.evidence_ledger import ledger
from visualizer.missions.evidence_tables import HEAD, addresses_in, evidence_csv, evidence_markdown
from visualizer.model.evidence_views import fact_view, go_to_fact
from visualizer.model.session import Session


@pytest.fixture(scope="module")
def mission():
    return load_mission("luna-25")


@pytest.fixture(scope="module")
def book(mission):
    return ledger(mission)


def row_of(book, fact_id):
    """Return a fact's row."""
    return next(row for row in book.rows if row.evidence.id == fact_id)


@pytest.mark.parametrize("mission_id", bundled_mission_ids())
def test_every_mission_has_a_ledger_in_order(mission_id):
    mission = load_mission(mission_id)
    book = ledger(mission)
    assert [row.evidence.id for row in book.rows] == [fact.id for fact in mission.document.facts]
    assert {row.phase for row in book.rows} == set(book.phases())
    first, last = mission.trajectory.span_tdb_s
    for row in book.rows:
        assert row.moment_tdb_s is None or first <= row.moment_tdb_s <= last
        fact_view(mission, mission.document.fact(row.evidence.id), row.moment_tdb_s)
    summary = book.summary
    assert 0 <= summary.within_1 <= summary.within_3 <= summary.judged <= summary.count == len(book.rows)


def test_the_summary_counts_what_the_rows_say(book):
    judged = [abs(r.evidence.sigmas_apart) for r in book.rows if r.is_chosen and r.evidence.sigmas_apart is not None]
    assert all(abs(one - 1.0) > 1e-5 and abs(one - 3.0) > 1e-5 for one in judged)
    assert book.summary.judged == len(judged)
    assert book.summary.chi_square == pytest.approx(sum(one**2 for one in judged))
    assert book.summary.within_1 == sum(one <= 1.0 for one in judged)
    assert f"{len(book.rows)} published facts" in book.summary.text


@pytest.mark.parametrize(
    ("fact_id", "phase", "moment"),
    [
        ("parking-perigee", "Parking orbit", "tli"),
        ("tcm-1-duration", "Transfer", "tcm-1"),
        ("last-burn-duration", "Last burn and fall", "last-burn"),
        ("impact-latitude", "Last burn and fall", None),
    ],
)
def test_a_fact_has_the_phase_and_moment_that_it_is_about(mission, book, fact_id, phase, moment):
    row = row_of(book, fact_id)
    assert row.moment_tdb_s is not None
    assert row.phase == phase
    if moment is not None:
        assert row.moment_tdb_s == pytest.approx(mission.event(moment).tdb_s, abs=61.0)


def test_a_measure_after_a_burn_is_about_its_end():
    mission = load_mission("chandrayaan-3")
    row = row_of(ledger(mission), "ebn-1-orbit-perigee")
    assert row.moment_tdb_s == mission.burn("ebn-1").end_tdb_s


def test_conflicts_stand_side_by_side_with_the_one_that_is_kept(book):
    conflict = book.conflict_of(row_of(book, "orbit-rejected"))
    assert conflict is not None
    assert [row.evidence.id for row in conflict.rows] == ["orbit-perilune", "orbit-rounded-perilune", "orbit-rejected"]
    assert [row.is_chosen for row in conflict.rows] == [True, False, False]
    assert conflict.why.startswith("The solver was given it")
    three = ledger(load_mission("chandrayaan-3"))
    touchdown = three.conflict_of(row_of(three, "touchdown-isro"))
    assert touchdown.rows[0].evidence.id == "touchdown-horizons"
    assert "announcement" in touchdown.why


def test_a_fact_that_is_wrong_alone_is_a_conflict_with_the_flight(book):
    row = row_of(book, "transit-wrong")
    conflict = book.conflict_of(row)
    assert conflict.rows == (row,)
    assert not row.is_chosen
    assert "5.4" in conflict.why
    assert book.conflict_of(row_of(book, "parking-perigee")) is None


def test_addresses_are_found_and_words_are_not():
    assert addresses_in("NASA/LROC: lroc.im-ldi.com/images/1311; news9live 2255913, mlyn.by") == (
        "https://lroc.im-ldi.com/images/1311",
        "https://mlyn.by",
    )
    assert addresses_in("derived from 91.4 x 112.6 km, J. Smith et al.") == ()
    assert addresses_in("http://a.example.org/x?y=1, https://a.example.org/x?y=1.") == (
        "http://a.example.org/x?y=1",
        "https://a.example.org/x?y=1",
    )


def test_the_csv_has_every_fact_and_can_be_read_back(book):
    rows = list(csv.DictReader(io.StringIO(evidence_csv(book.rows))))
    assert tuple(rows[0]) == HEAD
    assert [row["id"] for row in rows] == [row.evidence.id for row in book.rows]
    perilune = next(row for row in rows if row["id"] == "orbit-perilune")
    assert float(perilune["trajectory"]) - float(perilune["published"]) == pytest.approx(float(perilune["residual"]))
    assert perilune["chosen"] == "yes"


def test_the_page_has_a_table_for_each_phase(book):
    page = evidence_markdown(book)
    assert page.startswith("# Luna-25: evidence")
    assert book.summary.text in page
    for phase in book.phases():
        assert f"\n## {phase}\n" in page
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(lines) == len(book.rows) + len(book.phases())
    assert {line.replace("\\|", "").count("|") for line in lines} == {8}
    few = evidence_markdown(book, book.rows[:1])
    assert few.count("## ") == 1


@pytest.mark.parametrize(
    ("fact_id", "focus", "view_id"),
    [
        ("orbit-perilune", "craft:luna-25", ""),
        ("impact-latitude", "site:luna-25/impact-crater", ""),
        ("impact-pontecoulant-g", "site:luna-25/pontecoulant-g", ""),
        ("range-13-august", "", "system"),
        ("zeeman-distance", "", "zeeman"),
        ("launch-time", "site:luna-25/vostochny", ""),
        ("tcm-1-duration", "craft:luna-25", ""),
    ],
)
def test_a_fact_is_shown_in_the_view_of_what_it_is_about(mission, book, fact_id, focus, view_id):
    row = row_of(book, fact_id)
    view = fact_view(mission, mission.document.fact(fact_id), row.moment_tdb_s)
    assert (view.focus, view.view_id) == (focus, view_id)
    session = Session([mission])
    assert go_to_fact(session, mission, row) == view.words
    assert session.clock.epoch_tdb_s == pytest.approx(row.moment_tdb_s)
    assert not session.clock.is_playing
    session.frame_state()
    if focus:
        assert session.camera.focus == focus


def test_an_orbit_is_seen_over_its_body_and_a_burn_beside_the_craft(mission, book):
    far = fact_view(mission, mission.document.fact("orbit-perilune"), row_of(book, "orbit-perilune").moment_tdb_s)
    near = fact_view(mission, mission.document.fact("tcm-1-start"), row_of(book, "tcm-1-start").moment_tdb_s)
    assert far.distance_km > 1000.0
    assert near.distance_km < 1.0


def test_going_to_another_mission_s_fact_makes_it_the_active_one(mission):
    other = load_mission("chandrayaan-3")
    session = Session([mission, other], shown_ids=["luna-25"])
    go_to_fact(session, other, row_of(ledger(other), "touchdown-horizons"))
    assert session.active_id == "chandrayaan-3"
    assert session.clock.epoch_tdb_s == pytest.approx(other.event("touchdown").tdb_s)


def test_a_fact_without_moment_and_view_goes_nowhere(mission, book):
    session = Session([mission])
    before = (session.clock.epoch_tdb_s, session.camera)
    assert go_to_fact(session, mission, row_of(book, "transit-wrong")) == ""
    assert (session.clock.epoch_tdb_s, session.camera) == before
