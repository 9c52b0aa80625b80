"""Measured maps: fetched from a server on this machine, in one go or in several, checked, made, used, removed."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from test_cli_files import done, refused

from visualizer import resources
from visualizer.core.cube_faces import direction_of_lat_lon, texel_of_direction
from visualizer.core.horizon import SOUTH_EDGE_KM, bundled_horizon
from visualizer.core.slopes import decode_slope
from visualizer.errors import CommandError, FileFormatError
from visualizer.maps import fetching, making, sets, store
from visualizer.maps.installing import install_set

ROWS = 64
HIGH_KM, WAVES = 6.0, 6.0


def tiff(pixels: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format="TIFF")
    return buffer.getvalue()


def hills() -> np.ndarray:
    """Ridges along parallels, as the source codes them; north of the equator the ground rises."""
    lat = np.pi * (0.5 - (np.arange(ROWS) + 0.5) / ROWS)
    km = HIGH_KM * np.sin(WAVES * lat)[:, np.newaxis] + np.zeros((1, 2 * ROWS))
    return np.rint((km + 10.0) * 2000.0).astype(np.uint16)


def colours() -> np.ndarray:
    """Dark west of longitude 0, bright east of it."""
    half = np.full((ROWS, ROWS, 3), 60, dtype=np.uint8)
    return np.concatenate([half, half + 120], axis=1)


FILES = {"colour.tif": tiff(colours()), "height.tif": tiff(hills())}


class Source(BaseHTTPRequestHandler):
    """Serves files, whole or from a byte on; breaks off as often as it is told."""

    files = FILES
    break_after = None
    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *_):
        pass

    def do_GET(self):
        data = type(self).files.get(self.path.strip("/"))
        type(self).asked.append(self.headers.get("Range", ""))
        if data is None:
            self.send_error(404)
            return
        begin = int(re.sub(r"\D", "", self.headers.get("Range", "") or "0"))
        if begin and begin >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        limit, type(self).break_after = type(self).break_after, None
        self.wfile.write(data[begin : None if limit is None else begin + limit])


@contextmanager
def serving(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def source(monkeypatch, tmp_path):
    """A source of one small set, and an empty place for what comes."""
    files = (
        sets.MapFile("colour.tif", "colour", 2 * ROWS, ROWS, len(FILES["colour.tif"])),
        sets.MapFile("height.tif", "height", 2 * ROWS, ROWS, len(FILES["height.tif"])),
    )
    monkeypatch.setattr(sets, "SETS", (sets.MapSet("small", "A small set", files),))
    monkeypatch.setattr(store, "SETS", sets.SETS)
    monkeypatch.setattr(store, "maps_folder", lambda: tmp_path / "maps")
    monkeypatch.setattr(fetching, "BLOCK_BYTES", 1000)
    handler = type("Own", (Source,), {"files": dict(FILES), "asked": []})
    with serving(handler) as address:
        monkeypatch.setenv(sets.BASE_VARIABLE, address)
        yield handler
    resources.stop_overriding("moon/")


def fetch(is_cancelled=lambda: False, told=None):
    return install_set(sets.set_of_id("small"), lambda *said: told is not None and told.append(said), is_cancelled)


def test_maps_come_and_are_drawn_with_then_go(source):
    assert "not here" in done("assets", "list")
    assert "measured maps" in done("assets", "fetch", "moon")
    assert resources.asset_path("moon/albedo_cube.jpg").parent == store.made_folder()
    assert resources.asset_path("moon/features.csv").parent.name == "moon"
    assert resources.asset_path("moon/features.csv").parent != store.made_folder()
    listed = json.loads(done("assets", "list", "--json"))
    assert [row["state"] for row in listed["maps"]] == ["used"]
    assert "made" in done("assets", "use", "made")
    assert not resources.is_overridden("moon/")
    assert store.use() is False
    done("assets", "use", "measured")
    assert resources.is_overridden("moon/")
    assert store.damaged() == []
    assert "MB removed" in done("assets", "remove", "moon")
    assert not resources.is_overridden("moon/")
    assert not store.maps_folder().exists()
    assert "no measured maps" in done("assets", "remove", "moon")


def test_what_is_made_says_what_was_measured(source):
    there = fetch()
    with Image.open(there.folder / "height.png") as image:
        codes = np.asarray(image).astype(float)
    km = codes * 0.0005 - 10.0
    assert np.allclose(km, making.heights_km(hills()), atol=0.001)
    with Image.open(there.folder / "albedo_cube.jpg") as image:
        albedo = np.asarray(image)
    side = albedo.shape[1]
    dark, bright = (pixel(albedo, side, lon) for lon in (-60.0, 60.0))
    assert np.all(bright > dark + 30)
    linear = making.albedo_of(colours())
    weight = np.cos(np.linspace(-0.5, 0.5, ROWS) * np.pi)
    assert np.average(linear.mean(axis=(1, 2)), weights=weight) == pytest.approx(making.MEAN_ALBEDO, rel=1e-3)


def pixel(cube, side, lon_deg, lat_deg=0.0):
    i_face, row, column = texel_of_direction(direction_of_lat_lon(lat_deg, lon_deg), side)
    return cube[i_face * side + row, column].astype(int)


def test_measured_heights_bring_their_own_shadows(source):
    fetch()
    bundled_horizon.cache_clear()
    try:
        horizons = bundled_horizon()
        assert horizons.cube.shape == (16, 6, ROWS // 4, ROWS // 4)
        assert horizons.south is not None
        assert horizons.south_edge_km == SOUTH_EDGE_KM
        assert np.ptp(horizons.cube) > 0
        assert np.ptp(horizons.south) > 0
    finally:
        bundled_horizon.cache_clear()


def test_slopes_point_up_the_hill(source):
    there = fetch()
    with Image.open(there.folder / "slope_cube.jpg") as image:
        slopes = decode_slope(np.asarray(image))
    side = slopes.shape[1]
    for lon_deg in (10.0, 100.0, -150.0):
        i_face, row, column = texel_of_direction(direction_of_lat_lon(0.0, lon_deg), side)
        east, north, up = slopes[i_face * side + row, column] @ frame(lon_deg).T
        assert north == pytest.approx(HIGH_KM * WAVES / 1737.4, rel=0.1)
        assert abs(east) < 6e-4
        assert abs(up) < 6e-4


def frame(lon_deg):
    lon = np.deg2rad(lon_deg)
    return np.array([[-np.sin(lon), np.cos(lon), 0.0], [0.0, 0.0, 1.0], [np.cos(lon), np.sin(lon), 0.0]])


def test_a_broken_download_goes_on_where_it_stopped(source):
    source.break_after = 5000
    words = refused("assets", "fetch", "moon")
    assert "goes on from where it stopped" in words
    assert (store.fetched_folder() / "colour.tif.part").stat().st_size == 5000
    assert store.installed() is None
    source.asked.clear()
    done("assets", "fetch", "moon")
    assert source.asked[0] == "bytes=5000-"
    assert (store.fetched_folder() / "colour.tif").read_bytes() == FILES["colour.tif"]


def test_a_part_that_was_whole_is_not_asked_for_twice(source):
    store.fetched_folder().mkdir(parents=True)
    (store.fetched_folder() / "colour.tif.part").write_bytes(FILES["colour.tif"])
    assert fetch() is not None


def test_cancelling_keeps_what_came_and_uses_nothing(source):
    told = []
    assert fetch(lambda: len(told) > 3, told) is None
    assert store.installed() is None
    assert not resources.is_overridden("moon/")
    assert (store.fetched_folder() / "colour.tif.part").stat().st_size > 0
    assert fetch() is not None


def test_shares_grow_to_one(source):
    told = []
    fetch(told=told)
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture at all", "not a picture"),
        (tiff(colours()[:32]), "64 x 32|128 x 32"),
        (tiff(hills()), "not a map of colour"),
    ],
)
def test_what_is_no_such_map_is_thrown_away(source, data, words):
    source.files["colour.tif"] = data
    assert re.search(words, refused("assets", "fetch", "moon"))
    assert list(store.fetched_folder().glob("colour*")) == []
    source.files["colour.tif"] = FILES["colour.tif"]
    done("assets", "fetch", "moon")


def test_a_source_without_the_file_says_so(source):
    del source.files["height.tif"]
    assert "answered 404" in refused("assets", "fetch", "moon")


def test_a_source_out_of_reach_says_so(source, monkeypatch):
    monkeypatch.setenv(sets.BASE_VARIABLE, "http://127.0.0.1:9/")
    assert "interrupted" in refused("assets", "fetch", "moon")
    monkeypatch.setenv(sets.BASE_VARIABLE, "http://elsewhere.example/")
    assert "https" in refused("assets", "fetch", "moon")


def test_a_full_disk_is_told_before_anything_comes(source, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: usage)
    assert "make room first" in refused("assets", "fetch", "moon")


def test_a_checksum_that_does_not_fit_is_refused(source, monkeypatch):
    wrong = sets.MapFile("colour.tif", "colour", 2 * ROWS, ROWS, 1, "0" * 64)
    with pytest.raises(CommandError, match="not the file that was expected"):
        fetching.fetch_file(wrong, store.fetched_folder(), lambda *_: None)


def test_damage_is_found_and_half_an_installation_is_none(source):
    there = fetch()
    (there.folder / "height.png").write_bytes(b"other")
    assert store.damaged() == ["height.png"]
    (there.folder / "height.png").unlink()
    assert store.installed() is None
    assert store.use() is False


def test_unknown_words_are_refused(source):
    assert "moon" in refused("assets", "fetch", "mars")
    assert "small" in refused("assets", "fetch", "moon", "--size", "huge")
    assert "measured, made" in refused("assets", "use", "real")
    assert "none are installed" in refused("assets", "use", "measured")


def test_pictures_of_another_form_are_refused(tmp_path):
    path = tmp_path / "x.tif"
    path.write_bytes(tiff(hills()))
    with pytest.raises(FileFormatError, match="not a map of colour"):
        making.read_picture(path, sets.MapFile("x.tif", "colour", 2 * ROWS, ROWS, 1))
