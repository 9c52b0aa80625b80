"""The one table of panels: docks, toggle commands and menu lines come from it.

Window layer. A panel is made when it is first shown. It is a widget with `refresh(state)`, called up to ten times a
second while it is seen, and `stop()`, called when the window closes: it disconnects and ends its workers there.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from visualizer.ui.desk import Desk

Area = Literal["left", "right", "bottom"]


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One panel.

    Attributes
    ----------
    id : object name of its dock; its command is `window.toggle_<id>`
    title, help : dock title and menu text; one sentence
    keys : shortcuts
    area : where its dock is put first
    widget : module of this package and class
    size_em : width (left, right) or height (bottom) at first, in widths of an m
    menu : where its toggle stands
    height_em : height at first among others in its column; 0 takes what is left
    short : on its dock and its tab, where the title is too long for those
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    area: Area
    widget: str
    size_em: float = 20.0
    menu: str = "View"
    height_em: float = 0.0
    short: str = ""

    def load(self) -> Any:
        """Load the panel's module, which takes up to 45 ms, and return its class."""
        module, name = self.widget.split(".")
        return getattr(import_module(f"visualizer.ui.{module}"), name)

    def make(self, desk: Desk, parent: Any) -> Any:
        """Make the panel's widget."""
        return self.load()(desk, parent)


PANELS: tuple[PanelSpec, ...] = (
    PanelSpec("mission", "About the mission", "How it ended, its craft, instruments, crew, how its path is known.",
              ("Shift+I",), "right", "mission_panel.MissionPanel", 26.0, height_em=40.0, short="Mission"),
    PanelSpec("evidence", "Evidence", "Published facts and what the trajectory says about them.",
              ("E",), "bottom", "evidence_panel.EvidencePanel", 26.0),
    PanelSpec("charts", "Charts", "Altitude, speed, distances, latitude, delta-v and Sun along the flights.",
              ("C",), "bottom", "chart_panel.ChartPanel", 28.0, "Compare"),
    PanelSpec("map", "Map", "The Moon's south pole and all of it as maps: tracks, sites, planned areas, light.",
              ("M",), "right", "map_panel.MapPanel", 36.0, height_em=46.0),
    PanelSpec("what_if", "What if", "Fly a burn for another length and see the orbit that follows.",
              ("I",), "right", "what_if_panel.WhatIfPanel", 24.0, height_em=40.0),
    PanelSpec("measure", "Measure", "Measure between any two things: range, angle, light time, line of sight.",
              ("Shift+M",), "right", "measure_panel.MeasurePanel", 24.0, height_em=40.0),
    PanelSpec("bookmarks", "Bookmarks", "Moments and views to come back to: yours, and ready-made ones.",
              ("Ctrl+B",), "left", "bookmarks_panel.BookmarksPanel", 21.0),
    PanelSpec("comparison", "Comparison", "Figures of missions side by side, and their numbers of now on one clock.",
              ("X",), "bottom", "compare_panel.ComparePanel", 30.0, "Compare"),
    PanelSpec("storyboard", "Storyboard", "Shots of a film: put in order, given words, played here, drawn into a file.",
              ("Shift+F",), "bottom", "story_panel.StoryPanel", 26.0, "Export"),
)  # fmt: skip
