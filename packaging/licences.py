"""Gather the licences of everything inside the packaged program into `licences/` and one overview.

Run by the build with the environment that was frozen: what an installed package says of itself is copied, what is not a
Python package (Qt, FFmpeg, the C library's helpers) is named with where its licence is.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Not packages of their own, but inside: what it is, its licence, where its words and its source are.
CARRIED = (
    ("CPython", "PSF-2.0", "https://docs.python.org/3/license.html"),
    ("Qt 6 (in PySide6)", "LGPL-3.0-only", "https://www.qt.io/licensing/open-source-lgpl-obligations"),
    ("FFmpeg with x264, libvpx and others (in PyAV)", "GPL-2.0-or-later", "https://ffmpeg.org/legal.html"),
    ("OpenBLAS (in numpy)", "BSD-3-Clause", "https://github.com/OpenMathLib/OpenBLAS/blob/develop/LICENSE"),
    ("CSPICE (in spiceypy)", "NAIF's own terms", "https://naif.jpl.nasa.gov/naif/rules.html"),
    ("libjpeg-turbo, zlib, libwebp, FreeType and others (in Pillow)", "each its own", "https://pillow.readthedocs.io"),
    ("DejaVu Sans (font of the picture)", "Bitstream Vera and public domain", "https://dejavu-fonts.github.io/License.html"),
)  # fmt: skip
SOURCE_NOTE = (
    "Libraries under the LGPL and GPL are unchanged and lie as files of their own in `_internal/`: they can be\n"
    "replaced there. Their source code is at the addresses above, in the versions that this list names.\n"
)


def bundled(folder: Path) -> list[Distribution]:
    """Return the installed packages that have files in the packaged folder, by name."""
    inside = folder / "_internal"
    names = {file.name.lower().split(".")[0] for file in inside.iterdir()} | archive_names(folder)
    chosen = {}
    for one in distributions():
        tops = {str(file).replace("\\", "/").split("/")[0].split(".")[0].lower() for file in one.files or []}
        tops = {top for top in tops if top and not top.startswith(("__", "..")) and top != "bin"}
        if tops & names:
            chosen[one.metadata["Name"].lower()] = one
    return [chosen[name] for name in sorted(chosen) if name not in ("pyinstaller", "pip", "setuptools")]


def archive_names(folder: Path) -> set[str]:
    """Return the top-level modules in the program's own archive, as PyInstaller lists them beside its work."""
    listing = ROOT / "build" / "perilune" / "PYZ-00.toc"
    if not listing.is_file():
        return set()
    return {name.lower() for name in re.findall(r"\('([A-Za-z_0-9]+)", listing.read_text(encoding="utf-8"))}


def licence_of(one: Distribution) -> str:
    """Return what a package calls its licence."""
    told = one.metadata.get("License-Expression") or one.metadata.get("License") or ""
    if told and len(told) < 60:
        return told.strip()
    kinds = [kind.rsplit("::", 1)[-1].strip() for kind in one.metadata.get_all("Classifier") or [] if "License" in kind]
    return ", ".join(kinds) or "see its file"


def licence_files(one: Distribution) -> list[Path]:
    """Return the files with a package's licences, as installed."""
    wanted = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
    found = (Path(str(one.locate_file(file))) for file in one.files or [] if wanted.search(str(file)))
    return sorted(path for path in found if path.is_file() and path.suffix not in (".py", ".pyc"))


def write(folder: Path) -> int:
    """Write overview and files; return how many packages there are."""
    target = folder / "licences"
    target.mkdir(exist_ok=True)
    lines = ["Perilune and what is inside it", "", f"{'Perilune':<44} MIT (licences/perilune.txt)", ""]
    (target / "perilune.txt").write_bytes((ROOT / "LICENSE").read_bytes())
    packages = [one for one in bundled(folder) if one.metadata["Name"].lower() != "perilune"]
    for one in packages:
        name = one.metadata["Name"]
        lines.append(f"{name + ' ' + one.version:<44} {licence_of(one)}")
        for number, path in enumerate(licence_files(one)):
            ending = "" if number == 0 else f"-{number + 1}"
            (target / f"{name}{ending}.txt").write_bytes(path.read_bytes())
    lines += ["", "Inside these packages", ""]
    lines += [f"{what:<64} {licence}\n    {where}" for what, licence, where in CARRIED]
    lines += [
        "",
        SOURCE_NOTE,
        "Data: see the About box and `assets/MANIFEST.toml`, which names the source of each file.",
    ]
    (folder / "LICENCES.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(packages)


def main() -> int:
    """Write into the folder that the command line names; return the exit code."""
    count = write(Path(sys.argv[1]))
    print(f"licences: {count} packages")
    return 0 if count > 10 else 1


if __name__ == "__main__":
    sys.exit(main())
