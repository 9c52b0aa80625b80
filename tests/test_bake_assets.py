"""Facts that the baked pictures, catalogue and model must show; pure, on the shipped files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visualizer.bake import cubemap, mesh_parts, models, moon_features, moon_slope
from visualizer.bake.craft import occlusion
from visualizer.bake.craft.glb_write import write_glb
from visualizer.bake.craft.materials import WHITE
from visualizer.bake.craft.occlusion import divided, sky_seen
from visualizer.bake.stars import write_npz
from visualizer.errors import AssetError

ASSETS = Path(__file__).resolve().parents[1] / "assets"


@cache
def picture(relative: str) -> np.ndarray:
    with Image.open(ASSETS / relative) as image:
        return np.asarray(image)


def around(relative: str, lat_deg: float, lon_deg: float, reach_deg: float) -> np.ndarray:
    """Return the mean value of a cube map over a small square of latitude and longitude."""
    pixels = picture(relative)
    size = pixels.shape[1]
    offsets = np.linspace(-reach_deg, reach_deg, 9)
    lat, lon = np.meshgrid(lat_deg + offsets, lon_deg + offsets / np.cos(np.radians(lat_deg)))
    face, row, column = cubemap.texel_of_direction(cubemap.direction_of_lat_lon(lat, lon), size)
    return pixels[face * size + row, column].astype(float).reshape(lat.size, -1).mean(axis=0)


def height_m(lat_deg: float, lon_deg: float) -> float:
    metres = picture("moon/height.png").astype(np.float32) * 0.5 - 10000
    return float(cubemap.sample_equirect(metres, cubemap.direction_of_lat_lon([lat_deg], [lon_deg]))[0])


@pytest.mark.parametrize("size_px", [1, 7, 64])
def test_every_texel_centre_finds_its_own_texel(size_px: int) -> None:
    for i_face in range(6):
        face, row, column = cubemap.texel_of_direction(cubemap.face_directions(i_face, size_px), size_px)
        expected_row, expected_column = np.indices((size_px, size_px))
        assert (face == i_face).all()
        assert (row == expected_row).all()
        assert (column == expected_column).all()


@pytest.mark.parametrize(
    "direction, face, s_t",
    [
        ((1, 0.5, 0), 0, (0.5, 0.25)),
        ((1, 0, 0.5), 0, (0.25, 0.5)),
        ((-1, 0, 0.5), 1, (0.75, 0.5)),
        ((0.5, 1, 0), 2, (0.75, 0.5)),
        ((0, 1, 0.5), 2, (0.5, 0.75)),
        ((0, -1, 0.5), 3, (0.5, 0.25)),
        ((0.5, 0, 1), 4, (0.75, 0.5)),
        ((0.5, 0, -1), 5, (0.25, 0.5)),
    ],
)
def test_faces_follow_the_table_of_opengl(direction: tuple, face: int, s_t: tuple) -> None:
    i_face, row, column = cubemap.texel_of_direction(np.array(direction), 1000)
    assert i_face == face
    assert (column / 1000, row / 1000) == pytest.approx(s_t, abs=0.002)


def test_equirect_sampling_is_exact_for_a_linear_function_of_direction() -> None:
    lat = np.radians(90 - (np.arange(180) + 0.5))[:, None]
    lon = np.radians((np.arange(360) + 0.5) - 180)[None, :]
    field = (np.cos(lat) * np.sin(lon) + 0.3 * np.sin(lat)).astype(np.float32)
    direction = cubemap.direction_of_lat_lon([0, 89.9, -89.9, 20, 45], [179.99, 10, -130, -179.99, 30])
    expected = direction[:, 1] + 0.3 * direction[:, 2]
    assert cubemap.sample_equirect(field, direction) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize("sea", [(17, 59), (27, 18), (33, -17), (8, 30), (-24, -39), (27.5, 148), (18, -57)])
def test_seas_are_darker_than_the_southern_highlands(sea: tuple[float, float]) -> None:
    highland = around("moon/albedo_cube.jpg", -35, 15, 3).mean()
    assert around("moon/albedo_cube.jpg", *sea, 1.5).mean() < 0.85 * highland


def test_tycho_is_bright_and_plato_dark() -> None:
    highland = around("moon/albedo_cube.jpg", -35, 15, 3).mean()
    assert around("moon/albedo_cube.jpg", -43.3, -11.2, 1.5).mean() > highland
    assert around("moon/albedo_cube.jpg", 51.6, -9.4, 0.6).mean() < 0.85 * highland


def test_tranquillitatis_is_bluer_than_serenitatis() -> None:
    blue, red = around("moon/albedo_cube.jpg", 9, 29, 3), around("moon/albedo_cube.jpg", 28, 18, 3)
    assert blue[2] / blue[0] > red[2] / red[0] + 0.02


def test_impact_point_of_luna_25_has_its_height() -> None:
    assert height_m(-57.865, 61.360) == pytest.approx(-360, abs=10)


def test_heights_span_what_the_moon_does() -> None:
    metres = picture("moon/height.png").astype(float) * 0.5 - 10000
    assert metres.shape == (2048, 4096)
    assert -9500 < metres.min() < -6500
    assert 6500 < metres.max() < 11000


def test_far_side_highlands_stand_over_south_pole_aitken() -> None:
    highland = np.mean([height_m(8 + d, -160 + 2 * d) for d in (-6, -3, 0, 3, 6)])
    basin = np.mean([height_m(-52 + d, -168 + 2 * d) for d in (-6, -3, 0, 3, 6)])
    assert highland > basin + 4000


def test_slopes_are_tangent_and_climb_out_of_copernicus() -> None:
    code = picture("moon/slope_cube.jpg")
    size = code.shape[1]
    direction = cubemap.face_directions(0, size)[::16, ::16].reshape(-1, 3)
    face, row, column = cubemap.texel_of_direction(direction, size)
    slope = moon_slope.decode_slope(code[face * size + row, column])
    radial = np.einsum("ij,ij->i", slope, direction)
    assert np.sqrt(np.mean(radial**2)) < 0.35 * np.sqrt(np.mean(slope**2))
    wall = cubemap.direction_of_lat_lon(9.621 + np.linspace(-0.3, 0.3, 9), np.full(9, -20.079 + 1.3))
    face, row, column = cubemap.texel_of_direction(wall, size)
    east = np.array([-np.sin(np.radians(-18.8)), np.cos(np.radians(-18.8)), 0])
    assert (moon_slope.decode_slope(code[face * size + row, column]) @ east).mean() > 0.05


def test_slope_code_returns_what_went_in() -> None:
    slope = np.linspace(-0.8, 0.8, 801, dtype=np.float32)
    assert moon_slope.decode_slope(moon_slope.code_slope(slope)) == pytest.approx(slope, abs=0.009)


def test_gradient_on_a_face_matches_a_known_function() -> None:
    size = 64
    for i_face in range(6):
        direction = cubemap.face_directions(i_face, size, 1).astype(float)
        level = direction[..., 0] + 2 * direction[..., 2]
        by_s = (level[1:-1, 2:] - level[1:-1, :-2]) * size / 4
        by_t = (level[2:, 1:-1] - level[:-2, 1:-1]) * size / 4
        p = direction[1:-1, 1:-1]
        slope = moon_slope.tangent_gradient(by_s, by_t, i_face, size)
        expected = np.array([1, 0, 2]) - (p[..., :1] + 2 * p[..., 2:]) * p
        assert np.abs(slope - expected).max() < 2e-3


def test_sahara_is_redder_than_the_atlantic_and_water_is_where_it_should_be() -> None:
    sahara, atlantic = around("earth/colour_cube.jpg", 23, 10, 2), around("earth/colour_cube.jpg", 25, -40, 2)
    assert sahara[0] / sahara[2] > 1.2 > 1 > atlantic[0] / atlantic[2]
    for lat, lon, is_water in [
        (25, -40, 1),
        (-20, 80, 1),
        (0, -150, 1),
        (23, 10, 0),
        (-25, 133, 0),
        (55, 100, 0),
        (-82, 30, 0),
    ]:
        assert around("earth/water_cube.png", lat, lon, 1)[0] == pytest.approx(255 * is_water, abs=3)


def test_stars_are_unit_vectors_and_sirius_is_the_brightest() -> None:
    with np.load(ASSETS / "stars" / "bright_stars.npz") as stars:
        length = np.linalg.norm(stars["dir_icrf_unit"], axis=1)
        assert length == pytest.approx(1, abs=1e-6)
        brightest = int(np.argmin(stars["v_mag"]))
        assert stars["name"][brightest] == "Sirius"
        assert stars["dir_icrf_unit"][brightest] @ cubemap.direction_of_lat_lon(-16.7161, 101.2871) > 1 - 1e-6
        assert {stars[key].shape[0] for key in stars.files} == {8404}
        assert (stars["temperature_k"] > 1500).all()


@pytest.mark.parametrize(
    ("name", "size_m"),
    [("luna-25", (2.8, 2.8, 3.5)), ("vikram", (3.2, 3.2, 2.5)), ("orion", (13.6, 13.6, 7.4)), ("icps", (5.1, 5.1, 14))],
)
def test_a_craft_has_its_size(name: str, size_m: tuple[float, float, float]) -> None:
    mesh = models.RECIPES[name]().mesh
    assert np.ptp(mesh.position_m, axis=0) == pytest.approx(size_m, rel=0.12)
    assert np.linalg.norm(mesh.normal_unit, axis=1) == pytest.approx(1, abs=1e-9)


def test_a_corner_under_a_roof_sees_less_sky(monkeypatch: pytest.MonkeyPatch) -> None:
    # Coarser than what is shipped: the roof is 45 cells across.
    monkeypatch.setattr(occlusion, "MAP_CELLS", 130)
    monkeypatch.setattr(occlusion, "DIRECTIONS", 64)
    floor = mesh_parts.prism(mesh_parts.rectangle(4, 4), -0.1, 0.0, WHITE)
    roof = mesh_parts.prism(mesh_parts.rectangle(2, 2), 0.6, 0.7, WHITE)
    mesh = divided(mesh_parts.joined([floor, roof]), 0.5)
    sky = sky_seen(mesh)
    above = (np.abs(mesh.position_m[:, 2]) < 1e-9) & (mesh.normal_unit[:, 2] > 0.9)
    reach = np.abs(mesh.position_m[:, :2]).max(axis=1)
    assert sky[above & (reach < 0.3)].mean() < 0.35
    assert sky[above & (reach > 1.9)].mean() > 0.7
    lid = (mesh.position_m[:, 2] > 0.69) & (mesh.normal_unit[:, 2] > 0.9)
    assert sky[lid].min() > 0.95


def test_a_model_is_the_same_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each direction of light is worked out in the same way.
    monkeypatch.setattr(occlusion, "DIRECTIONS", 8)
    monkeypatch.setattr(occlusion, "MAP_CELLS", 130)
    for number in (1, 2):
        model = models.RECIPES["luna-24-capsule"]()
        mesh = divided(model.mesh, model.finest_m)
        write_glb(tmp_path / f"{number}.glb", "x", mesh, sky_seen(mesh), model.nozzles, "")
    assert (tmp_path / "1.glb").read_bytes() == (tmp_path / "2.glb").read_bytes()


def test_a_rod_ends_where_it_is_told_to() -> None:
    for start, end in [((0, 0, 0), (0, 0, -2)), ((1, 2, 3), (1.5, 2, 3)), ((0, 0, 0), (0, 0, 1))]:
        rod = mesh_parts.rod(start, end, 1e-6, WHITE)
        low, high = np.minimum(start, end), np.maximum(start, end)
        assert rod.position_m.min(axis=0) == pytest.approx(low, abs=1e-5)
        assert rod.position_m.max(axis=0) == pytest.approx(high, abs=1e-5)


def test_archives_do_not_depend_on_the_clock(tmp_path: Path) -> None:
    arrays = {"a": np.arange(5), "name": np.array(["x", "yz"])}
    write_npz(tmp_path / "1.npz", arrays)
    write_npz(tmp_path / "2.npz", arrays)
    assert (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()


def test_names_are_readable_and_a_missing_table_is_told() -> None:
    names = {f.name for f in moon_features.load_features(ASSETS / "moon" / "features.csv")}
    assert {"Schrödinger", "Von Kármán", "Boguslawsky", "Tycho"} <= names
    with pytest.raises(AssetError, match="gazetteer"):
        moon_features.load_features(Path("nowhere.csv"))
