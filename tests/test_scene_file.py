"""Scene files and links: what is written is read again, and every mistake is one line that says where it is."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError, FileFormatError, PeriluneError
from visualizer.missions.alignment import ANCHORS
from visualizer.missions.catalogue import load_mission
from visualizer.model.bookmarks import Bookmark, bookmark_of
from visualizer.model.link import link_of, snapshot_of_link
from visualizer.model.option_names import option_names
from visualizer.model.scene_file import Scene, looks_like_scene, read_scene, scene_from_text, scene_text, write_scene
from visualizer.model.session import Session
from visualizer.model.session_scene import apply_snapshot, request_of_snapshot, snapshot_of
from visualizer.model.snapshot import AXES, Camera, Snapshot
from visualizer.model.toml_text import line_of, toml_text
from visualizer.model.views import VIEWS

IDS = st.sampled_from(["luna-25", "slim", "im-1", "chandrayaan-3", "luna-25/planned", "my-own-2"])
FOCUSES = st.sampled_from(
    ["earth", "moon", "system", "craft:luna-25", "site:luna-25/impact-crater", "feature:Von Kármán M",
     "place:-57.865,61.36", "body:mars"]
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TIMES = st.floats(-9e8, 1.2e9).map(lambda t: utc_text_from_tdb_s(t, 3))
CAMERAS = st.builds(
    Camera,
    focus=FOCUSES,
    axes=st.sampled_from([*AXES, "toward:earth", "toward:site:luna-25/zeeman-crater"]),
    azimuth_deg=st.floats(-180, 180).map(lambda v: round(v, 5)),
    elevation_deg=st.floats(-90, 90).map(lambda v: round(v, 5)),
    distance_km=st.floats(0, 5e8).map(lambda v: float(f"{v:.9g}")),
    fov_deg=st.floats(0.05, 120).map(lambda v: float(f"{v:.7g}")),
    look=st.sampled_from(["focus", "ahead"]),
)


@st.composite
def snapshots(draw):
    missions = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    names = draw(st.lists(st.sampled_from(option_names()), max_size=5, unique=True))
    cut = draw(st.integers(0, len(names)))
    return {
        "time": draw(TIMES),
        "missions": tuple(missions),
        "active": draw(st.sampled_from([None, *missions])),
        "view": draw(st.sampled_from([None, *(view.id for view in VIEWS)])),
        "camera": draw(st.none() | CAMERAS),
        "align": draw(st.sampled_from(list(ANCHORS))),
        "show": tuple(names[:cut]),
        "hide": tuple(names[cut:]),
    }


@st.composite
def scenes(draw):
    bookmarks = draw(st.lists(st.builds(lambda s, t, n: Bookmark(title=t, note=n, **s), snapshots(),
                                        TEXTS.filter(bool), TEXTS), max_size=3))  # fmt: skip
    measures = tuple(draw(st.lists(TEXTS.filter(bool), max_size=2)))
    return Scene(
        **draw(snapshots()), title=draw(TEXTS), bookmarks=tuple(bookmarks), measures=measures,
        panes=draw(st.none() | st.just({"count": 2, "panes": [{"view": "moon"}, {"view": "earth", "linked": True}]})),
        story=draw(st.none() | st.just({"title": "x", "shots": [{"seconds": 2.5, "captions": [{"text": "a\n\""}]}]})),
    )  # fmt: skip


@given(scenes())
@settings(max_examples=150)
def test_a_scene_is_read_as_it_was_written(scene):
    text = scene_text(scene)
    assert scene_from_text(text) == scene
    assert looks_like_scene(text.encode())


@given(snapshots())
@settings(max_examples=150)
def test_a_link_is_read_as_it_was_written(values):
    snapshot = Snapshot(**values)
    link = link_of(snapshot)
    assert "\n" not in link
    assert " " not in link
    again = snapshot_of_link(f" <{link}>\n")
    assert again.tdb_s == snapshot.tdb_s
    same = {"time": snapshot.time, "active": snapshot.active}
    assert again.model_copy(update=same) == snapshot
    assert again.active_id == snapshot.active_id


def test_links_are_short_and_can_be_written_by_hand():
    snapshot = Snapshot(time="2023-08-19T11:10:00", missions=("luna-25",), view="moon")
    assert link_of(snapshot) == "perilune:?t=20230819T111000&m=luna-25&v=moon"
    by_hand = snapshot_of_link("Perilune:?t=2023-08-19 11:10&m=luna-25,slim&o=graticule,-labels&z=landing")
    assert (by_hand.show, by_hand.hide, by_hand.align) == (("graticule",), ("labels",), "landing")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://example.org", "a link looks like perilune:"),
        ("perilune:", "time"),
        ("perilune:?t=20230819T111000", "missions"),
        ("perilune:?t=20230819T111000&m=luna-25&q=1", "no part 'q'"),
        ("perilune:?t=20230819T111000&m=luna-25&v=mars", "view 'mars'"),
        ("perilune:?t=20230819T111000&m=luna-25&c=moon,sun", "six parts"),
        ("perilune:?t=20230819T111000&m=luna-25&c=moon,sun,0,x,1,2", "'x' is not a number"),
        ("perilune:?t=20230819T111000&m=luna-25&c=moon,sun,0,nan,1,2", "elevation_deg"),
        ("perilune:?t=20230819T111000&m=Luna 25", "mission 1: .Luna 25. is no id"),
        ("perilune:?" + "t" * 5000, "not understood"),
    ],
)
def test_a_broken_link_is_one_line(link, words):
    with pytest.raises(CommandError, match=words) as caught:
        snapshot_of_link(link)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


BY_HAND = """\
# what I saw
perilune = 1
time = 2023-08-19T11:10:00Z
missions = ["luna-25"]
show = ["graticule"]

