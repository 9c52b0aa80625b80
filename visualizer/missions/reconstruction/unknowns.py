"""What the solver may change, with where each number starts and what guess holds it.

Missions, reconstruction. The craft is shot forwards and backwards from a node just after lunar orbit insertion:
six numbers give its orbit there, the rest are engines, directions and epochs of the burns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.missions.document import MissionDocument

Batch = FloatArray


@dataclass(frozen=True, slots=True)
class Unknown:
    """One number of the fit.

    Attributes
    ----------
    id, what, unit : for people
    start : where the fit begins
    step : change used for the Jacobian, small against its curvature and large against rounding
    guess, sigma : the prior it is held by, or None where only facts hold it
    """

    id: str
    what: str
    unit: str
    start: float
    step: float
    guess: float | None = None
    sigma: float | None = None


# id, prior in the document ("" where only facts hold it), unit, start, step, what
_ORBIT = (
    ("height", "km", 102.0, 0.001, "node: semi-major axis less 1737.4 km"),
    ("ecc-cos", "km", 0.0, 0.001, "node: semi-major axis x eccentricity x cos(argument of perilune)"),
    ("ecc-sin", "km", 10.0, 0.001, "node: semi-major axis x eccentricity x sin(argument of perilune)"),
    ("inclination", "deg", 82.087, 0.0001, "node: inclination to the Moon's equator"),
    ("node", "deg", 270.5, 0.0001, "node: longitude of the ascending node on the Moon"),
    ("latitude", "deg", 166.1, 0.0001, "node: argument of latitude"),
)
# id, prior or fact in the document, step, what
_ENGINES = (
    ("small-thrust", "small-thrust", 0.005, "common thrust of the small thrusters"),
    ("correction-pitch", "correction-pitch", 0.05, "18 August: pitch of the thrust"),
    ("correction-yaw", "correction-yaw", 0.05, "18 August: yaw of the thrust"),
    ("last-pitch", "last-pitch", 0.02, "last burn: pitch of the thrust"),
    ("last-yaw", "last-yaw", 0.02, "last burn: yaw of the thrust"),
    ("last-start", "last-burn-start", 0.1, "last burn: start after 11:10:00"),
    ("insertion-1-start", "insertion-1-start", 0.002, "insertion 1: start after 08:57:00"),
    ("ktd-thrust", "ktd-thrust", 0.002, "insertion 1: thrust"),
    ("insertion-1-pitch", "insertion-pitch", 0.0001, "insertion 1: pitch of the thrust"),
    ("insertion-1-yaw", "insertion-yaw", 0.0001, "insertion 1: yaw of the thrust"),
    ("insertion-gap", "insertion-gap", 0.002, "pause between the insertion burns"),
    ("dmp-thrust", "dmp-thrust", 0.002, "insertion 2: thrust"),
    ("insertion-2-pitch", "insertion-pitch", 0.001, "insertion 2: pitch of the thrust"),
    ("insertion-2-yaw", "insertion-yaw", 0.001, "insertion 2: yaw of the thrust"),
    ("tcm-2-pitch", "tcm-pitch", 0.002, "second correction: pitch of the thrust"),
    ("tcm-2-yaw", "tcm-yaw", 0.002, "second correction: yaw of the thrust"),
    ("tcm-1-pitch", "tcm-pitch", 0.002, "first correction: pitch of the thrust"),
    ("tcm-1-yaw", "tcm-yaw", 0.002, "first correction: yaw of the thrust"),
    ("tli-start", "tli-time", 0.02, "injection: ignition after 00:10:57"),
    ("tli-duration", "tli-duration", 0.005, "injection: duration"),
    ("tli-final-mass", "tli-final-mass", 0.02, "injection: mass when it ends"),
    ("tli-pitch", "tli-pitch", 0.001, "injection: pitch of the thrust"),
    ("tli-yaw", "tli-yaw", 0.001, "injection: yaw of the thrust"),
)
FORWARD_IDS = (
    "height", "ecc-cos", "ecc-sin", "inclination", "node", "latitude", "small-thrust", "correction-pitch",
    "correction-yaw", "last-pitch", "last-yaw", "last-start", "ktd-thrust", "dmp-thrust",
)  # fmt: skip
ORBIT_IDS = FORWARD_IDS[:12]
BACKWARD_IDS = FORWARD_IDS[:7] + tuple(row[0] for row in _ENGINES[6:])


@dataclass(frozen=True)
class Layout:
    """The unknowns in order, and how to find one in a batch of vectors."""

    unknowns: tuple[Unknown, ...]

    @property
    def start(self) -> FloatArray:
        """Where the fit begins, (p,)."""
        return np.array([unknown.start for unknown in self.unknowns])

    @property
    def steps(self) -> FloatArray:
        """Changes for the Jacobian, (p,)."""
        return np.array([unknown.step for unknown in self.unknowns])

    def index(self, unknown_id: str) -> int:
        """Return the place of an unknown."""
        return [unknown.id for unknown in self.unknowns].index(unknown_id)

    def indices(self, ids: tuple[str, ...]) -> list[int]:
        """Return the places of several unknowns."""
        return [self.index(one) for one in ids]

    def of(self, batch: Batch, unknown_id: str) -> FloatArray:
        """Return one unknown of every member, (b, p) -> (b,)."""
        return np.asarray(batch[:, self.index(unknown_id)])


def layout_of(document: MissionDocument) -> Layout:
    """Return the unknowns with the guesses that the mission document gives."""
    orbit = tuple(Unknown(one, what, unit, start, step) for one, unit, start, step, what in _ORBIT)
    return Layout(orbit + tuple(_engine_unknown(document, *row) for row in _ENGINES))


def _engine_unknown(document: MissionDocument, unknown_id: str, source: str, step: float, what: str) -> Unknown:
    priors = {prior.id: prior for prior in document.priors}
    if source in priors:
        prior = priors[source]
        return Unknown(unknown_id, what, prior.unit, prior.value, step, prior.value, prior.sigma)
    sigma_s = document.fact(source).sigma
    return Unknown(unknown_id, what, "s", 0.0, step, 0.0, sigma_s)
