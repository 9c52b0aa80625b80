"""Commands for measured maps: assets list, fetch, use, remove. Command line layer."""

from __future__ import annotations

from typing import Annotated

import typer

from visualizer.cli.texts import say_json
from visualizer.errors import CommandError

app = typer.Typer(
    no_args_is_help=True, help="Measured maps of the Moon: fetched only when you ask, kept for you alone."
)
What = Annotated[str, typer.Argument(metavar="BODY", help="moon")]
Size = Annotated[str, typer.Option(metavar="SIZE", help="small (4096 x 2048 colours) or large (8192 x 4096).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]


def register(parent: typer.Typer) -> None:
    """Add these commands."""
    parent.add_typer(app, name="assets")


def _require_moon(what: str) -> None:
    if what != "moon":
        raise CommandError(f"maps of {what!r}: there are none; only those of the moon can be fetched")


@app.command("list")
def list_assets(as_json: AsJson = False) -> None:
    """Show which maps there are to fetch, which are here, and which are drawn."""
    from visualizer.maps import sets, store

    here = store.installed()
    rows = [
        {"set": one.id, "what": one.title, "fetch_mb": round(one.about_bytes / 1e6),
         "state": "not here" if here is None or here.set.id != one.id else "used" if here.is_used else "here, not used"}
        for one in sets.SETS
    ]  # fmt: skip
    if as_json:
        say_json({"maps": rows, "folder": str(store.maps_folder()), "bytes": here.bytes if here else 0})
        return
    for row in rows:
        typer.echo(f"moon {row['set']:<6} {row['what']}, about {row['fetch_mb']} MB to fetch: {row['state']}")
    if here is None or not here.is_used:
        typer.echo("Drawn now: the Moon made by recipe from names, places, sizes and published laws.")
    if here is not None:
        typer.echo(f"{here.bytes / 1e6:.0f} MB in {store.maps_folder()}. {sets.CREDIT}")


@app.command()
def fetch(what: What, size: Size = "small") -> None:
    """Fetch measured maps of the Moon from NASA and draw with them; run it again to go on after a break."""
    from visualizer.cli.progress import progress_of
    from visualizer.maps import sets
    from visualizer.maps.installing import install_set

    _require_moon(what)
    map_set = sets.set_of_id(size)
    with progress_of("fetching maps") as tell:
        there = install_set(map_set, tell, lambda: False)
    assert there is not None
    typer.echo(f"The Moon is now drawn from measured maps ({map_set.title}); {there.bytes / 1e6:.0f} MB on disk.")
    typer.echo(sets.CREDIT)


@app.command()
def use(which: Annotated[str, typer.Argument(metavar="MAPS", help="measured or made")]) -> None:
    """Draw with the measured maps, or with the made ones again."""
    from visualizer.maps import store

    if which not in ("measured", "made"):
        raise CommandError(f"using {which!r} maps: one of measured, made")
    if which == "measured" or store.installed() is not None:
        store.choose(which == "measured")
    typer.echo(f"The Moon is drawn from the {which} maps.")


@app.command()
def remove(what: What) -> None:
    """Remove the measured maps from this machine."""
    from visualizer.maps import store

    _require_moon(what)
    size = store.remove()
    typer.echo(f"{size / 1e6:.0f} MB removed." if size else "There were no measured maps here.")
