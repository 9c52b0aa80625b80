"""Read a model from binary glTF 2.0 (`.glb`): triangles with normals, plain materials, nozzles.

Formats. The subset that `visualizer.bake.models` writes and what common tools write of it: a tree of nodes, triangles
as floats or quantized integers, base colour, metalness and roughness as factors, a grey colour at the corners as their
share of the sky. Textures, skins, animations and lines are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray
from visualizer.errors import FileFormatError
from visualizer.formats.glb_parts import COUNT_MAX, Glb, Table, open_glb

TRIANGLES: Final = 4
DEPTH_MAX: Final = 32
NODES_MAX: Final = 20_000
LARGEST_M: Final = 10_000.0
NOZZLE: Final = "nozzle:"


@dataclass(frozen=True, eq=False, slots=True)
class GlbNozzle:
    """Where exhaust leaves.

    Attributes
    ----------
    name : of the set of engines it belongs to
    place_m : (3,) m, glTF axes (+y up)
    direction_unit : (3,) where the exhaust goes
    exit_radius_m : of the bell
    """

    name: str
    place_m: FloatArray
    direction_unit: FloatArray
    exit_radius_m: float


@dataclass(frozen=True, eq=False, slots=True)
class GlbModel:
    """A model; all triangles share one set of corners.

    Attributes
    ----------
    name : of the scene's first node
    position_m, normal_unit : (n, 3) m, glTF axes (+y up, +z ahead)
    colour_linear : (n, 3) base colour
    surface : (n, 4) metalness, roughness, lean of foil's facets as a tangent, share of the sky that is seen
    index : (m, 3) corners of each triangle
    nozzles : in the order of the nodes
    """

    name: str
    position_m: FloatArray
    normal_unit: FloatArray
    colour_linear: FloatArray
    surface: FloatArray
    index: npt.NDArray[np.int64]
    nozzles: tuple[GlbNozzle, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Piece:
    position_m: FloatArray
    normal_unit: FloatArray
    colour_linear: FloatArray
    surface: FloatArray
    index: npt.NDArray[np.int64]


def read_glb(path: Path) -> GlbModel:
    """Read a model.

    Parameters
    ----------
    path : a `.glb` file

    Raises
    ------
    FileFormatError
        If it is not binary glTF 2.0, is damaged, or holds no triangles that this reader knows.
    """
    glb = open_glb(Path(path))
    pieces: list[_Piece] = []
    nozzles: list[GlbNozzle] = []
    roots = _roots(glb)
    for node, matrix in _nodes(glb, roots):
        if "mesh" in node.values:
            pieces += _pieces(glb, node, matrix, sum(len(piece.position_m) for piece in pieces))
        if node.text("name").startswith(NOZZLE):
            nozzles.append(_nozzle(node, matrix))
    if not pieces:
        raise FileFormatError(path, "holds no triangles")
    name = glb.document.one_of("nodes", roots[0]).text("name")
    return _joined(name, pieces, tuple(nozzles), Path(path))


def _roots(glb: Glb) -> list[int]:
    scene = glb.document.one_of("scenes", glb.document.count("scene", 0))
    roots = scene.counts("nodes")
    if not roots:
        raise scene.fail("has no nodes")
    return roots


def _nodes(glb: Glb, roots: list[int]) -> list[tuple[Table, FloatArray]]:
    """Return every node of the scene with its (4, 4) matrix to the scene's axes."""
    rows = glb.document.tables("nodes")
    found: list[tuple[Table, FloatArray]] = []
    waiting = [(number, np.eye(4), 0) for number in reversed(roots)]
    while waiting:
        number, above, depth = waiting.pop()
        if number >= len(rows):
            raise glb.document.fail(f"there is no nodes[{number}]")
        node = rows[number]
        if depth > DEPTH_MAX or len(found) >= NODES_MAX:
            raise node.fail("the tree of nodes is too deep or bites its tail")
        with np.errstate(all="ignore"):
            matrix = above @ _matrix(node)
        if not np.all(np.abs(matrix) < 1e9):
            raise node.fail("its place or size is beyond sense")
        found.append((node, matrix))
        waiting += [(child, matrix, depth + 1) for child in reversed(node.counts("children"))]
    return found


def _matrix(node: Table) -> FloatArray:
    if "matrix" in node.values:
        return node.numbers("matrix", 16, []).reshape(4, 4).T
    x, y, z, w = node.numbers("rotation", 4, [0.0, 0.0, 0.0, 1.0])
    length = float(np.sqrt(x * x + y * y + z * z + w * w))
    if not 1e-6 < length < 1e6:
        raise node.fail("rotation is not a quaternion")
    x, y, z, w = x / length, y / length, z / length, w / length
    turn = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
    matrix = np.eye(4)
    matrix[:3, :3] = turn * node.numbers("scale", 3, [1.0, 1.0, 1.0])
    matrix[:3, 3] = node.numbers("translation", 3, [0.0, 0.0, 0.0])
    return matrix


