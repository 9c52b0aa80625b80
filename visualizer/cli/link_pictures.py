"""The hidden command that draws small pictures of links: for the window's list of bookmarks. Command line layer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from visualizer.cli.texts import size_of
from visualizer.errors import PeriluneError

# Nobody waits for them.
NICER = 10


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("link-pictures", hidden=True)(link_pictures)


def link_pictures(
    path: Annotated[Path, typer.Argument(help="Lines of a name and a link.")],
    folder: Annotated[Path, typer.Argument()],
    size: Annotated[str, typer.Option()] = "160x90",
) -> None:
    """Draw what links show into `<name>.png`; say a line for each."""
    from dataclasses import replace

    from visualizer.export.offscreen import OffscreenPainter
    from visualizer.export.picture import write_png
    from visualizer.model.frame_state import build_frame_state
    from visualizer.model.opening import request_from_link

    if hasattr(os, "nice"):
        os.nice(NICER)
    with OffscreenPainter(size_of(size, None, size), 1) as painter:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, link = line.partition(" ")
            try:
                request, tdb_s = request_from_link(link)
                # Words would be too small to be read.
                options = replace(request.options, has_hud=False, has_labels=False)
                pixels = painter.paint(build_frame_state(replace(request, options=options), tdb_s))
                write_png(folder / f"{name}.png", pixels, force=True, text={})
            except PeriluneError:
                # Its mission is not kept, forgotten by now, or does not fly then.
                typer.echo(f"no picture {name}")
                continue
            typer.echo(f"picture {name}")
