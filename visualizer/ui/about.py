"""What the program is, what its data are from, what it stands on; and diagnostics to send with a question.

Window layer. Sources and licences of data are read from the manifest of the bundled files: none is forgotten.
"""

from __future__ import annotations

import os
import platform
import sys
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from visualizer import __version__
from visualizer.resources import manifest
from visualizer.ui.words import tr

WORDS: Final = """<p>See where lunar missions flew, and how well that is known.</p>
<p>Earth, Moon, Sun and planets stand where JPL's DE440 puts them; the Moon is turned by DE421's libration, the
Earth by IAU 2006/2000A with IERS tables. No tracking data of Luna-25 were published: its path is
<b>reconstructed</b> from published times, orbits and places by this program's own solver; other flights are
<b>fitted</b> to tracked positions, reconstructed in the same way, or <b>planned</b>, and the picture tells them apart.
The panel Evidence (E) lists every fact, its source, and what the path says about it.</p>
<p>The Moon's relief is made from names, places and sizes of features and published laws, unless you fetch measured
maps; spacecraft have their true size unless you enlarge them (Shift+L), and then the picture says by how much.</p>"""
LIBRARIES: Final = (
    ("PySide6_Essentials", "Qt for Python", "LGPL-3.0"),
    ("vispy", "VisPy", "BSD-3-Clause"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("pyerfa", "PyERFA", "BSD-3-Clause"),
    ("jplephem", "jplephem", "MIT"),
    ("spiceypy", "SpiceyPy, with NAIF's CSPICE", "MIT"),
    ("av", "PyAV, with FFmpeg", "BSD-3-Clause; FFmpeg: GPL-2.0"),
    ("Pillow", "Pillow", "MIT-CMU"),
    ("pydantic", "pydantic", "MIT"),
    ("pyqtgraph", "pyqtgraph", "MIT"),
    ("typer", "Typer", "MIT"),
    ("rich", "Rich", "MIT"),
    ("psygnal", "psygnal", "BSD-3-Clause"),
    ("platformdirs", "platformdirs", "MIT"),
    ("pooch", "Pooch", "BSD-3-Clause"),
)


def about_html() -> str:
    """Return the page about the program: words, data with sources and licences, libraries."""
    parts = [f"<h2>Perilune {__version__}</h2>", tr(WORDS), f"<h3>{tr('Data, their sources and licences')}</h3>"]
    for title, sources, licences in data_sources():
        lines = "<br>".join(escape(source) for source in sources)
        parts.append(f"<p><b>{escape(title)}</b> ({escape(', '.join(licences))})<br>{lines}</p>")
    parts.append(f"<h3>{tr('Libraries')}</h3><p>")
    parts += [f"{escape(title)} {installed(name)} ({licence})<br>" for name, title, licence in LIBRARIES]
    return "".join([*parts, "</p>", f"<p>{tr('Perilune itself is under the MIT licence.')}</p>"])


TITLES: Final = {
    "earth": "The Earth", "moon": "The Moon", "ephemeris": "Sun, Moon and planets",
    "orientation": "Axes of Earth and Moon", "gravity": "The Moon's gravity", "missions": "Missions and their facts",
    "trajectories": "Flights", "stars": "Stars", "sky": "Stars and constellations", "fonts": "Letters",
    "models": "Spacecraft models", "features": "Names on the Moon", "sites": "Planned landing areas",
    "stories": "Stories", "ui": "Pictures of the window",
}  # fmt: skip


def data_sources() -> list[tuple[str, list[str], list[str]]]:
    """Return for each folder of bundled data its title, where it is from, and its licences."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name, entry in manifest().items():
        sources, licences = found.setdefault(name.partition("/")[0], ([], []))
        sources += [source for source in entry["sources"] if source not in sources]
        licences += [entry["licence"]] if entry["licence"] not in licences else []
    return [(TITLES.get(folder, folder.capitalize()), *both) for folder, both in sorted(found.items())]


def installed(name: str) -> str:
    """Return a library's version, empty where the packaged program carries it without one."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def diagnostics_text(facts: Any, quality: str, frame_ms: list[float]) -> str:
    """Return versions, graphics and timings as text; nothing of the user's, no names of folders or files.

    Parameters
    ----------
    facts : what OpenGL says of itself, or None before the first picture
    quality : id of the tier that was chosen
    frame_ms : how long the last pictures took
    """
    lines = [
        f"Perilune {__version__}{' (packaged)' if getattr(sys, 'frozen', False) else ''}",
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {platform.machine()}, "
        f"{os.cpu_count()} processors",
        f"Qt {qVersion()}, platform {QGuiApplication.platformName()}",
    ]
    for screen in QGuiApplication.screens():
        size = screen.size()
        lines.append(f"screen {size.width()}x{size.height()}, scale {screen.devicePixelRatio():g}")
    if facts is not None:
        kind = ", drawn by the processor" if facts.is_software else ""
        lines.append(f"OpenGL {facts.version}, {facts.renderer} ({facts.vendor}){kind}")
    lines.append(f"quality {quality}")
    if frame_ms:
        ordered = sorted(frame_ms)
        lines.append(
            f"pictures: {len(ordered)}, median {ordered[len(ordered) // 2]:.1f} ms, "
            f"95 % within {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms"
        )
    lines += [f"{name} {installed(name)}" for name, _, _ in LIBRARIES if installed(name)]
    return "\n".join(lines)