[camera]
focus = "feature:Shackleton"
axes = "site"
elevation_deg = 30
distance_km = 80

[[bookmarks]]
title = "first"
time = "2023-08-16 12:00"
missions = ["luna-25"]

[[bookmarks]]
title = "second"
time = "2023-08-17 05:23"
missions = ["luna-25"]
view = "zeeman"
"""


def test_a_scene_can_be_written_by_hand():
    scene = scene_from_text(BY_HAND)
    assert scene.time == "2023-08-19T11:10:00Z"
    assert scene.camera == Camera(focus="feature:Shackleton", axes="site", elevation_deg=30.0, distance_km=80.0)
    assert [one.title for one in scene.bookmarks] == ["first", "second"]
    assert scene.bookmarks[0].id != scene.bookmarks[1].id


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("perilune = 1", "perilune = 2", r"line 2: comes from a newer Perilune \(format 2, this one reads 1\)"),
        ("perilune = 1", "", "is no scene of Perilune"),
        ("perilune = 1", "perilune = 0", "line 2: perilune = 0: there is no such format"),
        ("elevation_deg", "elevetion_deg", r"line 10: camera, elevetion_deg: there is no such key; did you mean 'elev"),
        ("distance_km = 80", "distance_km = 'far'", "line 11: camera, distance_km: must be a number"),
        ("distance_km = 80", "", "line 7: camera, distance_km: is missing"),
        ("elevation_deg = 30", "elevation_deg = 95", "line 10: camera, elevation_deg: input should be less than"),
        ("Shackleton", "Shackelton", "line 8: camera, focus: feature 'Shackelton': nothing on the Moon"),
        ('["graticule"]', '["grid"]', "show: option 'grid': unknown; one of labels"),
        ("2023-08-17 05:23", "2023-02-30", "line 20: bookmark 2, time: '2023-02-30': there is no such date"),
        ('view = "zeeman"', 'view = "zeemann"', "line 22: bookmark 2, view: view 'zeemann': unknown"),
        ('title = "second"', "title = 2", "line 19: bookmark 2, title: must be a text in quotes"),
        ('missions = ["luna-25"]\nshow', "missions = []\nshow", "line 4: missions: "),
        ("[camera]", "[camera", "line 7"),
        ("time = 2023-08-19T11:10:00Z", "time = soon", "line 3"),
    ],
)
def test_every_mistake_is_one_line_that_says_where(old, new, words):
    assert old in BY_HAND
    with pytest.raises(FileFormatError, match=words) as caught:
        scene_from_text(BY_HAND.replace(old, new, 1), Path("x.perilune"))
    assert str(caught.value).startswith("x.perilune")
    assert "\n" not in str(caught.value)


def complaint_of(text: str) -> str:
    """Return what is said of a scene's text, or nothing."""
    try:
        scene_from_text(text)
    except FileFormatError as error:
        return str(error)
    return ""


def test_damaged_scenes_give_one_line_or_a_scene():
    rng = random.Random(6)
    letters = list("[]{}=\"'\n.,-0123456789abcxyz# \\é\0")
    for _ in range(1500):
        text = list(BY_HAND)
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(text))
            act = rng.random()
            if act < 0.4:
                text[place] = rng.choice(letters)
            elif act < 0.7:
                del text[place : place + rng.randint(1, 30)]
            else:
                text[place:place] = rng.choices(letters, k=rng.randint(1, 5))
        said = complaint_of("".join(text))
        assert "\n" not in said
        assert len(said) < 700


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"\0" * 100, b"perilune = 1\n" + b"[" * 5000, b"[[a]]\n" * 3000])
def test_files_that_are_no_scenes_are_one_line(tmp_path, content):
    path = tmp_path / "x.perilune"
    path.write_bytes(content)
    with pytest.raises(FileFormatError) as caught:
        read_scene(path)
    assert "\n" not in str(caught.value)


