"""Put the packaged program into what people install: on Linux an archive with an install script, and a `.deb`.

Standard library only. Names in order, owner root, one time for all files: the same folder gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

LINUX = Path(__file__).resolve().parent / "linux"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
PRESET = 6
DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}
# What the C library, Qt's X11 plugin and OpenGL come from; everything else is inside.
DEPENDS = (
    "libc6 (>= 2.28)", "libegl1", "libgl1", "libgl1-mesa-dri", "libfontconfig1", "libxkbcommon-x11-0", "libxcb-cursor0",
    "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-shape0",
    "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1", "libx11-xcb1", "libdbus-1-3", "libglib2.0-0 | libglib2.0-0t64",
)  # fmt: skip


def desktop_files(icons: Path, program: str) -> dict[str, bytes]:
    """Return what makes a program known to a desktop: path below the prefix's `share/`, content."""
    entry = (LINUX / "perilune.desktop").read_text(encoding="utf-8").replace("@PROGRAM@", program)
    files = {
        "applications/org.perilune.Perilune.desktop": entry.encode(),
        "mime/packages/perilune.xml": (LINUX / "perilune-mime.xml").read_bytes(),
        "metainfo/org.perilune.Perilune.metainfo.xml": (LINUX / "perilune.metainfo.xml").read_bytes(),
    }
    for size in ICON_SIZES:
        png = (icons / f"perilune-{size}.png").read_bytes()
        files[f"icons/hicolor/{size}x{size}/apps/perilune.png"] = png
        files[f"icons/hicolor/{size}x{size}/mimetypes/application-x-perilune-scene.png"] = png
    return files


class _Archive:
    """A tar that tells nothing of when and by whom it was made."""

    def __init__(self, time_s: int) -> None:
        self.buffer, self._time_s = io.BytesIO(), time_s
        self._tar = tarfile.TarFile(fileobj=self.buffer, mode="w", format=tarfile.GNU_FORMAT)
        self._folders: set[str] = set()

    def _entry(self, name: str, mode: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.mtime, entry.mode = self._time_s, mode
        entry.uname = entry.gname = "root"
        return entry

    def add_bytes(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """Add a file, and the folders above it that are not there yet."""
        self._add_folders(name)
        entry = self._entry(name, mode)
        entry.size = len(content)
        self._tar.addfile(entry, io.BytesIO(content))

    def add_link(self, name: str, target: str) -> None:
        """Add a symbolic link."""
        self._add_folders(name)
        entry = self._entry(name, 0o777)
        entry.type, entry.linkname = tarfile.SYMTYPE, target
        self._tar.addfile(entry)

    def add_folder(self, folder: Path, below: str) -> None:
        """Add all files of a folder under a name."""
        for path, name in _files(folder):
            if path.is_symlink():
                self.add_link(f"{below}/{name}", str(path.readlink()))
            else:
                is_program = bool(path.stat().st_mode & 0o100)
                self.add_bytes(f"{below}/{name}", path.read_bytes(), 0o755 if is_program else 0o644)

    def _add_folders(self, name: str) -> None:
        parts = name.split("/")[:-1]
        for count in range(1, len(parts) + 1):
            folder = "/".join(parts[:count])
            if folder not in self._folders and folder != ".":
                self._folders.add(folder)
                entry = self._entry(folder + "/", 0o755)
                entry.type = tarfile.DIRTYPE
                self._tar.addfile(entry)

    def compressed(self) -> bytes:
        """Close it and return it, compressed by xz."""
        self._tar.close()
        return lzma.compress(self.buffer.getvalue(), preset=PRESET)


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            yield path, path.relative_to(folder).as_posix()


def write_archive(target: Path, folder: Path, icons: Path, time_s: int) -> None:
    """Write the archive with the program and its install script."""
    archive = _Archive(time_s)
    top = target.name.removesuffix(".tar.xz")
    archive.add_folder(folder, f"{top}/perilune")
    archive.add_bytes(f"{top}/install.sh", (LINUX / "install.sh").read_bytes(), 0o755)
    archive.add_bytes(f"{top}/README.txt", (LINUX / "README.txt").read_bytes())
    for name, content in desktop_files(icons, "@PROGRAM@").items():
        archive.add_bytes(f"{top}/share/{name}", content)
    _write(target, archive.compressed())


def write_deb(target: Path, folder: Path, icons: Path, version: str, machine: str, time_s: int) -> None:
    """Write the Debian package: the program in `/opt/perilune`, its command in `/usr/bin`."""
    data = _Archive(time_s)
    data.add_folder(folder, "./opt/perilune")
    data.add_link("./usr/bin/perilune", "/opt/perilune/perilune")
    for name, content in desktop_files(icons, "/opt/perilune/perilune").items():
        data.add_bytes(f"./usr/share/{name}", content)
    data.add_bytes("./usr/share/doc/perilune/copyright", (folder / "LICENCES.txt").read_bytes())
    size_kb = sum(path.stat().st_size for path, _ in _files(folder) if not path.is_symlink()) // 1024
    control = _Archive(time_s)
    control.add_bytes("./control", control_text(version, machine, size_kb).encode())
    control.add_bytes("./postinst", (LINUX / "postinst").read_bytes(), 0o755)
    control.add_bytes("./postrm", (LINUX / "postinst").read_bytes(), 0o755)
    members = (
        ("debian-binary", b"2.0\n"), ("control.tar.xz", control.compressed()), ("data.tar.xz", data.compressed())
    )  # fmt: skip
    _write(target, b"!<arch>\n" + b"".join(_ar_member(name, content, time_s) for name, content in members))


def control_text(version: str, machine: str, size_kb: int) -> str:
    """Return what a Debian package says of itself."""
    return (
        f"Package: perilune\nVersion: {version}\nArchitecture: {DEBIAN_NAMES[machine]}\n"
        "Maintainer: Perilune <perilune@perilune.invalid>\nSection: science\nPriority: optional\n"
        f"Installed-Size: {size_kb}\nDepends: {', '.join(DEPENDS)}\n"
        "Description: Lunar missions, scrubbed minute by minute\n"
        " Draws Earth, Moon and spacecraft and lets you scrub through the flight of Luna-25 and\n"
        " other lunar missions, compare and measure them, and save pictures and films.\n"
        " Works without a network and without a graphics card.\n"
    )


def _ar_member(name: str, content: bytes, time_s: int) -> bytes:
    header = f"{name:<16}{time_s:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode("ascii")
    return header + content + (b"\n" if len(content) % 2 else b"")


def write_zip(target: Path, folder: Path, time_s: int) -> None:
    """Write a zip with the program's folder, for Windows and macOS."""
    del time_s  # a zip's times are in local time: all files get the earliest there is
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, name in _files(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            is_link = path.is_symlink()
            mode = 0o120777 if is_link else 0o100755 if path.stat().st_mode & 0o100 else 0o100644
            entry.external_attr = mode << 16
            archive.writestr(entry, str(path.readlink()).encode() if is_link else path.read_bytes())


def _write(target: Path, content: bytes) -> None:
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)


def folder_digest(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, to compare two builds."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for path, name in _files(folder)}
