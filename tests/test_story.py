"""Storyboards: read, refused in one line, written and read again; each frame follows from its number alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.errors import CommandError, FileFormatError
from visualizer.missions.catalogue import load_mission
from visualizer.model.camera import CameraState
from visualizer.model.frame_state import build_frame_state
from visualizer.model.story import Shot, read_story, story_from_table, story_to_table, write_story
from visualizer.model.story_camera import CameraPath
from visualizer.model.story_captions import filled, opacity
from visualizer.model.story_frames import NARROWEST, key_of_camera, ready_story
from visualizer.model.story_pace import SLOWNESS, pace_of, slowed
from visualizer.model.story_shelf import ready_made_ids, ready_made_story

ROOT = Path(__file__).resolve().parent.parent
ORBIT = {"seconds": 4.0, "missions": ["luna-25"], "from": "T+8d", "to": "+40min"}
FALL = {"seconds": 3.0, "missions": ["luna-25"], "from": "cutoff", "to": "impact", "view": "follow"}


def story(*shots, **more):
    return story_from_table({"title": "Test", "shots": list(shots), **more})


def film(*shots, fps=30, **more):
    return ready_story(story(*shots, **more), fps)


# ---------------------------------------------------------------- reading and writing


def test_a_story_is_written_and_read_again(tmp_path):
    key = {"at": 0.5, "focus": "moon", "axes": "sun", "azimuth_deg": 10, "elevation_deg": -20, "distance_km": 9000,
           "fov_deg": 40}  # fmt: skip
    caption = {"text": "{event}\n{clock}", "begin": 1.0, "end": 2.5, "place": "title"}
    whole = story(
        ORBIT | {"camera": [key], "captions": [caption], "transition": "cross-fade", "show": ["graticule"]},
        FALL | {"branches": ["luna-25/planned"], "align": "launch", "pace": "slow-near-events"},
        fade_in=1.0, size="1080x1080", fps=60,
    )  # fmt: skip
    path = tmp_path / "Повесть.toml"
    write_story(path, whole)
    assert read_story(path) == whole
    assert story_from_table(story_to_table(whole)) == whole


def test_what_is_as_it_would_be_anyway_is_not_written():
    table = story_to_table(story(ORBIT))
    assert set(table) == {"title", "shots"}
    assert set(table["shots"][0]) == {"seconds", "missions", "from", "to"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seconds": 0}, "shot 1, seconds"),
        ({"colour": 3}, "shot 1, colour: there is no such key"),
        ({"missions": []}, "shot 1, missions"),
        ({"view": "mars"}, "shot 1: view 'mars': unknown; one of system"),
        ({"show": ["wings"]}, "option 'wings': unknown"),
        ({"active": "slim"}, "active 'slim'"),
        ({"align": "dinner"}, "align 'dinner'"),
        ({"slow_near": ["impact"]}, "slow_near"),
        ({"transition": "wipe"}, "transition"),
        ({"captions": [{"text": "{weather}"}]}, "caption 1: text: there is no field {weather}"),
        ({"captions": [{"text": "{"}]}, "caption 1: text"),
        ({"captions": [{"text": "a", "begin": 2.0, "end": 1.0}]}, "caption 1: end 1"),
        ({"captions": [{"text": "a", "begin": 9.0}]}, "caption 1 begins at 9 s"),
        ({"camera": [{"focus": "moon"}]}, "camera key 1: a camera key needs"),
        ({"camera": [{"view": "moon", "focus": "moon"}]}, "not both"),
        ({"view": "moon", "camera": [{"view": "moon"}]}, "not both"),
        ({"camera": [{"view": "moon", "at": 0.5}, {"view": "moon", "at": 0.5}]}, "in order"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(change, said):
    with pytest.raises(CommandError) as caught:
        story(ORBIT | change)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_a_file_names_its_line(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('title = "x"\n\n[[shots]]\nseconds = 1\nmissions = ["luna-25"]\nviews = "moon"\n')
    with pytest.raises(FileFormatError, match=r"line 6: shot 1, views: there is no such key; did you mean 'view'"):
        read_story(path)
    path.write_text("title = \n")
    with pytest.raises(FileFormatError, match="line 1"):
        read_story(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FileFormatError, match="UTF-8"):
        read_story(path)
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_story(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        (ORBIT | {"missions": ["mir"]}, "mission 'mir'"),
        (ORBIT | {"from": "dinner"}, "time 'dinner'"),
        (ORBIT | {"from": "2030-01-01"}, "outside the flight of Luna-25"),
        (ORBIT | {"from": "impact", "to": "launch"}, "before from"),
        (ORBIT | {"branches": ["luna-25/third"]}, "no branch 'third'"),
        (ORBIT | {"branches": ["slim/third"]}, "not among those shown"),
        (ORBIT | {"pace": "slow-near-events", "slow_near": ["dinner"]}, "no event 'dinner'"),
        (ORBIT | {"view": "photo-earth", "missions": ["slim"], "from": "loi"}, "not loaded"),
        (ORBIT | {"camera": [{"focus": "craft:slim", "axes": "orbit", "azimuth_deg": 0, "elevation_deg": 0,
                              "distance_km": 1, "fov_deg": 40}]}, "craft:slim"),
        (ORBIT | {"camera": [{"focus": "moon", "axes": "sideways", "azimuth_deg": 0, "elevation_deg": 0,
                              "distance_km": 9000, "fov_deg": 40}]}, "sideways"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_told_with_the_shot(shot, said):
    with pytest.raises(CommandError, match=re.escape(said)) as caught:
        film(FALL, shot)
    assert "shot 2" in str(caught.value)


def test_the_first_shot_needs_a_time_and_others_go_on_from_the_one_before():
    with pytest.raises(CommandError, match="needs a time to begin"):
        film({"seconds": 1, "missions": ["luna-25"]})
    made = film(ORBIT, {"seconds": 1, "missions": ["luna-25"], "to": "+5min"})
    first, second = (ready.span_tdb_s for ready in made.shots)
    assert second == pytest.approx((first[1], first[1] + 300.0))


# ---------------------------------------------------------------- time


def test_length_is_that_of_the_shots_less_what_cross_fades_share():
    assert story(ORBIT, FALL).seconds == 7.0
    assert story(ORBIT | {"transition": "cross-fade", "transition_seconds": 1.5}, FALL).seconds == 5.5
    with pytest.raises(CommandError, match="longer than the shot"):
        story(ORBIT | {"transition": "cross-fade", "transition_seconds": 3.5}, FALL)


def test_the_last_frame_is_the_last_moment():
    made = film(FALL)
    mission = load_mission("luna-25")
    assert made.layers(0)[0].tdb_s == pytest.approx(mission.event("cutoff").tdb_s)
    assert made.layers(made.n_frames - 1)[0].tdb_s == pytest.approx(mission.event("impact").tdb_s)


def test_a_frame_follows_from_its_number_alone():
    made = film(ORBIT | {"transition": "cross-fade"}, FALL, fade_in=0.5)
    numbers = list(range(0, made.n_frames, 7))
    forwards = {n: made.layers(n) for n in numbers}
    again = film(ORBIT | {"transition": "cross-fade"}, FALL, fade_in=0.5)
    for n in reversed(numbers):
        here, there = forwards[n], again.layers(n)
        assert [(a.tdb_s, a.weight, a.captions, a.request.camera) for a in here] == [
            (b.tdb_s, b.weight, b.captions, b.request.camera) for b in there
        ]


@given(n=st.integers(0, 179))
def test_weights_are_shares_and_add_up_to_one_but_for_fades(n):
    made = CROSSED
    layers = made.layers(n)
    assert 0.0 <= sum(layer.weight for layer in layers) <= 1.0 + 1e-9
    at_s = n / made.fps
    if 3.0 < at_s < 4.0:
        assert len(layers) == 2
    if 0.5 <= at_s < 5.5:
        assert sum(layer.weight for layer in layers) == pytest.approx(1.0, abs=2e-3)


CROSSED = film(ORBIT | {"transition": "cross-fade", "transition_seconds": 1.0}, FALL, fade_in=0.5, fade_out=0.5)


def test_a_fade_goes_through_black():
    made = film(ORBIT | {"transition": "fade", "transition_seconds": 1.0}, FALL)
    assert made.layers(120) == ()
    assert made.layers(113)[0].weight < 1.0
    assert made.layers(60)[0].weight == 1.0


@given(share=st.floats(0.0, 1.0), event=st.floats(0.05, 0.95))
def test_slowed_time_keeps_its_ends_and_its_order(share, event):
    assert slowed(0.0, [event]) == 0.0
    assert slowed(1.0, [event]) == 1.0
    later = min(1.0, share + 0.01)
    assert slowed(later, [event]) >= slowed(share, [event])


def test_time_is_slowest_at_the_event():
    pace = pace_of("slow-near-events", [0.4])
    shares = np.linspace(0.0, 1.0, 2001)
    rate = np.gradient([pace(s) for s in shares], shares)
    slowest = int(np.argmin(rate))
    assert pace(float(shares[slowest])) == pytest.approx(0.4, abs=0.005)
    assert rate.max() / rate.min() == pytest.approx(1.0 + SLOWNESS, rel=0.05)
    assert pace_of("slow-near-events", [])(0.3) == 0.3
    assert pace_of("eased", [])(0.5) == 0.5
    assert pace_of("eased", [])(0.1) < 0.05


# ---------------------------------------------------------------- camera

HERE = CameraState("moon", "sun", 0.0, 0.0, 10_000.0, 0.7)


def path(*states, at=None):
    return CameraPath(tuple(at or np.linspace(0.0, 1.0, len(states)).tolist()), states)


def test_between_two_keys_of_one_thing_the_numbers_go_evenly():
    there = CameraState("moon", "sun", 4.0 * np.pi, 0.4, 2_500.0, 0.7)
    middle = path(HERE, there).moment(0.5)
    assert middle.camera_from is None
    # Twice round, and half-way in the logarithm of the distance.
    assert middle.camera.azimuth_rad == pytest.approx(2.0 * np.pi)
    assert middle.camera.distance_km == pytest.approx(5_000.0)


def test_keys_are_passed_smoothly_and_never_overshot():
    states = [
        HERE,
        CameraState("moon", "sun", 1.0, 0.0, 5_000.0, 0.7),
        CameraState("moon", "sun", 1.2, 0.0, 9_000.0, 0.7),
    ]
    curve = path(*states)
    shares = np.linspace(0.0, 1.0, 401)
    azimuth = np.array([curve.moment(s).camera.azimuth_rad for s in shares])
    distance = np.array([curve.moment(s).camera.distance_km for s in shares])
    assert azimuth[200] == pytest.approx(1.0)
    assert np.all(np.diff(azimuth) >= -1e-9)
    assert distance.min() >= 5_000.0 - 1e-6
    rate = np.gradient(azimuth, shares)
    assert np.abs(np.diff(rate)).max() < 0.1


def test_where_what_is_looked_at_changes_the_camera_flies():
    craft = CameraState("craft:luna-25", "orbit", 0.5, 0.2, 0.02, 0.7)
    moment = path(HERE, craft).moment(0.25)
    assert (moment.camera, moment.camera_from, moment.fraction) == (craft, HERE, 0.25)
    assert path(HERE, craft).moment(1.0).camera == craft
    rests = path(HERE, craft, at=(0.2, 0.6))
    assert rests.moment(0.1).camera == HERE
    assert rests.moment(0.9).camera == craft


def test_a_flight_between_keys_begins_and_ends_where_the_keys_are():
    keys = [{"at": 0.0, "view": "moon"}, {"at": 1.0, "view": "follow"}]
    made = film(ORBIT | {"camera": keys})
    alone = [film(ORBIT | {"view": view}) for view in ("moon", "follow")]
    for share, one in ((0.0, alone[0]), (1.0, alone[1])):
        layer, wanted = (made.shots[0].layer(share, 1.0), one.shots[0].layer(share, 1.0))
        pose, other = layer.state().camera, wanted.state().camera
        # The named view of the last key is that of the end of the shot.
        if share == 0.0:
            assert np.allclose(pose.pos_wrt_earth_icrf_km, other.pos_wrt_earth_icrf_km)
    half = made.shots[0].layer(0.5, 1.0).state().camera
    assert np.all(np.isfinite(half.pos_wrt_earth_icrf_km))


def test_a_camera_becomes_a_key_and_the_same_camera_again():
    state = CameraState("craft:luna-25", "orbit", -2.5, 0.31, 0.0095, 0.84, "ahead")
    made = film(ORBIT | {"camera": [key_of_camera(state).model_dump(exclude_none=True)]})
    again = made.shots[0].camera.states[0]
    assert (again.focus, again.axes, again.look) == (state.focus, state.axes, state.look)
    assert again.azimuth_rad == pytest.approx(state.azimuth_rad, abs=1e-12)
    assert again.distance_km == state.distance_km


def test_a_narrow_picture_shows_as_much_from_side_to_side():
    wide, narrow = (ready_story(story(ORBIT), aspect=aspect).layers(0)[0].state().camera for aspect in (16 / 9, 9 / 16))
    across = np.tan(wide.fov_rad / 2) * NARROWEST, np.tan(narrow.fov_rad / 2) * 9 / 16
    assert across[1] == pytest.approx(across[0])
    assert wide.fov_rad == ready_story(story(ORBIT)).layers(0)[0].request.camera.fov_rad


# ---------------------------------------------------------------- words


def test_captions_come_and_go():
    assert [opacity(t, 1.0, 3.0, 0.5) for t in (0.5, 1.0, 1.25, 2.0, 3.0, 3.5)] == [0.0, 0.0, 0.5, 1.0, 0.0, 0.0]
    assert opacity(1.0, 1.0, 3.0, 0.0) == 1.0
    # A caption that is shorter than its two fades still reaches its middle.
    assert opacity(1.5, 1.0, 2.0, 5.0) == 1.0


def test_fields_are_filled_from_the_frame():
    made = film(FALL | {"captions": [{"text": "x", "fade": 0.0}]})
    layer = made.shots[0].layer(1.0, 1.0)
    mission = layer.request.missions[0]
    state = build_frame_state(layer.request, layer.tdb_s)
    assert filled("{event}, {mission}", state, mission) == "Impact, Luna-25"
    assert filled("{clock}", state, mission).startswith("2023-08-19 11:57:42")
    assert filled("{date}", state, mission) == "19 August 2023"
    assert filled("{met}", state, mission).startswith("T+8d 12:46")
    assert filled("{provenance}", state, mission).startswith("reconstructed, ±")
    assert "DE440" in filled("{credit}", state, mission)
    assert filled("{{event}}", state, mission) == "{event}"


def test_captions_arrive_in_the_frame_state():
    made = film(ORBIT | {"captions": [{"text": "{mission}", "begin": 1.0, "end": 2.0, "place": "upper"}]})
    assert made.layers(10)[0].state().captions == ()
    (caption,) = made.layers(45)[0].state().captions
    assert (caption.text, caption.place, caption.opacity) == ("Luna-25", "upper", 1.0)


def test_branches_that_are_not_wanted_are_not_there():
    assert film(ORBIT).shots[0].missions[0].branches
    assert film(ORBIT | {"branches": []}).shots[0].missions[0].branches == ()
    beside = film(ORBIT | {"missions": ["luna-25", "luna-25/planned"]})
    assert [mission.id for mission in beside.shots[0].missions] == ["luna-25", "luna-25/planned"]


# ---------------------------------------------------------------- the ready-made ones


@pytest.mark.parametrize(
    ("story_id", "seconds"),
    [
        ("luna-25-eleven-days", 60.0),
        ("last-orbit", 45.0),
        ("race-to-the-south-pole", 60.0),
        ("six-ways-to-the-moon", 40.0),
    ],
)
def test_ready_made_stories_have_their_length_and_every_frame(story_id, seconds):
    made = ready_made_story(story_id)
    assert made.seconds == pytest.approx(seconds)
    ready = ready_story(made)
    for number in range(0, ready.n_frames, 97):
        for layer in ready.layers(number):
            layer.state()


def test_ready_made_stories_are_those_in_the_folder():
    assert set(ready_made_ids()) >= {"last-orbit", "six-ways-to-the-moon"}
    with pytest.raises(CommandError, match="last-orbit"):
        ready_made_story("first-orbit")


def test_the_form_is_as_it_is_documented():
    wanted = {field.alias or name for name, field in Shot.model_fields.items()}
    shots = ROOT / "assets" / "stories"
    text = "\n".join(path.read_text(encoding="utf-8") for path in shots.glob("*.toml"))
    used = {line.split(" = ")[0] for line in text.splitlines() if " = " in line and line[0].islower()}
    assert used - {"title", "summary", "fps", "size", "fade_in", "fade_out"} <= wanted


def test_the_example_of_the_documentation_is_a_story():
    text = (ROOT / "docs" / "storyboard.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    made = ready_story(story_from_table(tomllib.loads(example)))
    assert made.layers(60)[0].state().captions[0].text.startswith("Last burn begins")
    named = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert named <= {field.alias or name for name, field in Shot.model_fields.items()}