def _pieces(glb: Glb, node: Table, matrix: FloatArray, taken: int) -> list[_Piece]:
    mesh = glb.document.one_of("meshes", node.count("mesh"))
    pieces = []
    for primitive in mesh.tables("primitives"):
        if primitive.count("mode", TRIANGLES) != TRIANGLES:
            continue
        piece = _piece(glb, primitive, matrix)
        taken += len(piece.position_m)
        if taken > COUNT_MAX:
            raise mesh.fail(f"more than {COUNT_MAX} corners")
        pieces.append(piece)
    return pieces


def _piece(glb: Glb, primitive: Table, matrix: FloatArray) -> _Piece:
    attributes = primitive.table("attributes")
    local = _vectors(glb, attributes, "POSITION")
    index = _triangles(glb, primitive, len(local))
    if "NORMAL" in attributes.values:
        normal = _vectors(glb, attributes, "NORMAL")
        if len(normal) != len(local):
            raise attributes.fail("normals and positions differ in number")
    else:
        local, index, normal = _faceted(local, index)
    with np.errstate(all="ignore"):
        position = local @ matrix[:3, :3].T + matrix[:3, 3]
        if not np.all(np.abs(position) < LARGEST_M):
            raise primitive.fail(f"reaches farther than {LARGEST_M:.0f} m")
        turned = normal @ np.linalg.pinv(matrix[:3, :3])
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        unit = np.where(length > 1e-12, turned / length, [0.0, 1.0, 0.0])
    colour, surface = _material(glb, primitive, len(position))
    if "COLOR_0" in attributes.values and "NORMAL" in attributes.values:
        tint = glb.accessor(attributes.count("COLOR_0"))
        if len(tint) != len(position) or tint.shape[1] < 3:
            raise attributes.fail("colours and positions differ in number")
        surface[:, 3] = np.clip(tint[:, :3].mean(axis=1), 0.0, 1.0)
    return _Piece(position, unit, colour, surface, index)


def _vectors(glb: Glb, attributes: Table, key: str) -> FloatArray:
    values = glb.accessor(attributes.count(key))
    if values.shape[1] != 3:
        raise attributes.fail(f"{key} is not made of three components")
    return values


def _triangles(glb: Glb, primitive: Table, count: int) -> npt.NDArray[np.int64]:
    index = glb.indices(primitive.count("indices")) if "indices" in primitive.values else np.arange(count)
    if len(index) % 3 or (len(index) and int(index.max()) >= count):
        raise primitive.fail("its triangles name corners that are not there")
    return index.reshape(-1, 3)


def _faceted(local: FloatArray, index: npt.NDArray[np.int64]) -> tuple[FloatArray, npt.NDArray[np.int64], FloatArray]:
    """Give every triangle corners and a normal of its own, as glTF asks where normals are missing."""
    corners = local[index]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return corners.reshape(-1, 3), np.arange(3 * len(index)).reshape(-1, 3), np.repeat(normal, 3, axis=0)


def _material(glb: Glb, primitive: Table, count: int) -> tuple[FloatArray, FloatArray]:
    colour, metal, rough, crinkle = np.full(3, 0.5), 0.0, 0.6, 0.0
    if "material" in primitive.values:
        material = glb.document.one_of("materials", primitive.count("material"))
        factors = material.table("pbrMetallicRoughness")
        colour = factors.numbers("baseColorFactor", 4, [1.0, 1.0, 1.0, 1.0])[:3]
        metal, rough = factors.number("metallicFactor", 1.0), factors.number("roughnessFactor", 1.0)
        if isinstance(material.values.get("extras"), dict):
            crinkle = material.table("extras").number("crinkle", 0.0)
    row = np.clip([metal, rough, crinkle, 1.0], 0.0, 1.0)
    return np.tile(np.clip(colour, 0.0, 1.0), (count, 1)), np.tile(row, (count, 1))


def _nozzle(node: Table, matrix: FloatArray) -> GlbNozzle:
    extras = node.table("extras")
    radius = extras.number("exit_radius_m")
    with np.errstate(all="ignore"):
        # The node itself does not turn: its exhaust is told in its parent's axes.
        direction = matrix[:3, :3] @ extras.numbers("exhaust", 3, [0.0, -1.0, 0.0])
        length = float(np.linalg.norm(direction))
    if not 0.0 < radius < 100.0 or not 1e-9 < length < 1e9 or not np.all(np.abs(matrix[:3, 3]) < LARGEST_M):
        raise node.fail("a nozzle needs an exit radius, a direction and a place near the model")
    return GlbNozzle(node.text("name")[len(NOZZLE) :], matrix[:3, 3].copy(), direction / length, radius)


def _joined(name: str, pieces: list[_Piece], nozzles: tuple[GlbNozzle, ...], path: Path) -> GlbModel:
    starts = np.cumsum([0] + [len(piece.position_m) for piece in pieces])
    index = np.concatenate([piece.index + start for piece, start in zip(pieces, starts[:-1], strict=True)])
    if not len(index):
        raise FileFormatError(path, "holds no triangles")
    return GlbModel(
        name,
        np.concatenate([piece.position_m for piece in pieces]),
        np.concatenate([piece.normal_unit for piece in pieces]),
        np.concatenate([piece.colour_linear for piece in pieces]),
        np.concatenate([piece.surface for piece in pieces]),
        index,
        nozzles,
    )
