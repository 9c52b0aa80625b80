"""The command `perilune`: opens the window, or runs one of the commands.

Command line layer. Each command loads what it needs when it runs, so `--version` and `--help` are quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from visualizer import __version__
from visualizer.cli import (
    asset_commands,
    bench,
    compare_command,
    doctor,
    event_commands,
    file_commands,
    film_commands,
    link_pictures,
    mission_commands,
    open_command,
    picture_commands,
    reconstruct_command,
    what_if_command,
)
from visualizer.cli.guard import GuardedGroup, let_every_text_be_printed, stop_like_ctrl_c_on_terminate, write_report

app = typer.Typer(
    cls=GuardedGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="See where lunar missions flew, and how well that is known. Without a command: open the window.",
)


def _say_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"perilune {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the window, unless a command is given."""
    from visualizer.maps.store import use

    use()
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window())


def open_window() -> int:
    """Open the window; raise `GraphicsError` where there is no display."""
    from visualizer.cli.display import require_display

    require_display()
    from visualizer.scene.visuals.textures import start_reading

    # Pictures are decoded in threads while the rest is imported.
    start_reading()
    from visualizer.ui.app import run_window

    return run_window(write_report)


mission_commands.register(app)
open_command.register(app)
file_commands.register(app)
event_commands.register(app)
compare_command.register(app)
what_if_command.register(app)
picture_commands.register(app)
film_commands.register(app)
link_pictures.register(app)
reconstruct_command.register(app)
asset_commands.register(app)
doctor.register(app)
bench.register(app)


def main() -> None:
    """Run the program."""
    stop_like_ctrl_c_on_terminate()
    let_every_text_be_printed()
    app(prog_name="perilune")


if __name__ == "__main__":
    main()
