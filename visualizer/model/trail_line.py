"""A sampled path, and the codes of what its points are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from visualizer.core.arrays import FloatArray
from visualizer.core.trajectory import Arc, Provenance

KIND_CODES: Final = {"coast": 0.0, "burn": 1.0, "ascent": 2.0, "surface": 3.0}
PLANNED: Final = 10.0
SYNTHETIC: Final = 20.0


@dataclass(frozen=True, eq=False)
class TrailLine:
    """A sampled path.

    Attributes
    ----------
    id : unique, `<mission>/<anchor>` and a number
    anchor_id : SPICE id of the body that positions are relative to
    tdb_s : (n,); position_km : (n, 3) ICRF axes
    kind : (n,) 0 coast, 1 burn, 2 ascent, 3 standing on the ground (not drawn); 10 more where planned (drawn in
        dashes), 20 more where synthetic (in dots)
    """

    id: str
    anchor_id: int
    tdb_s: FloatArray
    position_km: FloatArray
    kind: FloatArray


def kind_code(arc: Arc) -> float:
    """Return the code of an arc's kind, more where it is planned or synthetic."""
    more = {Provenance.PLANNED: PLANNED, Provenance.SYNTHETIC: SYNTHETIC}
    return KIND_CODES.get(arc.kind, 0.0) + more.get(arc.provenance, 0.0)