def test_a_scene_file_appears_whole(tmp_path):
    path = tmp_path / "new" / "x.perilune"
    scene = scene_from_text(BY_HAND)
    write_scene(path, scene)
    assert read_scene(path) == scene
    assert [one.name for one in path.parent.iterdir()] == ["x.perilune"]
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="writing the scene"):
        write_scene(tmp_path / "file" / "x.perilune", scene)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_scene(tmp_path / "none.perilune")


JSON_LIKE = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, JSON_LIKE, max_size=5))
@settings(max_examples=200)
def test_toml_is_read_as_it_was_written(table):
    assert tomllib.loads(toml_text(table)) == table


def test_lines_of_keys_are_found():
    assert line_of(BY_HAND, ("camera", "axes")) == 9
    assert line_of(BY_HAND, ("bookmarks", 1, "view")) == 22
    assert line_of(BY_HAND, ("bookmarks", 0, "view")) == 13
    assert line_of(BY_HAND, ("nothing",)) is None


# ---------------------------------------------------------------- sessions


@pytest.fixture(scope="module")
def missions():
    return [load_mission(mission_id) for mission_id in ("luna-25", "chandrayaan-3", "slim")]


def test_a_session_comes_back_as_it_was(missions):
    session = Session(missions, shown_ids=["luna-25"])
    session.set_shown("slim", True)
    session.activate("slim")
    session.toggle_option("has_graticule")
    session.toggle_option("has_labels")
    session.clock.seek(session.active.event("landing").tdb_s - 100.0)
    session.focus_on("place:-13.3,25.2", 40.0)
    kept = snapshot_of(session)
    other = Session(missions, shown_ids=["chandrayaan-3"])
    apply_snapshot(other, kept, at_once=True)
    assert other.shown_ids == ["luna-25", "slim"]
    assert (other.active_id, other.options) == ("slim", session.options)
    assert other.clock.epoch_tdb_s == pytest.approx(session.clock.epoch_tdb_s, abs=1e-3)
    assert snapshot_of(other) == kept
    other.frame_state()


def test_a_view_needs_no_camera_until_it_is_turned(missions):
    session = Session(missions, shown_ids=["luna-25"])
    session.choose_view("earth", at_once=True)
    assert snapshot_of(session).camera is None
    session.orbit_camera(0.1, 0.0)
    assert snapshot_of(session).camera is not None


def test_nothing_changes_where_a_snapshot_cannot_be_shown(missions):
    session = Session(missions, shown_ids=["luna-25"])
    before = snapshot_of(session)
    strange = Snapshot(time="2024-01-19T12:00:00", missions=("slim", "apollo-11"))
    lost = Snapshot(time="2024-01-19T12:00:00", missions=("slim",),
                    camera=Camera(focus="craft:luna-25", axes="orbit", distance_km=1.0))  # fmt: skip
    nowhere = Snapshot(time="2024-01-19T12:00:00", missions=("slim",),
                       camera=Camera(focus="site:slim/crater", axes="site", distance_km=1.0))  # fmt: skip
    for wrong, words in ((strange, "'apollo-11' is not here"), (lost, "not among its"), (nowhere, "no such site")):
        with pytest.raises(PeriluneError, match=words):
            apply_snapshot(session, wrong, "x.perilune")
        assert snapshot_of(session) == before


def test_showing_a_snapshot_is_one_jump_of_time(missions):
    session = Session(missions, shown_ids=["luna-25"])
    before = session.clock.epoch_tdb_s
    apply_snapshot(session, Snapshot(time="2023-08-18T00:00:00", missions=("luna-25",), view="zeeman"))
    session.clock.undo()
    assert session.clock.epoch_tdb_s == before
    assert not session.clock.history.can_undo


def test_what_is_drawn_of_a_snapshot(missions):
    scene = scene_from_text(BY_HAND)
    request, tdb_s = request_of_snapshot(scene, missions)
    assert [mission.id for mission in request.missions] == ["luna-25"]
    assert request.options.has_graticule
    assert request.camera.focus == "feature:Shackleton"
    assert tdb_s == scene.tdb_s
    assert bookmark_of(scene, "  a  b ").title == "a b"
