"""Pictures and films as files: whole or not at all, never over another without being told."""

from __future__ import annotations

import errno

import av
import numpy as np
import pytest
from PIL import Image

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import ExportError
from visualizer.export import film
from visualizer.export.film import FilmPlan, write_film
from visualizer.export.picture import render_picture, write_png
from visualizer.missions.catalogue import load_mission
from visualizer.model.session import Session

pytestmark = pytest.mark.gl
START, END = "2023-08-16T09:10:00", "2023-08-16T10:10:00"


@pytest.fixture
def session():
    session = Session([load_mission("luna-25")], tdb_s_from_utc_text(START))
    session.choose_view("moon", at_once=True)
    return session


@pytest.fixture
def plan(session):
    request = session.request()
    epochs = tdb_s_from_utc_text(START), tdb_s_from_utc_text(END)
    return FilmPlan(lambda _: request, *epochs, seconds=0.5, fps=12, size_px=(160, 90))


def quiet(done, total):
    """Take progress and say nothing."""


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


def test_a_film_has_every_frame_and_its_colours_are_tagged(tmp_path, plan):
    path = tmp_path / "film.mp4"
    seen = []
    write_film(path, plan, lambda done, total: seen.append((done, total)), force=False, title="test")
    assert seen[-1] == (6, 6)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert len(frames) == 6
        assert frames[0].shape == (90, 160, 3)
        assert stream.codec_context.colorspace == 1
        assert frames[0].std() > 10.0
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_nothing_behind(tmp_path, plan, monkeypatch):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"an older film")
    made = film._video_frame

    def failing(pixels, number):
        if number == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return made(pixels, number)

    monkeypatch.setattr(film, "_video_frame", failing)
    with pytest.raises(ExportError, match="No space left"):
        write_film(path, plan, quiet, force=True)
    assert path.read_bytes() == b"an older film"
    assert list(tmp_path.iterdir()) == [path]


def test_stopping_a_film_leaves_nothing_behind(tmp_path, plan):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_film(tmp_path / "film.mp4", plan, stop, force=False)
    assert list(tmp_path.iterdir()) == []


def test_an_odd_size_is_refused_in_words(tmp_path, session):
    odd = FilmPlan(lambda _: session.request(), 0.0, 1.0, 1.0, 10, (161, 90))
    with pytest.raises(ExportError, match="even"):
        write_film(tmp_path / "film.mp4", odd, quiet, force=False)


def test_a_picture_larger_than_the_driver_takes_is_refused_in_words(session):
    with pytest.raises(ExportError, match="limit"):
        render_picture(session.request(), session.clock.epoch_tdb_s, (100_000, 100))
