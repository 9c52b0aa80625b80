"""Write a model as binary glTF 2.0: one mesh with a primitive for each material, quantized, and a node per nozzle.

Layer: bake. The body axes (+z away from the engine) lie under a root node that turns them into glTF's (+y up). The
corners' sky (see `occlusion`) is their grey colour, which glTF multiplies with the base colour. The bytes depend on
the mesh alone.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..mesh_parts import Mesh
from .materials import MATERIALS, Material
from .parts import Nozzle

CORNER = np.dtype([("position", "<i2", 4), ("normal", "<i2", 4), ("colour", "u1", 4)])
Y_UP = [-0.7071067811865476, 0.0, 0.0, 0.7071067811865476]
SHORT, UNSIGNED_SHORT, UNSIGNED_BYTE = 5122, 5123, 5121
VERTICES, INDICES = 34962, 34963


def write_glb(path: Path, name: str, mesh: Mesh, sky: NDArray[np.float64], nozzles: list[Nozzle], about: str) -> None:
    """Write a model.

    Parameters
    ----------
    mesh : m, body axes
    sky : (n,) part of the sky that each corner sees
    about : a sentence for the file's head
    """
    scale = float(np.abs(mesh.position_m).max()) / 32767.0
    primitives, accessors, views, blob = [], [], [], b""
    for number in np.unique(mesh.material[mesh.index[:, 0]]):
        corners, index = _of_material(mesh, sky, int(number), scale)
        start = len(accessors)
        views.append(
            {
                "buffer": 0,
                "byteOffset": len(blob),
                "byteLength": corners.nbytes,
                "byteStride": CORNER.itemsize,
                "target": VERTICES,
            }
        )
        accessors += _corner_accessors(corners, len(views) - 1)
        blob += corners.tobytes()
        words = index.astype("<u2").tobytes()
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(words), "target": INDICES})
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": UNSIGNED_SHORT, "count": index.size, "type": "SCALAR"}
        )
        blob += words + bytes(-len(words) % 4)
        attributes = {"POSITION": start, "NORMAL": start + 1, "COLOR_0": start + 2}
        primitives.append({"attributes": attributes, "indices": start + 3, "material": len(primitives)})
    used = [MATERIALS[int(n)] for n in np.unique(mesh.material[mesh.index[:, 0]])]
    children = [{"name": f"{name} surface", "mesh": 0, "scale": [scale] * 3}, *map(_nozzle_node, nozzles)]
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Perilune", "copyright": "MIT licence", "extras": {"about": about}},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": name, "rotation": Y_UP, "children": list(range(1, len(children) + 1))}, *children],
        "meshes": [{"name": name, "primitives": primitives}],
        "materials": [_material(material) for material in used],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(blob)}],
    }  # fmt: skip
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + 8 + len(blob)
    head = struct.pack("<4sIII4s", b"glTF", 2, size, len(text), b"JSON")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob)


def _of_material(
    mesh: Mesh, sky: NDArray[np.float64], number: int, scale: float
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """Return the corners of one material, equal ones once, and its triangles."""
    triangles = mesh.index[mesh.material[mesh.index[:, 0]] == number]
    used, index = np.unique(triangles, return_inverse=True)
    corners = np.zeros(len(used), dtype=CORNER)
    corners["position"][:, :3] = np.round(mesh.position_m[used] / scale)
    corners["normal"][:, :3] = np.round(mesh.normal_unit[used] * 32767.0)
    corners["colour"][:, :3] = np.round(255.0 * np.clip(sky[used], 0.0, 1.0))[:, None]
    corners["colour"][:, 3] = 255
    same, first, back = np.unique(corners.view(f"V{CORNER.itemsize}"), return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(same), dtype=np.int64)
    rank[order] = np.arange(len(same))
    return corners[first[order]], rank[back.reshape(-1)][index.reshape(-1)]


def _corner_accessors(corners: NDArray[np.void], view: int) -> list[dict[str, Any]]:
    position = corners["position"][:, :3]
    count = len(corners)
    bounds = {"min": position.min(axis=0).tolist(), "max": position.max(axis=0).tolist()}
    kinds = (
        (0, {"componentType": SHORT, "type": "VEC3"} | bounds),
        (8, {"componentType": SHORT, "type": "VEC3", "normalized": True}),
        (16, {"componentType": UNSIGNED_BYTE, "type": "VEC4", "normalized": True}),
    )
    return [{"bufferView": view, "byteOffset": offset, "count": count} | kind for offset, kind in kinds]


def _material(material: Material) -> dict[str, Any]:
    factors = {
        "baseColorFactor": [*material.colour, 1.0],
        "metallicFactor": material.metallic,
        "roughnessFactor": material.roughness,
    }
    found: dict[str, Any] = {"name": material.name, "pbrMetallicRoughness": factors}
    return found | ({"extras": {"crinkle": material.crinkle}} if material.crinkle else {})


def _nozzle_node(nozzle: Nozzle) -> dict[str, Any]:
    """Return an empty node: exhaust leaves at its origin, along the direction in its extras (parent's axes)."""
    extras = {"exit_radius_m": nozzle.exit_radius_m, "exhaust": list(nozzle.direction)}
    return {"name": f"nozzle:{nozzle.name}", "translation": list(nozzle.place_m), "extras": extras}
