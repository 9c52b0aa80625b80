"""What every table of a mission document is made of: strict tables, epochs in UTC, ids.

Missions.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.errors import EpochError

SOLVED = "solved"


def _utc(text: str) -> str:
    try:
        tdb_s_from_utc_text(text)
    except EpochError as error:
        raise ValueError(str(error)) from None
    return text


Utc = Annotated[str, AfterValidator(_utc)]
UtcOrSolved = Annotated[str, AfterValidator(lambda text: text if text == SOLVED else _utc(text))]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Table(BaseModel):
    """A table of the document; keys that are not in the schema are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
