"""A bundled file that is cut short costs one clear line that names it."""

from __future__ import annotations

import pytest

from visualizer import resources
from visualizer.core.earth_axes import bundled_earth_orientation
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.gravity import lp165p
from visualizer.core.horizon import bundled_horizon
from visualizer.core.moon_axes import _libration_table
from visualizer.core.relief import bundled_relief, read_steps
from visualizer.errors import PeriluneError
from visualizer.missions.catalogue import load_mission
from visualizer.model.features import bundled_features

LOADERS = {
    "ephemeris/de440_1970_2040.bsp": bundled_ephemeris.__wrapped__,
    "orientation/moon_pa_de421_1970_2040.bpc": _libration_table.__wrapped__,
    "orientation/earth_iers.npz": bundled_earth_orientation.__wrapped__,
    "moon/height.png": bundled_relief.__wrapped__,
    "moon/south_height.png": lambda: read_steps("moon/south_height.png"),
    "moon/horizon_cube.jpg": bundled_horizon.__wrapped__,
    "moon/south_horizon.jpg": bundled_horizon.__wrapped__,
    "moon/features.csv": bundled_features.__wrapped__,
    "gravity/lp165p_deg30.csv": lambda: lp165p.__wrapped__(20),
    "trajectories/luna-25.bsp": lambda: load_mission("luna-25"),
    "trajectories/luna-25.toml": lambda: load_mission("luna-25"),
    "missions/luna-25.toml": lambda: load_mission("luna-25"),
}


@pytest.fixture
def other_root(tmp_path, monkeypatch):
    """Return a folder of links to the real assets that stands in for them."""
    real = resources.root_path() / "assets"
    for path in real.rglob("*"):
        copy = tmp_path / "assets" / path.relative_to(real)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(path)
    monkeypatch.setattr(resources, "root_path", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("kept", [0.5, 0.0])
@pytest.mark.parametrize("name", LOADERS)
def test_a_file_cut_short_is_named(other_root, name, kept):
    path = other_root / "assets" / name
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(PeriluneError) as caught:
        LOADERS[name]()
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", LOADERS)
def test_a_missing_file_is_named(other_root, name):
    (other_root / "assets" / name).unlink()
    with pytest.raises(PeriluneError):
        LOADERS[name]()


def test_every_bundled_file_is_as_the_manifest_says():
    assert resources.damaged_assets() == []
