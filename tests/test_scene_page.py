"""What the page on scenes shows can be read."""

from __future__ import annotations

import re

from visualizer.model.link import snapshot_of_link
from visualizer.model.scene_file import scene_from_text


def test_the_scene_of_the_page_is_a_scene_with_every_key(project_root):
    page = (project_root / "docs/scene-file.md").read_text(encoding="utf-8")
    scene = scene_from_text(re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1])
    left_out = {"panes", "story"}
    assert scene.model_fields_set >= set(type(scene).model_fields) - left_out
    assert scene.camera.model_fields_set == set(type(scene.camera).model_fields)
    assert scene.flights[0].model_fields_set == set(type(scene.flights[0]).model_fields)


def test_the_link_of_the_page_is_a_link(project_root):
    page = (project_root / "docs/scene-file.md").read_text(encoding="utf-8")
    snapshot = snapshot_of_link(re.search(r"^perilune:\?.*$", page, re.MULTILINE)[0])
    assert snapshot.camera.focus == "feature:Boguslawsky"
    assert (snapshot.show, snapshot.hide, snapshot.align) == (("graticule",), ("clouds",), "landing")
