"""Make what people install: `python3 packaging/build.py` freezes the program and packs it for this platform.

On Linux `dist/` then holds the folder `perilune/`, `perilune-VERSION-linux-MACHINE.tar.xz` with an install script, and
`perilune_VERSION_ARCH.deb`; on Windows and macOS a zip. Versions come from `lock.txt`; `--lock` renews that.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
import time
from pathlib import Path

import archives
import set_up
from freezing import FOLDER, ROOT, BuildError, commit_time_s, folder_size_mb, freeze, locked_python, present_python

ICONS = ROOT / "build" / "icons"
# An installation and an archive may be as large as this, MB.
LARGEST_FOLDER_MB, LARGEST_ARCHIVE_MB = 450.0, 170.0


def version() -> str:
    """Return the program's version, as the package has it."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "visualizer" / "__init__.py").read_text(encoding="utf-8"))
    if not found:
        raise BuildError("visualizer/__init__.py names no version")
    return found.group(1)


def pack() -> list[Path]:
    """Write the archives of this platform beside the folder; return their paths."""
    machine, time_s = platform.machine(), commit_time_s()
    if sys.platform.startswith("linux"):
        archive = FOLDER.parent / f"perilune-{version()}-linux-{machine}.tar.xz"
        archives.write_archive(archive, FOLDER, ICONS, time_s)
        if machine not in archives.DEBIAN_NAMES:
            return [archive]
        deb = FOLDER.parent / f"perilune_{version()}_{archives.DEBIAN_NAMES[machine]}.deb"
        archives.write_deb(deb, FOLDER, ICONS, version(), machine, time_s)
        return [archive, deb]
    system = "windows" if set_up.IN_WINDOWS else "macos"
    archive = FOLDER.parent / f"perilune-{version()}-{system}-{machine}.zip"
    app = FOLDER.parent / "Perilune.app"
    archives.write_zip(archive, app if app.is_dir() else FOLDER, time_s)
    return [archive]


def check_sizes(paths: list[Path]) -> None:
    """Say how large everything is; raise `BuildError` where it is too large."""
    size_mb, count = folder_size_mb(FOLDER)
    print(f"{FOLDER.relative_to(ROOT)}: {size_mb:.0f} MB in {count} files (at most {LARGEST_FOLDER_MB:.0f})")
    for path in paths:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.0f} MB (at most {LARGEST_ARCHIVE_MB:.0f})")
    archive_mb = max((path.stat().st_size / 1e6 for path in paths), default=0.0)
    if size_mb > LARGEST_FOLDER_MB or archive_mb > LARGEST_ARCHIVE_MB:
        raise BuildError("the result is larger than it may be")


def compare(first: Path, second: Path) -> int:
    """Say which files differ between two built folders; return 0 if none does."""
    here, there = archives.folder_digest(first), archives.folder_digest(second)
    different = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
    for name in different:
        print(f"differs: {name}")
    print(f"{len(here)} and {len(there)} files, {len(different)} differ")
    return 1 if different else 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--here", action="store_true", help="freeze what .venv holds, instead of the locked versions")
    parser.add_argument("--no-archives", action="store_true", help="make the folder only")
    parser.add_argument("--lock", action="store_true", help="renew the lock file and stop")
    parser.add_argument("--compare", nargs=2, type=Path, metavar="FOLDER", help="say where two built folders differ")
    return parser.parse_args()


def main() -> int:
    """Build; return the exit code."""
    wanted = parse()
    try:
        if wanted.compare:
            return compare(*wanted.compare)
        if wanted.lock:
            from locking import write_lock

            print(f"packaging/lock.txt: {write_lock()} packages")
            return 0
        seconds = freeze(present_python() if wanted.here else locked_python())
        print(f"frozen in {seconds:.0f} s")
        began = time.monotonic()
        paths = [] if wanted.no_archives else pack()
        print(f"packed in {time.monotonic() - began:.0f} s")
        check_sizes(paths)
    except (BuildError, set_up.BootstrapError, OSError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
