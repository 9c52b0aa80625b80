"""Archives are the same bytes each time and hold what a desktop needs; the smoke test reads pictures rightly."""

from __future__ import annotations

import io
import lzma
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TIME_S = 1_700_000_000


@pytest.fixture(autouse=True)
def packaging_path(monkeypatch):
    """Let the modules of `packaging/` be imported, under their own names, for one test."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    yield
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and "packaging" in Path(sys.modules[name].__file__).parts:
            del sys.modules[name]


@pytest.fixture
def program(tmp_path):
    """Return a folder like that of the packaged program, and its icons."""
    folder, icons = tmp_path / "perilune", tmp_path / "icons"
    (folder / "_internal" / "дальше").mkdir(parents=True)
    (folder / "perilune").write_bytes(b"\x7fELF")
    (folder / "perilune").chmod(0o755)
    (folder / "LICENCES.txt").write_text("MIT\n")
    (folder / "_internal" / "дальше" / "a.txt").write_text("a")
    (folder / "_internal" / "lib.so").symlink_to("lib.so.1")
    icons.mkdir()
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        (icons / f"perilune-{size}.png").write_bytes(b"png")
    return folder, icons


def test_an_archive_is_the_same_whenever_it_is_made(program, tmp_path):
    import archives

    folder, icons = program
    first, second = tmp_path / "perilune-1-linux-x86_64.tar.xz", tmp_path / "again" / "perilune-1-linux-x86_64.tar.xz"
    second.parent.mkdir()
    archives.write_archive(first, folder, icons, TIME_S)
    (folder / "perilune").touch()
    archives.write_archive(second, folder, icons, TIME_S)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as tar:
        entries = {entry.name: entry for entry in tar}
    top = "perilune-1-linux-x86_64"
    assert entries[f"{top}/perilune/perilune"].mode == 0o755
    assert entries[f"{top}/perilune/_internal/lib.so"].linkname == "lib.so.1"
    assert entries[f"{top}/perilune/_internal/дальше/a.txt"].mtime == TIME_S
    assert f"{top}/share/mime/packages/perilune.xml" in entries
    assert all(entry.uname == "root" for entry in entries.values())


def test_a_deb_has_its_three_members_and_the_program_in_opt(program, tmp_path):
    import archives

    folder, icons = program
    deb = tmp_path / "perilune_1_amd64.deb"
    archives.write_deb(deb, folder, icons, "1", "x86_64", TIME_S)
    members = read_ar(deb.read_bytes())
    assert list(members) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert members["debian-binary"] == b"2.0\n"
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(members["data.tar.xz"]))) as data:
        names = {entry.name for entry in data}
        link = data.getmember("./usr/bin/perilune")
    assert link.linkname == "/opt/perilune/perilune"
    assert {"./opt/perilune/perilune", "./usr/share/applications/org.perilune.Perilune.desktop"} <= names
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(members["control.tar.xz"]))) as control:
        text = control.extractfile("./control").read().decode()
    assert "Architecture: amd64\n" in text
    assert text.endswith("\n")


def read_ar(data: bytes) -> dict[str, bytes]:
    """Return the members of an `ar` file, read by its published form."""
    assert data[:8] == b"!<arch>\n"
    members, place = {}, 8
    while place < len(data):
        header = data[place : place + 60].decode("ascii")
        assert header[58:] == "`\n"
        size = int(header[48:58])
        members[header[:16].strip()] = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return members


def test_what_desktops_read_is_well_formed():
    linux = ROOT / "packaging" / "linux"
    mime = ElementTree.parse(linux / "perilune-mime.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    globs = {glob.get("pattern") for glob in mime.iter(f"{space}glob")}
    assert globs == {"*.perilune", "*.bsp", "*.oem"}
    types = {kind.get("type") for kind in mime.iter(f"{space}mime-type")}
    entry = dict(line.split("=", 1) for line in (linux / "perilune.desktop").read_text().splitlines() if "=" in line)
    assert set(entry["MimeType"].strip(";").split(";")) == types
    assert ElementTree.parse(linux / "perilune.metainfo.xml").getroot().find("id").text == "org.perilune.Perilune"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_smoke_test_reads_pictures_as_pillow_does(tmp_path, mode):
    from png_reading import mean_difference, read_png

    rng = np.random.default_rng(4)
    smooth = np.cumsum(rng.integers(0, 3, (37, 41, len(mode))), axis=1).astype(np.uint8)
    Image.fromarray(smooth, mode).save(tmp_path / "a.png", optimize=True)
    picture = read_png(tmp_path / "a.png")
    assert np.array_equal(np.frombuffer(b"".join(picture.rows), np.uint8).reshape(smooth.shape), smooth)
    brighter = smooth.copy()
    brighter[..., 0] += 6
    Image.fromarray(brighter, mode).save(tmp_path / "b.png")
    assert mean_difference(picture, read_png(tmp_path / "b.png")) == pytest.approx(
        np.abs(brighter[..., :3].astype(int) - smooth[..., :3]).mean()
    )


def test_the_lock_names_every_requirement_of_the_project():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {line.partition("==")[0] for line in (ROOT / "packaging" / "lock.txt").read_text().splitlines()}
    names = {wanted.split(">")[0].split("<")[0].lower().replace("_", "-") for wanted in project["dependencies"]}
    assert names <= locked
