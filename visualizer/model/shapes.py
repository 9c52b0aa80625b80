"""Lines and veils that a frame adds to its bodies and paths: what they are made of, before any drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualizer.core.arrays import FloatArray

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False, slots=True)
class LineState:
    """Lines in some body's axes, or on the sky.

    Attributes
    ----------
    id : unique in the frame; lines that stay the same object from frame to frame are uploaded once
    role : 'graticule', 'coast', 'terminator', 'track-past', 'track-coming', 'view', 'member', 'constellation',
        'measure' or 'measure-blocked'
    anchor_pos_km : (3,) where the axes' origin is, relative to the Earth, ICRF
    rot_line_from_icrf : (3, 3) the lines' own axes
    points_km : (n, 3) relative to the anchor, own axes
    starts : number of the point that each line begins with
    is_on_ground : whether they lie on the anchor's globe, and so end at its limb
    mission_index : whose, among the shown ones, or -1
    """

    id: str
    role: str
    anchor_pos_km: FloatArray
    rot_line_from_icrf: FloatArray
    points_km: FloatArray
    starts: IndexArray
    is_on_ground: bool = False
    mission_index: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class VeilState:
    """A translucent surface, seen from both sides, brighter where it is seen edge-on.

    Attributes
    ----------
    id : unique in the frame
    role : 'umbra', 'penumbra', 'view' or 'sigma'
    anchor_pos_km : (3,) what the points are relative to, itself relative to the Earth, ICRF
    points_km, normals : (rows, columns, 3) ICRF axes; the surface is a grid whose last column meets the first
    mission_index : whose, among the shown ones, or -1
    """

    id: str
    role: str
    anchor_pos_km: FloatArray
    points_km: FloatArray
    normals: FloatArray
    mission_index: int = -1


def joined(lines: list[FloatArray]) -> tuple[FloatArray, IndexArray]:
    """Return several lines' points in one array, and the number of the point that each begins with."""
    starts = np.cumsum([0, *(len(line) for line in lines[:-1])]).astype(np.intp)
    return np.concatenate(lines), starts
