"""A film's job: what its hash depends on, what is refused, how a command line means it; no picture is drawn."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from visualizer.cli.film_progress import Pace
from visualizer.cli.main import app
from visualizer.errors import CommandError, ExportError, FileFormatError
from visualizer.export.encoding import mixed
from visualizer.export.film import check_film_target
from visualizer.export.formats import PRESETS, format_of_target
from visualizer.export.job import FilmJob, read_job, write_job
from visualizer.export.offscreen import cut_out, reduced
from visualizer.export.partial import kept_hash, set_paused, work_path
from visualizer.export.png import write_bands
from visualizer.export.work import WorkFolder
from visualizer.model.story import story_from_table

SHOT = {"seconds": 2.0, "missions": ["luna-25"], "from": "T+8d", "to": "+10min"}


def story(**more):
    return story_from_table({"title": "Test", "shots": [SHOT | more]})


@pytest.fixture
def job():
    return FilmJob(story(), (64, 36), 24)


# ---------------------------------------------------------------- the job


def test_a_job_is_written_and_read_again(tmp_path, job):
    path = tmp_path / "job.json"
    write_job(path, replace(job, frames=(3, 9), supersample=2), "film.mp4")
    again, target = read_job(path)
    assert target == "film.mp4"
    assert again == replace(job, frames=(3, 9), supersample=2)


@pytest.mark.parametrize(
    "change",
    [{"size_px": (64, 38)}, {"fps": 25}, {"supersample": 2}, {"format_id": "webm"}, {"frames": (0, 5)},
     {"story": story(view="follow")}, {"story": story(to="+11min")}],
)  # fmt: skip
def test_the_hash_depends_on_whatever_changes_a_frame(job, change):
    assert replace(job, **change).hash != job.hash


def test_the_hash_is_the_same_for_the_same_frames(job):
    assert replace(job).hash == job.hash
    assert replace(job, frames=(0, 48)).hash == job.hash
    assert len(job.hash) == 16


def test_the_hash_depends_on_the_flight_itself(job):
    mission = job.film.shots[0].missions[0]
    arc = mission.trajectory.arcs[3]
    moved = replace(arc, position_km=arc.position_km + 1e-6)
    arcs = tuple(moved if one is arc else one for one in mission.trajectory.arcs)
    other = replace(mission, trajectory=type(mission.trajectory)(mission.name, arcs))
    assert replace(job, missions=(other,)).hash != job.hash


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size_px": (65, 36)}, "even"),
        ({"supersample": 5}, "between 1 and 4"),
        ({"is_transparent": True}, "only PNG pictures"),
        ({"format_id": "gif", "fps": 60}, "50 at most"),
    ],
)
def test_what_cannot_be_made_is_refused(job, change, said):
    with pytest.raises(ExportError, match=said):
        replace(job, **change)


@pytest.mark.parametrize("frames", [(5, 5), (9, 3), (-1, 4), (0, 1000)])
def test_frames_that_there_are_not_are_refused(job, frames):
    with pytest.raises(ExportError, match="has 48"):
        replace(job, frames=frames).range  # noqa: B018


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not JSON"), ("[]", "not a job"), ('{"perilune_job": 9}', "not a job"),
     ('{"perilune_job": 1, "colour": 3}', "colour: there is no such key"), ('{"perilune_job": 1}', "not a job that"),
     ('{"perilune_job": 1, "story": {}, "size": "64x36", "fps": 24}', "title")],
)  # fmt: skip
def test_a_broken_job_is_one_line(tmp_path, text, said):
    path = tmp_path / "job.json"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=said):
        read_job(path)


def test_pieces_cover_every_frame_once(job):
    part = replace(job, frames=(5, 47))
    assert [n for piece in part.segments for n in piece] == list(range(5, 47))
    single = replace(part, format_id="png")
    assert all(len(piece) == 1 for piece in single.segments)


def test_a_file_says_what_it_shows(job):
    facts = job.facts()
    assert facts["title"] == "Test"
    for word in ("Luna-25 (reconstructed)", "2023-08-18", "Perilune", job.hash):
        assert word in facts["comment"]


def test_a_part_of_a_film_tells_its_own_time(job):
    first, last = job.film.span_tdb_s(job.range)
    half = replace(job, frames=(0, job.film.n_frames // 2))
    assert half.film.span_tdb_s(half.range)[0] == first
    assert half.film.span_tdb_s(half.range)[1] < last
    assert half.facts()["comment"] != job.facts()["comment"]


def test_what_takes_longer_to_draw_is_kept_more_often(job):
    large = replace(job, size_px=(3840, 2160))
    assert len(replace(job, size_px=(1920, 1080)).segments[0]) == 2 * len(large.segments[0])
    with pytest.raises(ExportError, match="8192 pixels a side at most"):
        replace(job, size_px=(16_384, 8192))
    assert replace(job, size_px=(16_384, 8192), format_id="png").format_id == "png"


# ---------------------------------------------------------------- where it is written


@pytest.mark.parametrize(
    ("name", "wanted"), [("a.mp4", "mp4"), ("a.WEBM", "webm"), ("a.gif", "gif"), ("folder", "png")]
)
def test_the_ending_says_the_format(tmp_path, name, wanted):
    assert format_of_target(tmp_path / name).id == wanted


@pytest.mark.parametrize(("name", "format_id"), [("a.avi", None), ("a.mp4", "webm"), ("a.mp4", "film")])
def test_endings_that_mean_nothing_are_refused(tmp_path, name, format_id):
    with pytest.raises(CommandError):
        format_of_target(tmp_path / name, format_id)


def test_a_folder_with_something_in_it_is_not_written_over(tmp_path, job):
    pictures = replace(job, format_id="png")
    check_film_target(tmp_path / "new", pictures, force=True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(ExportError, match="no empty folder"):
        check_film_target(tmp_path / "full", pictures, force=True)


def test_pieces_are_kept_for_the_same_job_and_thrown_away_for_another(tmp_path, job):
    target = tmp_path / "a.mp4"
    work = WorkFolder(target, job)
    work.open()
    work.piece(job.segments[0]).write_bytes(b"x")
    work.growing(range(9)).write_bytes(b"half")
    # Whoever let it wait is gone.
    set_paused(target, True)
    again = WorkFolder(target, job)
    again.open()
    assert (again.missing(), again.n_done()) == ([], 48)
    assert not list(again.path.glob("*.new*"))
    assert not (again.path / "pause").exists()
    assert kept_hash(target) == job.hash
    other = WorkFolder(target, replace(job, supersample=2))
    other.open()
    assert other.n_done() == 0
    set_paused(target, True)
    assert (work_path(target) / "pause").exists()
    set_paused(target, False)
    other.remove()
    assert list(tmp_path.iterdir()) == []
    assert kept_hash(target) == ""


def test_a_disk_without_room_is_told_before_any_work(tmp_path, job, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1_000_000})())
    work = WorkFolder(tmp_path / "a.mp4", job)
    work.open()
    with pytest.raises(ExportError, match="the disk has 1 MB free"):
        work.check_disk()


# ---------------------------------------------------------------- pixels


def test_what_shows_through_is_told_from_two_backgrounds():
    share, colour = np.array([[0.0, 1.0, 0.5, 0.25]]), np.array([200.0, 100.0, 40.0])
    on_black = share[..., np.newaxis] * colour
    on_white = on_black + (1.0 - share[..., np.newaxis]) * 255.0
    cut = cut_out(np.rint(on_black).astype(np.uint8), np.rint(on_white).astype(np.uint8))
    assert np.allclose(cut[0, :, 3], np.rint(share[0] * 255.0), atol=1)
    assert np.allclose(cut[0, 1:, :3], colour, atol=4)


def test_pictures_are_mixed_by_weight():
    dark, light = np.full((2, 2, 3), 40, np.uint8), np.full((2, 2, 3), 200, np.uint8)
    assert mixed([light], [1.0]) is light
    assert mixed([light], [0.5])[0, 0, 0] == 100
    assert mixed([dark, light], [0.75, 0.25])[0, 0, 0] == 80


def test_a_png_written_in_bands_is_the_picture(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (37, 21, 4)).astype(np.uint8)
    path = tmp_path / "a.png"
    write_bands(path, (21, 37), [pixels[:10], pixels[10:11], pixels[11:]], {"Title": "Луна"})
    with Image.open(path) as image:
        assert image.text["Title"] == "Луна"
        assert np.array_equal(np.asarray(image), pixels)
        assert image.info.get("srgb") == 0
    flat = np.zeros((64, 64, 3), np.uint8)
    write_bands(path, (64, 64), [flat], {})
    assert path.stat().st_size < len(zlib.compress(flat.tobytes())) + 200


def test_supersampled_pixels_are_averaged():
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:2, :2] = 200
    assert reduced(pixels, 2)[0, 0, 0] == 200
    assert reduced(pixels, 4)[0, 0, 0] == 50


# ---------------------------------------------------------------- the command line


def refused(*words):
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="perilune")
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("animate",), "--job FILE"),
        (("animate", "last-orbit"), "-o FILE"),
        (("animate", "first-orbit", "-o", "a.mp4"), "last-orbit"),
        (("animate", "last-orbit", "--from", "launch", "-o", "a.mp4"), "--from: only for a mission"),
        (("animate", "none.toml", "-o", "a.mp4"), "cannot be read"),
        (("animate", "last-orbit", "-o", "a.avi"), ".webm"),
        (("animate", "last-orbit", "--preset", "8k", "-o", "a.mp4"), "vertical"),
        (("animate", "last-orbit", "--preset", "4k", "--size", "64x64", "-o", "a.mp4"), "give one of them"),
        (("animate", "last-orbit", "--frames", "9:3", "-o", "a.mp4"), "0:1350"),
        (("animate", "last-orbit", "--frames", "x", "-o", "a.mp4"), "--frames x"),
        (("animate", "last-orbit", "--transparent", "-o", "a.mp4"), "only PNG pictures"),
        (("animate", "last-orbit", "--supersample", "9", "-o", "a.mp4"), "--supersample"),
        (("animate", "last-orbit", "--workers", "0", "-o", "a.mp4"), "--workers"),
        (("animate", "last-orbit", "--progress", "dots", "-o", "a.mp4"), "--progress dots"),
        (("animate", "last-orbit", "--hide", "wings", "-o", "a.mp4"), "graticule"),
        (("animate", "--job", "none.json"), "cannot be read"),
    ],
)
def test_mistakes_are_one_line(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words)
    assert list(tmp_path.iterdir()) == []


def test_stories_are_listed():
    result = CliRunner().invoke(app, ["stories", "--json"], prog_name="perilune")
    found = {entry["id"]: entry for entry in json.loads(result.stdout)}
    assert found["last-orbit"]["seconds"] == 45.0
    plain = CliRunner().invoke(app, ["stories"], prog_name="perilune")
    assert "six-ways-to-the-moon" in plain.stdout


def test_a_scene_without_a_storyboard_is_told(tmp_path):
    path = tmp_path / "a.perilune"
    path.write_text('perilune = 1\nmissions = ["luna-25"]\nactive = "luna-25"\n')
    said = refused("animate", path, "-o", tmp_path / "a.mp4")
    assert "storyboard" in said or "a.perilune" in said


def test_presets_are_even():
    assert all(side % 2 == 0 for preset in PRESETS.values() for side in preset.size_px)


def test_the_rate_is_that_of_the_last_seconds():
    pace = Pace()
    assert pace.per_s() is None
    for second in range(100):
        pace.note(second * (10 if second < 50 else 2), float(second))
    assert pace.per_s() == pytest.approx(2.0)
    assert pace.left_s(198 + 20) == pytest.approx(10.0)
