"""Write `docs/missions.md` and its plots from the shipped missions: `python -m visualizer.bake.missions_page`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visualizer.bake.svg_plot import Curve, plot_svg
from visualizer.core.bodies import EARTH, MOON
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission, load_mission
from visualizer.missions.evidence import EvidenceRow, evidence, figure_text
from visualizer.missions.mission_card import known_as
from visualizer.missions.user_catalogue import bundled_mission_ids

DOCS = Path(__file__).resolve().parents[2] / "docs"
SAMPLES = 900
SIGMA_ROWS = 8
HEAD = """\
# The missions, fact by fact

Written by `python -m visualizer.bake.missions_page` from what is shipped; do not edit by hand. *In sigmas* is the
residual over the fact's own uncertainty; *held* facts were taken as published by the solver, so they prove nothing.
What is planned is marked so: nobody flew it. In the plots burns are shaded, and the uncertainty is one sigma in all
directions together.
"""


def main() -> None:
    """Write the page and one plot for each mission."""
    folder = DOCS / "images" / "missions"
    folder.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for mission_id in bundled_mission_ids():
        mission = load_mission(mission_id)
        parts.append(section(mission))
        (folder / f"{mission_id}.svg").write_text(plot(mission), encoding="utf-8")
    (DOCS / "missions.md").write_text("\n".join(parts), encoding="utf-8")


def section(mission: Mission) -> str:
    """Return what the page says of a mission."""
    rows = evidence(mission)
    first, last = (utc_text_from_tdb_s(t, 0) for t in mission.trajectory.span_tdb_s)
    lines = [f"## {mission.name}", "", mission.document.outcome.strip(), ""]
    lines += [f"Known from {first} to {last} UTC: {known_as(mission.trajectory)}.", ""]
    for branch in mission.branches:
        lines += [f"*{branch.kind.capitalize()}: {branch.title}.* {branch.sentence}", ""]
    lines += [f"![{mission.name}: distances and uncertainty](images/missions/{mission.id}.svg)", ""]
    lines += ["### Facts", "", facts_table(rows), ""]
    conflicts = [(fact.what, fact.conflict) for fact in mission.document.facts if fact.conflict]
    if conflicts:
        lines += ["### Conflicts", "", *(f"- **{what}**: {reason}" for what, reason in conflicts), ""]
    if mission.trajectory.sigma is not None:
        lines += ["### Uncertainty along the flight", "", sigma_rows(mission.trajectory), ""]
    return "\n".join(lines)


def facts_table(rows: list[EvidenceRow]) -> str:
    """Return the table of facts that are numbers or epochs, then those in words."""
    head = ["| fact | published | trajectory | residual | sigma | in sigmas | use |", "|---|---|---|---|---|---|---|"]
    lines, words = [], []
    for row in rows:
        if row.modelled is None:
            words.append(f"- {row.what}: {_cell(row.published)} {row.unit}".rstrip())
            continue
        apart = "held" if row.held else "-" if row.sigmas_apart is None else f"{row.sigmas_apart:+.2f}"
        is_epoch = isinstance(row.published, str)
        published = row.published if isinstance(row.published, str) else f"{row.published:g} {row.unit}".rstrip()
        residual = f"{row.residual_text} {'s' if is_epoch else row.unit}".rstrip()
        sigma = figure_text(row.sigma, row.sigma)
        cells = [row.what, published, row.modelled_text, residual, sigma, apart, row.use_text]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    table = [*head, *lines] if lines else []
    return "\n".join([*table, *(["", "Published, and not measured on the flight:", ""] if words else []), *words])


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def sigma_rows(trajectory: Trajectory) -> str:
    """Return the uncertainty at a few epochs along the flight."""
    assert trajectory.sigma is not None
    first, last = trajectory.span_tdb_s
    lines = ["| UTC | radial km | along km | cross km |", "|---|---|---|---|"]
    for epoch in np.linspace(first, last, SIGMA_ROWS + 2)[1:-1]:
        r, a, c = trajectory.sigma_km(float(epoch))
        lines.append(f"| {utc_text_from_tdb_s(float(epoch), 0)} | {r:.3g} | {a:.3g} | {c:.3g} |")
    return "\n".join(lines)


def plot(mission: Mission) -> str:
    """Return the plot: distances from the centres of Earth and Moon, and the uncertainty."""
    flight = mission.trajectory
    first, last = flight.span_tdb_s
    epochs = np.linspace(first, last, SAMPLES)
    covered = np.ones(SAMPLES, dtype=bool)
    for start, end in flight.gaps_tdb_s:
        covered &= (epochs <= start) | (epochs >= end)
    days = (epochs - first) / 86400.0
    curves = []
    for name, colour, body in (("Earth", "#2f6fb5", EARTH.naif_id), ("Moon", "#777777", MOON.naif_id)):
        distance = np.full(SAMPLES, np.nan)
        distance[covered] = np.linalg.norm(flight.state_km(epochs[covered], body)[0], axis=1)
        curves.append(Curve(f"from the {name}", colour, days, distance))
    if flight.sigma is not None:
        sigma = np.linalg.norm(flight.sigma_km(epochs), axis=1)
        sigma[~covered | (sigma <= 0.0)] = np.nan
        curves.append(Curve("uncertainty", "#b03030", days, sigma, is_dashed=True))
    burns = [(arc.start_tdb_s, arc.end_tdb_s) for arc in flight.arcs if arc.kind == "burn"]
    marks = [((start - first) / 86400.0, (end - first) / 86400.0) for start, end in burns]
    ticks = [(day, utc_text_from_tdb_s(first + 86400.0 * day, 0)[5:10]) for day in np.linspace(0.0, days[-1], 7)[:-1]]
    return plot_svg(mission.name, "km", curves, [(float(day), text) for day, text in ticks], marks)


if __name__ == "__main__":
    main()
