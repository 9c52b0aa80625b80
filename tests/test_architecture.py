"""The house plan holds: rooms import only what lies below, third parties stay in their rooms, nothing goes round."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE, TESTS = ROOT / "visualizer", ROOT / "tests"

# From the bottom floor up; rooms of one tuple do not import each other.
FLOORS = (
    ("errors",),
    ("resources",),
    ("core",),
    ("formats",),
    ("maps",),
    ("missions",),
    ("model",),
    ("scene",),
    ("export",),
    ("ui",),
    ("cli",),
    ("__main__",),
)
HEADLESS = ("core", "formats", "maps", "missions", "model")
TOOLKITS = ("PySide6", "shiboken6", "vispy", "OpenGL", "av")
MAX_LINES = 400

THIRD_PARTIES = {
    "errors": set(),
    "resources": {"numpy"},
    "core": {"numpy", "scipy", "astropy", "jplephem", "erfa", "PIL"},
    "formats": {"numpy", "jplephem", "spiceypy", "erfa"},
    "maps": {"numpy", "PIL", "pooch", "platformdirs"},
    "missions": {"numpy", "scipy", "pydantic", "platformdirs"},
    "model": {"numpy", "pydantic", "psygnal", "platformdirs"},
    "scene": {"numpy", "vispy", "PIL"},
    "export": {"numpy", "vispy", "av", "PIL"},
    "ui": {"numpy", "PySide6", "shiboken6", "psygnal", "platformdirs", "pyqtgraph"},
    "cli": {"numpy", "typer", "rich", "platformdirs"},
    "__main__": set(),
    "__init__": set(),
}
BAKE_MAY_IMPORT = ("errors", "resources", "core", "formats", "maps", "missions")


def modules() -> list[Path]:
    """Return the sources of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """Return the room of a dotted name; the package itself is the room `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def source(path: Path) -> ast.Module:
    """Return the syntax tree of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def type_checking_only(tree: ast.Module) -> set[ast.AST]:
    """Return the imports that only type checkers see."""
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    return {inner for guard in guards for statement in guard.body for inner in ast.walk(statement)}


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import of a file, relative ones resolved."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(source(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            anchor = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*anchor, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def floor_of(room: str) -> int:
    """Return the floor of a room."""
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def allowed_rooms(room: str) -> set[str]:
    """Return the rooms that a room may import, itself included."""
    if room == "bake":
        return {"bake", *BAKE_MAY_IMPORT}
    if room == "__init__":
        return set()
    return {room, *(below for rooms in FLOORS[: floor_of(room)] for below in rooms)}


def own_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import of the package's own modules."""
    return ((line, name) for line, name in imports_of(path) if name.split(".")[0] == "visualizer")


def test_every_room_has_a_floor() -> None:
    known = {room for rooms in FLOORS for room in rooms} | {"__init__", "bake"}
    assert {room_of(module_name(path)) for path in modules()} <= known


def test_rooms_import_only_what_lies_below() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules()
        for line, name in own_imports(path)
        if room_of(name) not in {*allowed_rooms(room_of(module_name(path))), "__init__", "__version__"}
    ]
    assert wrong == []


def test_third_parties_stay_in_their_rooms() -> None:
    wrong = []
    for path in modules():
        room = room_of(module_name(path))
        if room == "bake":
            continue
        for line, name in imports_of(path):
            top = name.split(".")[0]
            if top not in {*sys.stdlib_module_names, "visualizer", *THIRD_PARTIES[room]}:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {top}")
    assert wrong == []


def test_the_recipes_draw_and_show_nothing() -> None:
    tops = {name.split(".")[0] for path in (PACKAGE / "bake").glob("*.py") for _, name in imports_of(path)}
    assert tops.isdisjoint(TOOLKITS)


def known_module(name: str, known: set[str]) -> str:
    """Return the module that an imported name lives in: the name itself, or what lies before its last dot."""
    return name if name in known else name.rpartition(".")[0]


def test_no_module_imports_itself_round_a_corner() -> None:
    known = {module_name(path) for path in modules()}
    graph: dict[str, set[str]] = {}
    for path in modules():
        hidden = {node.lineno for node in type_checking_only(source(path)) if hasattr(node, "lineno")}
        needed = {known_module(name, known) for line, name in own_imports(path) if line not in hidden}
        graph[module_name(path)] = needed - {"visualizer", module_name(path)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other: {' -> '.join(error.args[1])}")


def modules_loaded_by(rooms: tuple[str, ...]) -> dict[str, str]:
    """Return which modules a fresh process holds once every module of some rooms is imported."""
    names = [module_name(path) for path in modules() if room_of(module_name(path)) in rooms]
    script = f"import importlib, json, sys\nfor n in {names!r}: importlib.import_module(n)\n"
    script += "print(json.dumps(sorted(n for n in sys.modules if '.' not in n)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_lower_rooms_load_without_any_toolkit() -> None:
    assert set(modules_loaded_by(HEADLESS)).isdisjoint(TOOLKITS)


def test_scene_and_export_load_without_qt() -> None:
    assert set(modules_loaded_by(("scene", "export"))).isdisjoint({"PySide6", "shiboken6"})


def importers_of(*libraries: str) -> list[str]:
    """Return where the package imports some libraries when a module is loaded, not when it is used."""
    places = []
    for path in (path for path in modules() if room_of(module_name(path)) != "bake"):
        at_start = {node.lineno for node in source(path).body}
        lines = ((line, name) for line, name in imports_of(path) if line in at_start)
        places += [f"{path.name}:{line}" for line, name in lines if name.split(".")[0] in libraries]
    return places


def test_the_model_loads_without_scipy_and_astropy() -> None:
    loaded = set(modules_loaded_by(("core", "formats", "model")))
    assert loaded.isdisjoint({"scipy", "astropy"}), importers_of("scipy", "astropy")


def test_the_command_line_loads_without_window_and_pictures() -> None:
    script = "import json, sys, visualizer.cli.main; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert set(json.loads(done.stdout)).isdisjoint({"PySide6", "vispy", "av", "scipy", "astropy"})


def test_modules_are_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in [*modules(), *TESTS.rglob("*.py")]}
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count >= MAX_LINES} == {}


def texts_of_the_project() -> Iterator[Path]:
    """Yield the texts that the project ships or shows."""
    endings = {".py", ".md", ".toml", ".glsl", ".vert", ".frag", ".spec", ".csv", ".txt", ""}
    for folder in ("visualizer", "assets", "shaders", "tests", "packaging", "docs", ".ci"):
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in endings)
        yield from (path for path in files if "__pycache__" not in path.parts)
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in endings)


def test_the_project_speaks_of_no_place_of_one_machine() -> None:
    places = ["/" + "work/", "/" + "root/", "/" + "home/"]
    wrong = []
    for path in texts_of_the_project():
        text = path.read_text(encoding="utf-8", errors="ignore")
        wrong += [f"{path.relative_to(ROOT)} names {place}" for place in places if place in text]
    assert wrong == []
