"""Small pictures of links, as the list of bookmarks asks for them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from visualizer.cli.main import app

pytestmark = pytest.mark.gl


def test_links_are_drawn_and_what_cannot_be_is_left_out(tmp_path):
    links = tmp_path / "links.txt"
    links.write_text(
        "earth perilune:?t=20230816T091000&m=luna-25&v=earth\n"
        "none perilune:?t=20230816T091000&m=apollo-11&v=moon\n"
        "late perilune:?t=20250816T091000&m=luna-25&v=follow\n"
        "moon perilune:?t=20230816T091000&m=luna-25&v=moon\n"
    )
    result = CliRunner().invoke(app, ["link-pictures", str(links), str(tmp_path), "--size", "64x36"])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["picture earth", "no picture none", "no picture late", "picture moon"]
    pictures = [np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"), int) for name in ("earth", "moon")]
    assert all(picture.shape == (36, 64, 3) and picture.max() > 80 for picture in pictures)
    assert (pictures[0] != pictures[1]).any()
