"""What `perilune compare --plot FILE` does: charts of missions in a file, without a window or a display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from visualizer.errors import CommandError

if TYPE_CHECKING:
    from visualizer.missions.catalogue import Mission

PLOT_KEYS: Final = ("altitude", "speed")
PLOT_ENDINGS: Final = (".png", ".svg")
PIXELS: Final = 1500


def write_plot(
    path: Path,
    missions: Sequence[Mission],
    anchor: str,
    keys: Sequence[str] = PLOT_KEYS,
    start_s: float | None = None,
    end_s: float | None = None,
    *,
    force: bool = False,
) -> None:
    """Write charts of missions, one above the other.

    Parameters
    ----------
    path : ends in .png or .svg
    anchor : of `missions.alignment.ANCHORS`
    keys : of `missions.series.QUANTITIES`
    start_s, end_s : span in seconds from the moment, by the calendar from the first mission's start; by default all
        that the missions' own craft and plans flew

    Raises
    ------
    CommandError
        If the file is there already or cannot be written, no mission has that moment, or none flew in that span.
    """
    from visualizer.missions.alignment import ANCHORS
    from visualizer.missions.series import quantity_of_key
    from visualizer.model.chart_lines import build_charts, marks_of, time_axis, whole_span_s

    if path.suffix.lower() not in PLOT_ENDINGS:
        raise CommandError(f"writing {path}: a plot is written as {' or '.join(PLOT_ENDINGS)}")
    if path.exists() and not force:
        raise CommandError(f"writing {path}: it exists; use --force to replace it")
    axis = time_axis(missions, anchor)
    whole = whole_span_s(missions, axis, with_second_craft=False)
    span = (whole[0] if start_s is None else start_s, whole[1] if end_s is None else end_s)
    quantities = tuple(quantity_of_key(key) for key in keys)
    if span[1] <= span[0]:
        raise CommandError("plotting: the span ends before it begins")
    charts = build_charts(missions, quantities, axis, span, PIXELS)
    if all(chart.is_empty for chart in charts):
        raise CommandError("plotting: none of these missions flew in that span, or has that quantity")

    from visualizer.ui.chart_export import write_charts
    from visualizer.ui.chart_paint import ChartSheet

    is_log = tuple(chart.quantity.is_log for chart in charts)
    names = ", ".join(mission.name for mission in missions)
    title = f"{names}, {'' if axis.is_calendar else 'aligned '}{ANCHORS[anchor]}"
    write_charts(path, ChartSheet(title, charts, is_log, axis, span, marks_of(missions, axis)))
