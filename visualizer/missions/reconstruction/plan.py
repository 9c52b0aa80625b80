"""The fixed frame of Luna-25's flight: published epochs, durations and masses, read from the document once.

Missions, reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.earth_axes import rot_itrs_from_icrf
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.geometry import earth_position_itrs_km
from visualizer.missions.document import MissionDocument

NODE_UTC = "2023-08-16T09:05:00"
CHANGE_OF_CENTRE_UTC = "2023-08-15T14:00:00"
END_UTC = "2023-08-19T12:01:00"


@dataclass(frozen=True)
class Plan:
    """What the solver takes from the document as given.

    Attributes
    ----------
    document : the mission document
    node_tdb_s : epoch of the six orbit unknowns, TDB seconds past J2000
    change_of_centre_tdb_s : where arcs change from the Earth to the Moon
    end_tdb_s : end of the propagation, after any likely impact
    """

    document: MissionDocument
    node_tdb_s: float
    change_of_centre_tdb_s: float
    end_tdb_s: float

    @classmethod
    def from_document(cls, document: MissionDocument) -> Plan:
        """Read the epochs."""
        epochs = (tdb_s_from_utc_text(text) for text in (NODE_UTC, CHANGE_OF_CENTRE_UTC, END_UTC))
        return cls(document, *epochs)

    def epoch(self, fact_id: str) -> float:
        """Return the epoch of a fact, TDB seconds past J2000."""
        return tdb_s_from_utc_text(self.document.fact(fact_id).utc or "")

    def value(self, fact_id: str) -> float:
        """Return the number of a fact."""
        value = self.document.fact(fact_id).value
        if value is None:
            raise ValueError(f"fact {fact_id!r} has no number")
        return value

    def prior(self, prior_id: str) -> float:
        """Return the number of a guess."""
        return {prior.id: prior.value for prior in self.document.priors}[prior_id]

    def impulse_s(self, engine_id: str) -> float:
        """Return the specific impulse of an engine, s."""
        return self.document.engine(engine_id).specific_impulse_s

    @property
    def fregat_start_tdb_s(self) -> float:
        """Ignition of Fregat's first burn (assumed)."""
        return self.epoch("third-stage-separation") + self.prior("fregat-1-pause")

    @property
    def fregat_end_tdb_s(self) -> float:
        """End of Fregat's first burn (assumed): the parking orbit begins."""
        return self.fregat_start_tdb_s + self.prior("fregat-1-duration")

    @property
    def impact_radius_km(self) -> float:
        """Distance of the impact crater from the Moon's centre, km."""
        return RADIUS_MOON_KM + 1e-3 * self.document.site("impact-crater").height_m

    def pad_icrf_km(self, tdb_s: float | FloatArray) -> FloatArray:
        """Return the launch pad from the Earth's centre, (..., 3) km, ICRF axes."""
        pad = self.document.site("vostochny")
        fixed = earth_position_itrs_km(np.deg2rad(pad.lat_deg), np.deg2rad(pad.lon_deg), 1e-3 * pad.height_m)
        return np.asarray(np.einsum("...ji,j->...i", rot_itrs_from_icrf(tdb_s), fixed))
