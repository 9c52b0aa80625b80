"""How a file's flight is known: what its own words say, and the least that can be claimed where it says nothing.

Formats. A file that does not say how it was made is shown as planned (a dashed line): nobody has said that it was
flown. Words of tracking or orbit determination make it measured; words of prediction, planned; where both stand in
one file the weaker holds. The user may say better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from visualizer.core.trajectory import Provenance

_WORDS: Final = (
    (Provenance.SYNTHETIC, r"simulat(ed|ion)|synthetic|made[- ]up"),
    (Provenance.PLANNED, r"predict(ed|ive|ion|ions|s)?|planned|plan|nominal|forecast|reference trajectory|design"),
    (Provenance.RECONSTRUCTED, r"reconstruct(ed|ion)"),
    (Provenance.MEASURED, r"orbit determination|definitive|tracking data|tracked|measured|od solution|OD\d{2,}\w*"),
)


def provenance_from_words(texts: Iterable[str]) -> tuple[Provenance, str]:
    """Return the provenance that a file's texts speak for, and why, in words for the user."""
    together = " \n".join(texts)[:100_000]
    for provenance, pattern in _WORDS:
        match = re.search(rf"\b({pattern})\b", together, re.IGNORECASE)
        if match:
            return provenance, f"taken as {provenance.value}: the file says {match[0]!r}"
    return Provenance.PLANNED, "taken as planned: the file does not say how it is known (see --provenance)"
