"""The palette's search finds what is meant, and every name finds itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import CommandError
from visualizer.missions.catalogue import load_mission
from visualizer.model.commands import SESSION_COMMANDS
from visualizer.model.places import (
    feature_place_deg,
    ground_name,
    looking_distance_km,
    place_deg,
    place_from_words,
)
from visualizer.model.search import Context, Entry, SearchIndex, folded, merged
from visualizer.model.search_entries import (
    body_entries,
    command_entries,
    feature_entries,
    mission_entries,
    typed_entries,
)
from visualizer.model.session import Session

MISSIONS = ("luna-25", "chandrayaan-3", "slim", "im-1")


@pytest.fixture(scope="module")
def missions():
    return [load_mission(mission_id) for mission_id in MISSIONS]


@pytest.fixture(scope="module")
def index(missions) -> SearchIndex:
    entries = [*command_entries(SESSION_COMMANDS), *body_entries(), *mission_entries(missions), *feature_entries()]
    return SearchIndex(tuple(entries))


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("shack", "feature:Shackleton"),
        ("shakleton", "feature:Shackleton"),
        ("shackelton", "feature:Shackleton"),
        ("SHACKLETON", "feature:Shackleton"),
        ("poincare", "feature:Poincaré"),
        ("von karman", "feature:Von Kármán"),
        ("bekesy", "feature:von Békésy"),
        ("next ev", "command:time.next_event"),
        ("ev next", "command:time.next_event"),
        ("ne", "command:view.zoom_in"),
        ("mare imb", "feature:Mare Imbrium"),
        ("imbrium", "feature:Mare Imbrium"),
        ("luna-25", "mission:luna-25"),
        ("luna 25", "mission:luna-25"),
        ("luna-25 impact", "event:luna-25/impact"),
        ("slim landing", "event:slim/landing"),
        ("vikram", "site:chandrayaan-3/landing-site"),
        ("south pole", "command:view.show_south_pole"),
        ("graticle", "command:view.toggle_graticule"),
        ("moon", "command:view.show_moon"),
        ("mars", "body:mars"),
        ("bullialdus b", "feature:Bullialdus B"),
    ],
)
def test_what_is_meant_comes_first(index, question, key):
    assert index.search(question, Context((), "luna-25"))[0].key == key


def test_whole_words_come_before_words_that_go_on_and_great_features_before_small_ones(index):
    found = index.search("mare")
    seas = [entry for entry in found if entry.kind == "Mare"]
    assert len(seas) > 20
    assert found[: len(seas)] == seas
    sizes = [float(entry.detail.split()[0].replace(",", "")) for entry in seas]
    assert sizes == sorted(sizes, reverse=True)
    assert seas[0].title == "Mare Frigoris"


def test_a_number_that_stands_nowhere_is_not_a_misspelt_one(index):
    aliases = ("Make all text larger",)
    larger = Entry("command:window.larger_text", "Larger text", "Command", aliases=aliases, weight=7.0)
    normal = Entry("command:window.normal_text", "Text at 100 %", "Command", weight=7.0)
    index = SearchIndex((larger, normal, *index.entries))
    assert [entry.key for entry in index.search("text at 100")] == ["command:window.normal_text"]
    assert "command:window.normal_text" not in [entry.key for entry in index.search("text at 150")]


def test_loi_is_lunar_orbit_insertion_of_every_mission_and_the_active_one_first(index):
    found = index.search("loi", Context((), "slim"))
    assert found[0].key == "event:slim/loi"
    assert {"event:chandrayaan-3/loi", "event:im-1/loi", "event:luna-25/insertion-1"} <= {e.key for e in found[:6]}


def test_what_was_chosen_lately_comes_first(index):
    recent = ("feature:Tycho", "command:view.zoom_out")
    assert [entry.key for entry in index.search("", Context(recent))][:2] == list(recent)
    plain = [entry.key for entry in index.search("tycho")]
    again = [entry.key for entry in index.search("tycho", Context(("feature:Tycho Z",)))]
    assert plain.index("feature:Tycho Z") > again.index("feature:Tycho Z") == 1


def test_without_a_question_no_entry_stands_twice(index):
    keys = [entry.key for entry in index.search("", Context(("mission:slim", "mission:gone")), 30)]
    assert keys[0] == "mission:slim"
    assert len(set(keys)) == len(keys) == 30


@pytest.mark.parametrize("question", ["qqqqqq", "   ", "…", "🌑", "(", "x" * 500])
def test_what_means_nothing_finds_nothing_or_what_is_likely(index, question):
    found = index.search(question)
    assert found == [] if question.strip(" …🌑(") else len(found) > 0


FEATURES = feature_entries()


LONG = [e for e in FEATURES if e.kind != "Satellite crater" and len(e.title) > 6]


@given(st.integers(0, len(FEATURES) - 1).map(FEATURES.__getitem__))
@settings(max_examples=120)
def test_every_feature_is_found_by_its_whole_name(index, entry):
    found = index.search(entry.title, count=5)
    assert entry.key in {one.key for one in found}


def test_a_letter_too_few_still_finds_it(index):
    """All names less any letter but the first: a few are other names then (Jansen), with all their satellites."""
    asked, missed = 0, []
    for entry in LONG:
        for place in range(1, len(entry.title)):
            question = entry.title[:place] + entry.title[place + 1 :]
            asked += 1
            if entry.key not in {one.key for one in index.search(question, count=20)}:
                missed.append(question)
    assert asked > 10_000
    assert len(missed) < 0.0025 * asked, missed


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_any_text_may_be_typed(index, text):
    keys = [entry.key for entry in index.search(text, count=10)]
    assert len(set(keys)) == len(keys) <= 10
    assert folded(folded(text)) == folded(text)


def test_all_features_of_the_gazetteer_are_there():
    assert len(FEATURES) == 4172
    assert next(e for e in FEATURES if e.title == "Shackleton").detail == "21 km"


def test_lists_of_entries_are_merged_by_key():
    one, two = Entry("a", "A", "x"), Entry("b", "B", "x")
    assert merged([one], [two, one]) == [one, two]


# ---------------------------------------------------------------- what is typed outright


def test_times_are_read_as_the_active_missions_and_else_as_anothers(missions):
    luna, *_ = missions
    now = luna.event("impact").tdb_s
    (typed,) = typed_entries("2023-08-19 11:10", luna, missions, now)
    assert float(typed.key.rpartition("/")[2]) == tdb_s_from_utc_text("2023-08-19T11:10:00")
    (typed,) = typed_entries("impact-5min", luna, missions, now)
    assert float(typed.key.rpartition("/")[2]) == pytest.approx(now - 300.0)
    (typed,) = typed_entries("2024-01-19 15:00", luna, missions, now)
    assert typed.key.startswith("time:slim/")
    assert typed_entries("1999-01-01", luna, missions, now) == []


@pytest.mark.parametrize("text", ["", "tycho", "12", "next ev", "impact-", "-"])
def test_what_is_no_time_is_none(missions, text):
    assert typed_entries(text, missions[0], missions, 0.0) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [("-57.865, 61.36", (-57.865, 61.36)), ("57.865 S 61.36 E", (-57.865, 61.36)), ("57.9° S, 61.4° W", (-57.9, -61.4)),
     ("0 0", (0.0, 0.0)), ("91, 0", None), ("-5 S 3 E", None), ("12", None)],
)  # fmt: skip
def test_places_are_read(text, place):
    assert place_from_words(text) == place


def test_links_and_places_are_entries_of_their_own(missions):
    (link,) = typed_entries(" perilune:?t=1&m=x", missions[0], missions, 0.0)
    assert (link.kind, link.key) == ("Link", "link:perilune:?t=1&m=x")
    (place,) = typed_entries("57.865 S 61.36 E", missions[0], missions, 0.0)
    assert place.key == "place:-57.865,61.36"


# ---------------------------------------------------------------- places that a camera looks at


def test_a_feature_is_where_the_gazetteer_has_it():
    lat, lon = feature_place_deg("Shackleton")
    assert lat == pytest.approx(-89.67, abs=0.02)
    assert -180.0 <= lon <= 180.0
    with pytest.raises(CommandError, match="Shackelton"):
        feature_place_deg("Shackelton")


@pytest.mark.parametrize("words", ["", "1", "a,b", "91,0", "0,999", "1,2,3", "nan,0"])
def test_what_is_no_place_is_refused(words):
    with pytest.raises(CommandError, match="place"):
        place_deg(words)


def test_the_camera_looks_at_features_places_and_planets(missions):
    session = Session(missions[:1])
    session.focus_on("feature:Tycho", looking_distance_km("feature:Tycho"))
    state = session.frame_state()
    assert "Tycho" in {label.text for label in state.labels}
    assert ground_name("place:-57.865,61.36") in "57.865° S 61.360° E"
    session.focus_on("place:-57.865,61.36", 50.0)
    there = {label.text for label in session.frame_state().labels}
    assert "57.865° S 61.360° E" in there
    for name in ("mars", "sun"):
        session.focus_on(f"body:{name}", 1e7)
        session.frame_state()
    session.focus_on("body:pluto", 1e7)
    with pytest.raises(CommandError, match="pluto"):
        session.frame_state()
