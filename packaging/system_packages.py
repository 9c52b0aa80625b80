"""Which shared libraries Qt and OpenGL need on Linux, whether they are there, and how they come there.

Standard library only: `set_up.py` imports this before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

IN_LINUX = sys.platform.startswith("linux")

# Shared library -> Debian package. What every picture needs:
DRAW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
}
# What Qt needs besides, to be imported and to open a window on X11:
WINDOW_LIBRARIES = {
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
MESA_PACKAGES = ("libegl-mesa0", "libglx-mesa0", "libgl1-mesa-dri")
MESA_DRIVERS = ("dri/swrast_dri.so", "libgallium*.so*", "*/dri/swrast_dri.so", "*/libgallium*.so*")
VENDOR_FOLDERS = ("/usr/share/glvnd/egl_vendor.d", "/etc/glvnd/egl_vendor.d")
DRIVER_FOLDERS = ("/usr/lib", "/usr/lib64", "/run/opengl-driver/lib")


def system_complaint(window: bool, xvfb: bool = False) -> str | None:
    """See to the shared libraries that drawing needs; install what is missing where that is possible.

    Parameters
    ----------
    window : whether what Qt needs counts too
    xvfb : whether the virtual X server counts too

    Returns
    -------
    One line that says what is still missing and which command brings it, or None; always None outside Linux.
    """
    if not IN_LINUX:
        return None
    things, packages = _missing(window, xvfb)
    if packages and apt_install(packages):
        things, packages = _missing(window, xvfb)
    if not things:
        return None
    return f"missing on this system: {', '.join(things)}; {_install_hint(things, packages)}"


def apt_command(packages: list[str]) -> str:
    """Return what a user types to install Debian packages."""
    return f"sudo apt-get update && sudo apt-get install {shlex.join(packages)}"


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages where that is possible: as root, on Debian or Ubuntu; return whether it was done."""
    if not IN_LINUX or shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"bootstrap: installing with apt-get: {' '.join(packages)}", flush=True)
    patient = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq"]
    _apt([*patient, "update"])
    return _apt([*patient, "install", "-y", "--no-install-recommends", *packages]) == 0


def _apt(command: list[str]) -> int:
    """Run apt-get so that it asks nothing; its messages only show where it fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode(errors="replace"))
    return done.returncode


def _missing(window: bool, xvfb: bool) -> tuple[list[str], list[str]]:
    """Return the libraries and programs that are missing, and the Debian packages that bring them."""
    table = {**DRAW_LIBRARIES, **(WINDOW_LIBRARIES if window else {})}
    things = [library for library in table if not _loads(library)]
    packages = [table[thing] for thing in things]
    if not _has_driver():
        things, packages = [*things, "an OpenGL driver (Mesa)"], [*packages, *MESA_PACKAGES]
    if xvfb and shutil.which("Xvfb") is None:
        things, packages = [*things, "Xvfb"], [*packages, "xvfb"]
    return things, packages


def _loads(library: str) -> bool:
    """Tell whether the loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_driver() -> bool:
    """Tell whether an OpenGL driver is there: a vendor's, or Mesa with its software rasterizer."""
    vendors = [file for folder in VENDOR_FOLDERS for file in Path(folder).glob("*.json")]
    if any("mesa" not in file.name for file in vendors):
        return True
    folders = [Path(folder) for folder in DRIVER_FOLDERS]
    return any(next(folder.glob(name), None) for folder in folders for name in MESA_DRIVERS)


def _install_hint(things: list[str], packages: list[str]) -> str:
    """Return the command that brings what is missing, in the words of this machine's package manager."""
    if shutil.which("apt-get"):
        return f"run: {apt_command(packages)}"
    if shutil.which("dnf"):
        names = [f"{thing}()(64bit)" for thing in things if thing.startswith("lib")]
        names += ["mesa-dri-drivers"] * ("libgl1-mesa-dri" in packages)
        names += ["xorg-x11-server-Xvfb"] * ("xvfb" in packages)
        return f"run: sudo dnf install {shlex.join(names)}"
    return "install them with this system's package manager"
