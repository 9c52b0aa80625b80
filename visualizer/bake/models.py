"""Bake the spacecraft's models: `python -m visualizer.bake.models [name ...]`.

Layer: bake. Each model is a function of `visualizer.bake.craft`; shapes follow published drawings and photographs in
their general layout, dimensions are told with their confidence there. No model is anybody else's work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from visualizer.errors import AssetError

from .craft import america, india, japan_korea, landers, orion, russia
from .craft.glb_write import write_glb
from .craft.occlusion import divided, sky_seen
from .craft.parts import Model
from .manifest import ASSETS, record

NOTE = "an illustration after the general layout in published pictures; dimensions from general knowledge"
RECIPES: dict[str, Callable[[], Model]] = {
    "luna-25": russia.luna_25,
    "fregat": russia.fregat,
    "luna-24-descent": russia.luna_24_descent,
    "luna-24-ascent": russia.luna_24_ascent,
    "luna-24-capsule": russia.luna_24_capsule,
    "vikram": india.vikram,
    "chandrayaan-3-propulsion": india.propulsion_module,
    "chandrayaan-2-orbiter": india.orbiter,
    "chandrayaan-2-wing": india.orbiter_wing,
    "kplo": japan_korea.kplo,
    "kplo-wings": japan_korea.kplo_wings,
    "slim": japan_korea.slim,
    "orion": orion.orion,
    "orion-capsule": orion.capsule,
    "icps": orion.icps,
    "lcross": america.lcross,
    "centaur": america.centaur,
    "nova-c": landers.odysseus,
    "nova-c-athena": landers.athena,
    "crew-lander": landers.crew_lander,
    "plain": landers.plain,
}


def bake(name: str) -> None:
    """Write one model and its line of the manifest."""
    if name not in RECIPES:
        raise AssetError(f"model {name!r}: not known; there are {', '.join(RECIPES)}")
    model = RECIPES[name]()
    mesh = divided(model.mesh, model.finest_m)
    relative = f"models/{name}.glb"
    write_glb(ASSETS / relative, name, mesh, sky_seen(mesh), model.nozzles, NOTE)
    record(
        relative, recipe="python -m visualizer.bake.models", sources=["own procedural model"], licence="MIT", note=NOTE
    )
    size = (ASSETS / relative).stat().st_size
    print(f"{name}: {len(mesh.index)} triangles, {size} bytes")


def main() -> None:
    """Bake the models that are named, or all, and renew the line of the table that says when each is drawn."""
    for name in sys.argv[1:] or RECIPES:
        bake(name)
    table = "which models are drawn for which mission and when, after the mission documents"
    record("models/models.toml", recipe="written by hand", sources=[table], licence="MIT")


if __name__ == "__main__":
    main()
