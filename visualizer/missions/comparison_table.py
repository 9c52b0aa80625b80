"""The comparison as a table: sorted by any figure, turned over, and as text for files and the clipboard.

Missions. One table serves the command line and the window; what is known only by halves is marked in each of its forms.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.errors import CommandError
from visualizer.missions.alignment import ANCHORS, CALENDAR, NAMES, anchor_tdb_s
from visualizer.missions.catalogue import Mission
from visualizer.missions.comparison import COLUMNS, Column
from visualizer.missions.figures import LEGEND, PUBLISHED, Figure, known_epoch


@dataclass(frozen=True)
class Comparison:
    """Figures of missions.

    Attributes
    ----------
    ids, names : of the missions, in order
    columns : which figures
    figures : for each mission one for each column
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    figures: tuple[tuple[Figure, ...], ...]

    def figure(self, mission: int, column: int) -> Figure:
        """Return one figure by the numbers of its mission and column."""
        return self.figures[mission][column]

    def text(self, mission: int, column: int) -> str:
        """Return it as people read it, marked with how it is known."""
        figure, kind = self.figures[mission][column], self.columns[column]
        words = kind.text_of(figure)
        is_plain = not figure.mark or figure.basis == (PUBLISHED,) or kind.key == "provenance"
        return words if is_plain else f"{words} {figure.mark}"

    def sorted_by(self, key: str, *, is_descending: bool = False) -> Comparison:
        """Return it with the missions in the order of a figure; those without it come last.

        Raises
        ------
        CommandError
            If there is no such figure; lists them.
        """
        keys = [column.key for column in self.columns]
        if key not in keys:
            raise CommandError(f"sorting by {key!r}: unknown; one of {', '.join(keys)}")
        place = keys.index(key)
        known = [i for i, row in enumerate(self.figures) if row[place].value is not None]
        known.sort(key=lambda i: self.figures[i][place].sort_key, reverse=is_descending)
        order = known + [i for i in range(len(self.ids)) if i not in known]
        return replace(
            self, ids=tuple(self.ids[i] for i in order), names=tuple(self.names[i] for i in order),
            figures=tuple(self.figures[i] for i in order),
        )  # fmt: skip

    def rows(self, *, is_transposed: bool = False) -> list[list[str]]:
        """Return all texts with their headings: a line for each figure, or for each mission where transposed."""
        lines = [["", *self.names]]
        for number, column in enumerate(self.columns):
            lines.append([column.heading, *(self.text(i, number) for i in range(len(self.ids)))])
        return [list(line) for line in zip(*lines, strict=True)] if is_transposed else lines

    def as_csv(self) -> str:
        """Return it for programs: plain numbers, and beside each how it is known."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["figure", "unit", *(head for one in self.ids for head in (one, f"{one} known"))])
        for number, column in enumerate(self.columns):
            figures = (row[number] for row in self.figures)
            cells = (cell for figure in figures for cell in (_plain(column, figure), " ".join(figure.basis)))
            writer.writerow([column.title, column.unit, *cells])
        return text.getvalue()

    def as_markdown(self, *, is_transposed: bool = False) -> str:
        """Return it as a table in Markdown with a line that explains the marks."""
        rows = [[cell.replace("|", "\\|") for cell in row] for row in self.rows(is_transposed=is_transposed)]
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        return "\n".join(["| " + " | ".join(line) + " |" for line in lines] + ["", f"Marks: {LEGEND}.", ""])

    def as_tabs(self, *, is_transposed: bool = False) -> str:
        """Return it separated by tabs, for a spreadsheet."""
        return "\n".join("\t".join(line) for line in self.rows(is_transposed=is_transposed)) + "\n"

    def as_numbers(self) -> list[dict[str, Any]]:
        """Return a dictionary for each mission: id, name, values by key, how each is known, why one is missing."""
        found: list[dict[str, Any]] = []
        for mission_id, name, figures in zip(self.ids, self.names, self.figures, strict=True):
            pairs = list(zip(self.columns, figures, strict=True))
            row: dict[str, Any] = {"id": mission_id, "name": name, **{c.key: f.value for c, f in pairs}}
            row["known"] = {c.key: list(f.basis) for c, f in pairs if f.basis}
            row["missing"] = {c.key: f.reason for c, f in pairs if f.value is None}
            found.append(row)
        return found


def _plain(column: Column, figure: Figure) -> str:
    value = figure.value
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.{column.decimals}f}"


def compare(missions: Iterable[Mission], anchor: str = CALENDAR) -> Comparison:
    """Work out every figure of some missions.

    Parameters
    ----------
    missions : in the order of the table
    anchor : of `ANCHORS`; the moment of alignment becomes the first figure

    Raises
    ------
    CommandError
        If there is no such moment.
    """
    found = tuple(missions)
    figures = tuple(tuple(column.find(mission) for column in COLUMNS) for mission in found)
    table = Comparison(tuple(m.id for m in found), tuple(m.name for m in found), COLUMNS, figures)
    return with_moments(table, found, anchor)


def with_moments(table: Comparison, missions: Iterable[Mission], anchor: str) -> Comparison:
    """Return a table with the moment of alignment as its first figure; by the calendar as it is.

    Parameters
    ----------
    missions : those of the table, in its order
    anchor : of `ANCHORS`
    """
    if anchor == CALENDAR:
        return table
    column = _moment(anchor)
    pairs = zip(missions, table.figures, strict=True)
    figures = tuple((column.find(mission), *figures) for mission, figures in pairs)
    return replace(table, columns=(column, *table.columns), figures=figures)


def _moment(anchor: str) -> Column:
    if anchor not in ANCHORS:
        raise CommandError(f"aligning by {anchor!r}: unknown; one of {', '.join(ANCHORS)}")
    name = NAMES[anchor]

    def find(mission: Mission) -> Figure:
        tdb_s = anchor_tdb_s(mission, anchor)
        if tdb_s is None:
            return Figure(None, reason=f"{mission.name} has no {name}")
        return Figure(utc_text_from_tdb_s(tdb_s, separator=" "), known_epoch(mission, tdb_s), order=tdb_s)

    return Column("moment", f"{name[0].upper()}{name[1:]}", "UTC", 0, find)


def joined(parts: Iterable[Comparison]) -> Comparison:
    """Return tables of different missions, with the same columns, as one."""
    found = list(parts)
    columns = found[0].columns if found else ()
    return Comparison(
        tuple(i for one in found for i in one.ids), tuple(n for one in found for n in one.names), columns,
        tuple(row for one in found for row in one.figures),
    )  # fmt: skip
