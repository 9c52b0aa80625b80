"""The evidence as text: CSV for a table program, Markdown for a page, and the addresses in a source. Missions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from visualizer.core.epochs import utc_text_from_tdb_s

if TYPE_CHECKING:
    from visualizer.missions.evidence_ledger import Ledger, LedgerRow

HEAD: Final = (
    "phase", "id", "fact", "published", "sigma", "trajectory", "residual", "in_sigmas", "unit", "in_fit", "confidence",
    "moment_utc", "chosen", "source", "note",
)  # fmt: skip
# What looks like an address in a source: a host with a known ending, and what follows it up to a blank.
_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|int|gov|edu|info|online|page|ru|by|in|jp|kz|fr|de)"
    r"(?::\d+)?(?:/[^\s;,()]*)?", re.IGNORECASE,
)  # fmt: skip


def addresses_in(source: str) -> tuple[str, ...]:
    """Return the addresses that a source names, with their scheme; nothing is fetched."""
    found = [match[0].rstrip(".") for match in _ADDRESS.finditer(source)]
    return tuple(dict.fromkeys(one if one.lower().startswith("http") else f"https://{one}" for one in found))


def evidence_csv(rows: Sequence[LedgerRow]) -> str:
    """Return rows as CSV with a head; numbers are plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(_cells(row) for row in rows)
    return out.getvalue()


def _cells(row: LedgerRow) -> list[object]:
    one = row.evidence
    apart = one.sigmas_apart
    moment = "" if row.moment_tdb_s is None else utc_text_from_tdb_s(row.moment_tdb_s)
    return [
        row.phase, one.id, one.what, one.published, _plain(one.sigma), _plain(one.modelled), _plain(one.residual),
        "" if apart is None else f"{apart:.3f}", one.unit, one.use_text, row.confidence, moment,
        "yes" if row.is_chosen else "no", one.source, one.note,
    ]  # fmt: skip


def _plain(value: float | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.10g}"


def evidence_markdown(book: Ledger, rows: Sequence[LedgerRow] | None = None) -> str:
    """Return rows (all by default) as a Markdown page, phase by phase, with the summary above."""
    chosen = list(book.rows if rows is None else rows)
    lines = [f"# {book.mission_name}: evidence", "", f"{book.summary.text}.", ""]
    for phase in book.phases():
        inside = [row for row in chosen if row.phase == phase]
        if inside:
            lines += [f"## {phase}", "", "| fact | published | trajectory | residual | in sigmas | in fit | source |"]
            lines += ["|---|---|---|---|---|---|---|", *(_line(row) for row in inside), ""]
    return "\n".join(lines)


def _line(row: LedgerRow) -> str:
    one = row.evidence
    apart = one.sigmas_apart
    sigma = f" ± {one.sigma:g}" if one.sigma and isinstance(one.published, (int, float)) else ""
    cells = (
        one.what, f"{one.published}{sigma} {one.unit if isinstance(one.published, (int, float)) else ''}".strip(),
        one.modelled_text, one.residual_text, "" if apart is None else f"{apart:+.2f}",
        one.use_text if row.is_chosen else f"{one.use_text}, not kept", one.source,
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
