"""Binary glTF: what the recipes write is read back, other tools' ways of writing too, damage is refused in one line."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from formats import fuzz
from visualizer.bake.craft.glb_write import write_glb
from visualizer.bake.craft.materials import GOLD, WHITE
from visualizer.bake.craft.parts import Nozzle
from visualizer.bake.mesh_parts import box, joined, sphere
from visualizer.errors import FileFormatError
from visualizer.formats.glb import read_glb
from visualizer.resources import asset_path

VARIANTS = 1500


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("glb") / "sample.glb"
    mesh = joined([box((1.0, 2.0, 3.0), WHITE), sphere(0.5, GOLD, 12, 8).moved((0, 0, 2.0))])
    sky = np.linspace(0.2, 1.0, len(mesh.position_m))
    write_glb(path, "sample", mesh, sky, [Nozzle("main", (0.0, 0.0, -1.5), 0.25)], "a sample")
    return path


def packed(document: dict, binary: bytes = b"") -> bytes:
    """Return a file of a document and a buffer."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def triangle(**other) -> tuple[dict, bytes]:
    """Return a document with one triangle of floats, without indices, normals and material."""
    corners = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0]], dtype="<f4").tobytes()
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "top", "mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"byteLength": 36}],
    }
    return document | other, corners


def test_what_is_written_is_read_back_with_y_up(sample):
    model = read_glb(sample)
    assert model.name == "sample"
    # Body axes (x, y, z) are glTF's (x, z, -y).
    assert np.ptp(model.position_m, axis=0) == pytest.approx([1.0, 4.0, 2.0], abs=2e-3)
    assert model.position_m[:, 1].max() == pytest.approx(2.5, abs=1e-3)
    assert np.linalg.norm(model.normal_unit, axis=1) == pytest.approx(1.0, abs=1e-4)
    corners = model.position_m[model.index]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.einsum("ij,ij->i", facing, model.normal_unit[model.index].mean(axis=1)) > 0).all()
    golden = model.surface[:, 0] == GOLD.metallic
    assert model.colour_linear[golden][0] == pytest.approx(GOLD.colour)
    assert model.surface[golden][0, 1:3] == pytest.approx([GOLD.roughness, GOLD.crinkle])
    assert model.surface[:, 3].min() == pytest.approx(0.2, abs=0.01)
    (nozzle,) = model.nozzles
    assert (nozzle.name, nozzle.exit_radius_m) == ("main", 0.25)
    assert nozzle.place_m == pytest.approx([0.0, -1.5, 0.0], abs=1e-9)
    assert nozzle.direction_unit == pytest.approx([0.0, -1.0, 0.0], abs=1e-9)


def test_a_plain_triangle_gets_a_flat_normal_and_its_nodes_are_followed(tmp_path):
    document, corners = triangle()
    document["nodes"] = [
        {"children": [1], "translation": [10, 0, 0], "rotation": [0, 0, 0.7071067811865476, 0.7071067811865476]},
        {"mesh": 0, "scale": [1, 2, 1]},
    ]
    path = tmp_path / "triangle.glb"
    path.write_bytes(packed(document, corners))
    model = read_glb(path)
    assert model.position_m == pytest.approx(np.array([[10, 0, 0], [10, 2, 0], [6, 0, 0]]), abs=1e-9)
    assert model.normal_unit == pytest.approx(np.tile([0, 0, 1], (3, 1)), abs=1e-9)


def test_a_matrix_serves_as_well_as_its_parts(tmp_path):
    document, corners = triangle()
    document["nodes"] = [{"mesh": 0, "matrix": [0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1]}]
    path = tmp_path / "matrix.glb"
    path.write_bytes(packed(document, corners))
    assert read_glb(path).position_m[1] == pytest.approx([5, 8, 7])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "KHR_draco_mesh_compression"),
        ({"buffers": [{"byteLength": 36, "uri": "far.bin"}]}, "another file"),
        ({"asset": {"version": "1.0"}}, "not glTF 2.0"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "bites its tail"),
        ({"nodes": [{"mesh": 0, "scale": [1e9, 1, 1]}]}, "sense"),
        ({"nodes": [{"mesh": 0, "scale": [1e5, 1, 1]}]}, "farther"),
        ({"nodes": [{"mesh": 0, "rotation": [0, 0, 0, 0]}]}, "quaternion"),
        ({"nodes": [{"mesh": 7}]}, r"no meshes\[7\]"),
        ({"nodes": [{"name": "empty"}]}, "no triangles"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 20}]}, "outside its buffer"),
        ({"accessors": [{"bufferView": 0, "componentType": 5126, "count": 2**30, "type": "VEC3"}]}, "rows of 12 bytes"),
        ({"accessors": [{"bufferView": 0, "componentType": 5126, "count": 9, "type": "SCALAR"}]}, "three components"),
        ({"scenes": []}, r"no scenes\[0\]"),
    ],
)
def test_what_is_not_read_is_said_in_one_line(tmp_path, change, words):
    document, corners = triangle(**change)
    path = tmp_path / "odd.glb"
    path.write_bytes(packed(document, corners))
    with pytest.raises(FileFormatError, match=words) as caught:
        read_glb(path)
    assert "\n" not in str(caught.value)
    assert "odd.glb" in str(caught.value)


def test_other_files_and_short_ones_are_refused(tmp_path, sample):
    data = sample.read_bytes()
    for number, content in enumerate((b"", b"glTF", b"solid cube\n" * 10, data[:200], data[:-40], b"\xff" * 4000)):
        path = tmp_path / f"{number}.glb"
        path.write_bytes(content)
        with pytest.raises(FileFormatError):
            read_glb(path)
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_glb(tmp_path / "missing.glb")


def changed_json(data: bytes, rng: random.Random) -> bytes:
    """Put something odd in the place of one value of the document."""
    size = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + size])
    places = []

    def walk(node) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(document)
    node, key = rng.choice(places)
    node[key] = rng.choice([None, True, -1, 0, 1, 3, 1e308, 1.5, 2**31, 2**70, "", "x", [], {}, [1], [[]], {"a": 1}])
    return packed(document, data[28 + size :])


def test_damaged_files_are_refused_or_read_as_sound_models(tmp_path, sample):
    data, path = sample.read_bytes(), tmp_path / "variant.glb"
    refused = several_lines = 0
    for seed in range(VARIANTS):
        rng = random.Random(seed)
        path.write_bytes(changed_json(data, rng) if seed % 2 else fuzz.damaged(data, rng, True))
        try:
            model = read_glb(path)
        except FileFormatError as error:
            refused += 1
            several_lines += "\n" in str(error)
            continue
        for values in (model.position_m, model.normal_unit, model.colour_linear, model.surface):
            assert np.isfinite(values).all()
        assert 0 <= model.index.min() <= model.index.max() < len(model.position_m)
        assert np.abs(np.linalg.norm(model.normal_unit, axis=1) - 1.0).max() < 1e-6
    assert several_lines == 0
    assert VARIANTS * 0.2 < refused < VARIANTS


def test_bundled_models_are_modest_and_sound():
    files = sorted(asset_path("models").glob("*.glb"))
    assert len(files) >= 15
    assert sum(file.stat().st_size for file in files) < 3_000_000
    for file in files:
        model = read_glb(file)
        assert file.stat().st_size < 300_000, file.name
        assert len(model.index) <= 13_000, file.name
        corners = model.position_m[model.index]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        agree = np.einsum("ij,ij->i", facing, model.normal_unit[model.index].mean(axis=1)) > 0
        assert agree.mean() > 0.995, file.name
