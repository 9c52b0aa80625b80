"""Pictures and films as files: whole or not at all, never over another without being told, the same each time."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import ExportError
from visualizer.export import encoding
from visualizer.export.encoding import DrawnFrame
from visualizer.export.film import drawn_frame, write_film
from visualizer.export.job import FilmJob
from visualizer.export.offscreen import OffscreenPainter
from visualizer.export.partial import kept_hash, work_path
from visualizer.export.picture import draw_picture, render_picture, write_png
from visualizer.export.programs import draw_by_workers
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session
from visualizer.model.story import story_from_table

pytestmark = pytest.mark.gl
ROOT = Path(__file__).resolve().parents[2]
START = "2023-08-16T09:10:00"
SIZE = (96, 54)
SHOTS = [
    {"seconds": 0.25, "missions": ["luna-25"], "from": START, "to": "+20min", "view": "moon",
     "transition": "cross-fade", "transition_seconds": 0.125, "captions": [{"text": "{event}", "fade": 0.0}]},
    {"seconds": 0.25, "missions": ["luna-25"], "from": "T+7d", "to": "+2min", "view": "follow"},
]  # fmt: skip
N_FRAMES = 9


@pytest.fixture
def session():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(START))
    session.choose_view("moon", at_once=True)
    return session


@pytest.fixture
def job():
    return FilmJob(story_from_table({"title": "Test", "shots": SHOTS}), SIZE, 24)


@pytest.fixture
def short_pieces(monkeypatch):
    """Let a piece be three frames long."""
    monkeypatch.setattr("visualizer.export.job.SEGMENT_S", 3 / 24)


def quiet(done, total):
    """Take progress and say nothing."""


def frames_of(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


# ---------------------------------------------------------------- pictures


def test_a_picture_has_its_size_and_says_where_it_comes_from(tmp_path, session):
    pixels = render_picture(session.request(), session.clock.epoch_tdb_s, (320, 180))
    path = tmp_path / "Луна.png"
    write_png(path, pixels, force=False, text={"Software": "Perilune", "Mission": "Луна-25"})
    with Image.open(path) as image:
        assert image.size == (320, 180)
        assert image.text["Mission"] == "Луна-25"
        assert np.array_equal(np.asarray(image), pixels)
    assert pixels.std() > 10.0


@pytest.mark.parametrize("name", ["x.jpg", "x", "folder.png"])
def test_a_wrong_name_is_refused_before_any_work(tmp_path, name):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ExportError, match="writing"):
        write_png(tmp_path / name, np.zeros((4, 4, 3), np.uint8), force=True, text={})


def test_nothing_is_overwritten_without_force(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"mine")
    with pytest.raises(ExportError, match="--force"):
        write_png(path, np.zeros((4, 4, 3), np.uint8), force=False, text={})
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("supersample", [1, 2])
def test_tiles_make_the_whole_picture(session, supersample):
    session.choose_view("moon", at_once=True)
    state = session.frame_state()
    with OffscreenPainter((200, 120), supersample) as painter:
        whole = painter.paint(state).astype(int)
    with OffscreenPainter((200, 120), supersample, tile_px=(64 * supersample, 50 * supersample)) as painter:
        bands = list(painter.bands(state))
        tiled = np.concatenate(bands).astype(int)
    assert len(bands) == 3
    # Dithering begins anew in each tile.
    assert np.abs(whole - tiled).max() <= 3


def test_a_picture_written_in_tiles_is_the_picture(tmp_path, session, monkeypatch):
    state, path = session.frame_state(), tmp_path / "a.png"
    with OffscreenPainter((120, 80), 2) as painter:
        whole = painter.paint(state).astype(int)
    monkeypatch.setattr("visualizer.export.offscreen.WHOLE_MOST_PX", 100)
    monkeypatch.setattr("visualizer.export.offscreen.TILE_PX", (70, 50))
    draw_picture(path, state, (120, 80), 2, force=False, text={})
    with Image.open(path) as image:
        assert np.abs(np.asarray(image).astype(int) - whole).max() <= 3


def test_a_transparent_picture_is_there_where_something_is(tmp_path, session):
    state, path = session.frame_state(), tmp_path / "a.png"
    draw_picture(path, state, (160, 90), 1, is_transparent=True, force=False, text={})
    with OffscreenPainter((160, 90), 1) as painter:
        plain = painter.paint(replace(state, options=replace(state.options, has_stars=False))).astype(int)
    with Image.open(path) as image:
        cut = np.asarray(image).astype(int)
    assert cut.shape == (90, 160, 4)
    assert (cut[..., 3] == 0).mean() > 0.3
    # The Moon hides what is behind it, and before black the picture is as always.
    assert (cut[40:50, 75:85, 3] == 255).all()
    on_black = (cut[..., :3] * cut[..., 3:] + 127) // 255
    assert np.abs(on_black - plain).max() <= 3


def test_a_picture_larger_than_the_driver_takes_is_refused_in_words(session):
    with pytest.raises(ExportError, match="limit"):
        render_picture(session.request(), session.clock.epoch_tdb_s, (100_000, 100))


# ---------------------------------------------------------------- frames


def test_a_frame_is_the_same_whatever_was_drawn_before_it(job):
    numbers = [0, 3, 4, 5, 8]
    seen = {}
    for order in (numbers, numbers[::-1]):
        with OffscreenPainter(SIZE, 1) as painter:
            for number in order:
                picture = drawn_frame(painter, job, number).picture(job)
                assert np.array_equal(seen.setdefault(number, picture), picture), number


def test_a_cross_fade_is_between_its_two_pictures(job):
    with OffscreenPainter(SIZE, 1) as painter:
        before, middle, after = (drawn_frame(painter, job, number) for number in (2, 4, 6))
    assert [len(frame.layers) for frame in (before, middle, after)] == [1, 2, 1]
    means = [frame.picture(job).mean() for frame in (before, middle, after)]
    assert min(means[0], means[2]) - 1.0 <= means[1] <= max(means[0], means[2]) + 1.0


def test_captions_are_drawn(job):
    silent = [{**SHOTS[0], "captions": []}, SHOTS[1]]
    other = replace(job, story=story_from_table({"title": "Test", "shots": silent}))
    with OffscreenPainter(SIZE, 1) as painter:
        said, unsaid = (drawn_frame(painter, one, 1).picture(one).astype(int) for one in (job, other))
    changed = np.abs(said - unsaid).max(axis=2) > 20
    assert changed.any()
    assert np.argwhere(changed)[:, 0].min() > SIZE[1] // 3


def test_a_black_frame_is_black(job):
    assert not DrawnFrame(0, ()).picture(job).any()
    assert DrawnFrame(0, ()).picture(replace(job, format_id="png", is_transparent=True)).shape[2] == 4


# ---------------------------------------------------------------- films


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_a_film_has_every_frame(tmp_path, job, short_pieces, name):
    path, seen = tmp_path / name, []
    write_film(path, replace(job, format_id=path.suffix[1:]), lambda done, total: seen.append((done, total)))
    assert (seen[0], seen[-1]) == ((0, N_FRAMES), (N_FRAMES, N_FRAMES))
    frames = frames_of(path)
    assert len(frames) == N_FRAMES
    assert frames[0].shape == (SIZE[1], SIZE[0], 3)
    assert frames[0].std() > 5.0
    assert list(tmp_path.iterdir()) == [path]


def test_a_gif_says_what_it_is(tmp_path, job):
    path = tmp_path / "a.gif"
    film = replace(job, format_id="gif")
    write_film(path, film, quiet)
    with Image.open(path) as image:
        assert film.hash in image.info["comment"].decode()


def test_a_film_says_what_it_is_and_its_colours_are_tagged(tmp_path, job):
    path = tmp_path / "Фильм.mp4"
    write_film(path, job, quiet)
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)
        assert container.metadata["title"] == "Test"
        assert job.hash in container.metadata["comment"]
        assert container.streams.video[0].average_rate == 24


def test_pictures_of_a_film_lie_in_a_folder_by_number(tmp_path, job):
    path = tmp_path / "frames"
    write_film(path, replace(job, format_id="png", frames=(2, 5), is_transparent=True), quiet)
    assert sorted(file.name for file in path.iterdir()) == ["00002.png", "00003.png", "00004.png"]
    with Image.open(path / "00002.png") as image:
        assert (image.size, image.mode) == (SIZE, "RGBA")
        assert "job" in image.text["Comment"]


def test_some_frames_are_those_frames(tmp_path, job):
    write_film(tmp_path / "whole.gif", replace(job, format_id="gif"), quiet)
    write_film(tmp_path / "part.gif", replace(job, format_id="gif", frames=(3, 6)), quiet)
    whole, part = frames_of(tmp_path / "whole.gif"), frames_of(tmp_path / "part.gif")
    assert len(part) == 3
    assert all(np.array_equal(a, b) for a, b in zip(whole[3:6], part, strict=True))


class Stop(Exception):
    """What stops a film in these tests."""


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_a_film_that_was_stopped_goes_on_and_is_the_same_file(tmp_path, job, short_pieces, name):
    job = replace(job, format_id=name[2:])
    write_film(tmp_path / f"whole{name[1:]}", job, quiet)

    def stop(done, _total):
        if done == 7:
            raise Stop

    path = tmp_path / name
    with pytest.raises(Stop):
        write_film(path, job, stop)
    assert not path.exists()
    assert kept_hash(path) == job.hash
    seen = []
    write_film(path, job, lambda done, _total: seen.append(done))
    assert seen[0] >= 3
    assert path.read_bytes() == (tmp_path / f"whole{name[1:]}").read_bytes()
    assert not work_path(path).exists()


def whole_pieces(folder):
    return [path for path in folder.glob("*.mp4") if ".new" not in path.name]


def test_a_killed_process_leaves_pieces_to_go_on_with(tmp_path, job):
    words = [sys.executable, "-m", "visualizer", "animate", "luna-25", "--from", "T+8d", "--to", "+2h", "--fps", "24"]
    words += ["--seconds", "30", "--size", "64x36", "--view", "system", "-o", "a.mp4", "--progress", "json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        pieces = work_path(tmp_path / "a.mp4")
        end = time.monotonic() + 120.0
        while len(whole_pieces(pieces)) < 2 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        process.kill()
        process.communicate(timeout=30)
    stamps = {path.name: path.stat().st_mtime_ns for path in whole_pieces(pieces)}
    assert len(stamps) >= 2
    assert not (tmp_path / "a.mp4").exists()
    with subprocess.Popen(words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.kill()
        process.communicate(timeout=30)
    assert lines[0]["event"] == "begin"
    assert lines[1]["done"] >= 48 * len(stamps)
    assert {name: (pieces / name).stat().st_mtime_ns for name in stamps} == stamps


def test_processes_that_share_a_film_make_the_same_file(tmp_path, monkeypatch):
    job = FilmJob(story_from_table({"title": "Test", "shots": [{**SHOTS[1], "seconds": 4.2}]}), (64, 36), 24)
    write_film(tmp_path / "one.mp4", job, quiet)
    seen = []
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    write_film(tmp_path / "two.mp4", job, lambda done, _total: seen.append(done), drawing=draw_by_workers(2))
    assert seen[-1] == len(job.range)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_full_disk_leaves_the_older_film(tmp_path, job, monkeypatch):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"an older film")
    made = encoding.video_frame

    def failing(pixels, number):
        if number == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return made(pixels, number)

    monkeypatch.setattr(encoding, "video_frame", failing)
    with pytest.raises(ExportError, match="No space left"):
        write_film(path, job, quiet, force=True)
    assert path.read_bytes() == b"an older film"
    assert list(tmp_path.iterdir()) == [path]


def test_stopping_a_film_before_its_first_piece_leaves_nothing_behind(tmp_path, job):
    def stop(done, _total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_film(tmp_path / "film.mp4", job, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_does_not_hold_its_frames_is_not_delivered(tmp_path, job, monkeypatch):
    monkeypatch.setattr("visualizer.export.film.verify_film", lambda path, _job: (_ for _ in ()).throw(
        ExportError(f"writing {path}: 3 of 9 frames arrived")))  # fmt: skip
    with pytest.raises(ExportError, match="3 of 9"):
        write_film(tmp_path / "film.mp4", job, quiet)
    assert not (tmp_path / "film.mp4").exists()


def test_verifying_finds_a_damaged_film(tmp_path, job):
    from visualizer.export.joining import verify_film

    path = tmp_path / "film.mp4"
    write_film(path, job, quiet)
    verify_film(path, job)
    with pytest.raises(ExportError, match="9 of 6 frames"):
        verify_film(path, replace(job, frames=(0, 6)))
    with pytest.raises(ExportError, match="does not decode"):
        verify_film(path, replace(job, size_px=(98, 54)))
