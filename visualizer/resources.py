"""The only finder of `assets/` and `shaders/`: in a checkout, in a wheel, in a frozen bundle."""

from __future__ import annotations

import sys
import tomllib
import zipfile
import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from visualizer.errors import AssetError


@cache
def root_path() -> Path:
    """Return the folder that holds `assets/` and `shaders/`.

    Raises
    ------
    AssetError
        If neither the package, the checkout nor the frozen bundle holds them.
    """
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "visualizer"] if frozen else [package, package.parent]
    for candidate in candidates:
        if (candidate / "assets" / "MANIFEST.toml").is_file():
            return candidate
    raise AssetError(f"assets: not found beside {package}; install Perilune again")


_OVERRIDES: dict[str, Path] = {}


def override(prefix: str, folder: Path) -> None:
    """Let files of a folder take the place of the bundled ones below `prefix`, such as `moon/`, of the same names."""
    _OVERRIDES[prefix] = folder


def stop_overriding(prefix: str) -> None:
    """Use the bundled files below `prefix` again."""
    _OVERRIDES.pop(prefix, None)


def is_overridden(prefix: str) -> bool:
    """Tell whether files of the user's stand in for those below `prefix`."""
    return prefix in _OVERRIDES


def asset_path(relative: str) -> Path:
    """Return the path of a bundled file below `assets/`, or of what stands in for it.

    Raises
    ------
    AssetError
        If it is missing.
    """
    for prefix, folder in _OVERRIDES.items():
        own = folder / relative.removeprefix(prefix)
        if relative.startswith(prefix) and own.is_file():
            return own
    path = root_path() / "assets" / relative
    if not path.exists():
        raise AssetError(f"bundled file assets/{relative} is missing; install Perilune again")
    return path


def load_arrays(relative: str) -> dict[str, Any]:
    """Return the arrays of a bundled `.npz` by name; raise `AssetError` where it is missing or damaged."""
    import numpy as np

    try:
        with asset_path(relative).open("rb") as file, np.load(file) as data:
            return {name: data[name] for name in data.files}
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise AssetError(f"bundled file assets/{relative} is damaged ({error}); install Perilune again") from error


def shader_path(name: str) -> Path:
    """Return the path of a shader source below `shaders/`."""
    path = root_path() / "shaders" / name
    if not path.is_file():
        raise AssetError(f"bundled shader shaders/{name} is missing; install Perilune again")
    return path


def manifest() -> dict[str, Any]:
    """Return `assets/MANIFEST.toml`: for each file its sha256, recipe, sources and licence."""
    with asset_path("MANIFEST.toml").open("rb") as file:
        return tomllib.load(file)


def damaged_assets() -> list[str]:
    """Return one line for each bundled file whose bytes are not those the manifest names."""
    complaints = []
    for name, entry in manifest().items():
        path = root_path() / "assets" / name
        if not path.is_file():
            complaints.append(f"assets/{name} is missing")
        elif sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            complaints.append(f"assets/{name} is damaged")
    return complaints
