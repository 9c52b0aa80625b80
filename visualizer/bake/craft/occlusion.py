"""How much of the sky each corner of a mesh sees: parallel light from many sides, each with a depth map.

Layer: bake. Faces are divided first, so that the shading can change over them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..mesh_parts import Mesh

DIRECTIONS = 160
MAP_CELLS = 260
SPREAD = 1.6
THIN = 0.2


def divided(mesh: Mesh, longest_m: float) -> Mesh:
    """Return the mesh with every triangle's longest edge halved until none is longer than `longest_m`.

    Slender triangles, such as those of bars, stay: their shading hardly changes across them.
    """
    position, normal, material, index = mesh.position_m, mesh.normal_unit, mesh.material, mesh.index
    while True:
        corners = position[index]
        edges = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
        area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        longest = edges.max(axis=1)
        split = (longest > longest_m) & (2.0 * area > THIN * longest_m * longest)
        if not split.any():
            return Mesh(position, normal, material, index)
        worst = edges[split].argmax(axis=1)
        rows = np.arange(len(worst))
        chosen = index[split]
        a, b, c = (chosen[rows, (worst + k) % 3] for k in range(3))
        pairs, where = np.unique(np.sort(np.stack([a, b], axis=1), axis=1), axis=0, return_inverse=True)
        middle = len(position) + where.reshape(-1)
        halfway = normal[pairs].sum(axis=1)
        position = np.concatenate([position, position[pairs].mean(axis=1)])
        normal = np.concatenate([normal, halfway / np.linalg.norm(halfway, axis=1)[:, None]])
        material = np.concatenate([material, material[pairs[:, 0]]])
        index = np.concatenate([index[~split], np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def even_directions(count: int) -> NDArray[np.float64]:
    """Return unit vectors spread evenly over the sphere along a spiral, (count, 3)."""
    k = np.arange(count) + 0.5
    z, turn = 1 - 2 * k / count, np.pi * (1 + np.sqrt(5.0)) * k
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)


def surface_points(mesh: Mesh, spacing_m: float) -> NDArray[np.float64]:
    """Return points on all faces, no farther apart than `spacing_m`."""
    corners = mesh.position_m[mesh.index]
    longest = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2).max(axis=1)
    counts = np.maximum(1, np.ceil(longest / spacing_m).astype(int))
    found = []
    for n in np.unique(counts):
        i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
        inside = i + j < n
        u, v = (i[inside] + 1 / 3) / n, (j[inside] + 1 / 3) / n
        weights = np.stack([1 - u - v, u, v], axis=1)
        found.append(np.einsum("pk,tkx->tpx", weights, corners[counts == n]).reshape(-1, 3))
    return np.concatenate(found)


def sky_seen(mesh: Mesh) -> NDArray[np.float64]:
    """Return the part of its hemisphere that each corner sees, weighted by the cosine, (n,) 0 to 1."""
    reach = float(np.linalg.norm(mesh.position_m, axis=1).max()) * 1.01
    cell = 2 * reach / MAP_CELLS
    points = surface_points(mesh, 0.7 * cell)
    lifted = mesh.position_m + mesh.normal_unit * (SPREAD * cell)
    seen, whole = np.zeros(len(lifted)), np.zeros(len(lifted))
    for direction in even_directions(DIRECTIONS):
        cosine = mesh.normal_unit @ direction
        facing = cosine > 0.02
        side = np.cross(direction, [0.0, 0.0, 1.0] if abs(direction[2]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        axes = np.stack([side, np.cross(direction, side), direction])
        depth = _depth_map(points @ axes.T, reach, cell)
        place = lifted[facing] @ axes.T
        column, row = _cells(place, reach, cell)
        free = place[:, 2] > depth[row, column] - 0.5 * cell
        seen[facing] += cosine[facing] * free
        whole[facing] += cosine[facing]
    return np.asarray(seen / np.maximum(whole, 1e-9))


def _cells(place: NDArray[np.float64], reach: float, cell: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = np.clip(((place[:, :2] + reach) / cell).astype(np.int64), 0, MAP_CELLS - 1)
    return found[:, 0], found[:, 1]


def _depth_map(place: NDArray[np.float64], reach: float, cell: float) -> NDArray[np.float64]:
    column, row = _cells(place, reach, cell)
    depth = np.full(MAP_CELLS * MAP_CELLS, -np.inf)
    np.maximum.at(depth, row * MAP_CELLS + column, place[:, 2])
    return depth.reshape(MAP_CELLS, MAP_CELLS)
