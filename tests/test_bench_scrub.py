"""What bench says of scrubbing, and how it asks the other process."""

from __future__ import annotations

import json

from visualizer.cli import bench_scrub

FIGURES = {
    "renderer": "llvmpipe", "picture": "1280x720", "single_ms": {"median": 25.2, "p95": 31.0, "worst": 40.0},
    "dragging_ms": {"median": 28.4, "p95": 33.0, "worst": 41.0}, "pictures_per_s": 31.2, "cpu_ms": 30.1,
}  # fmt: skip


def test_the_figures_come_from_the_last_line_of_the_other_process(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("visualizer.cli.display.display_problem", lambda _env=None: "")
    asked = []

    def run(words, _environment):
        asked.append(words)
        return f"something else\n{json.dumps(FIGURES)}\n"

    assert bench_scrub.measure_scrub(run, "640x360") == FIGURES
    assert asked == [["bench-scrub", "--size", "640x360"]]


def test_without_any_display_nothing_is_measured_and_that_is_said(monkeypatch, capsys):
    monkeypatch.setattr("visualizer.cli.display.display_problem", lambda _env=None: "no display")
    monkeypatch.setattr("visualizer.cli.display.shutil.which", lambda _name: None)
    found = bench_scrub.measure_scrub(lambda _words, _env: "", "1280x720")
    assert found is None
    bench_scrub.print_scrub(found)
    assert "not measured" in capsys.readouterr().out


def test_the_figures_are_told_in_words(capsys):
    bench_scrub.print_scrub(FIGURES)
    told = capsys.readouterr().out
    assert "25 ms median, 31 ms at the 95th percentile" in told
    assert "31 a second" in told
