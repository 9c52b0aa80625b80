"""What `bootstrap.py` does: make the environment, open the window, run the tests.

Standard library only. The environment is `.venv` at the repository's root; on Linux the shared libraries that Qt
and OpenGL need are looked for, and installed with apt-get where that is possible.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bootstrap import OLDEST
from system_packages import IN_LINUX, apt_command, apt_install, system_complaint

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "perilune-stamp.json"
IN_WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if IN_WINDOWS else "bin/python")
# Each takes up to 1.5 GB of memory.
MOST_WORKERS = 4

POSTER = "render luna-25 --at 2023-08-19T11:20:00 --view moon --size 1920x1080 -o out/luna-25-poster.png --force"
FILM = (
    "animate luna-25 --from 2023-08-15T20:00:00 --to 2023-08-19T11:57:30 --seconds 20 --fps 30 --size 1280x720"
    " -o out/luna-25.mp4 --force"
)


class BootstrapError(Exception):
    """What stops the set-up, in one line."""


def say(text: str) -> None:
    """Print one line of what is going on."""
    print(f"bootstrap: {text}", flush=True)


def call(command: list[str], env: dict[str, str] | None = None) -> int:
    """Run a command in the repository's root and return its exit code; an interrupt reaches it too."""
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        return process.wait()
    except BaseException:
        stop(process)
        raise


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process: wait a moment for it to end by itself, then ask, then insist."""
    for act in (lambda: None, process.terminate, process.kill):
        with contextlib.suppress(subprocess.TimeoutExpired):
            act()
            process.wait(timeout=3)
            return


# ---------------------------------------------------------------- the environment


def wanted_key() -> str:
    """Return what an installation depends on, as a hash: the project file, the Python, the place."""
    facts = [(ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), os.fsencode(ROOT)]
    return hashlib.sha256(b"\0".join(facts)).hexdigest()


def read_stamp() -> dict[str, object]:
    """Return what was installed last, or an empty dict."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def installed_extras() -> set[str]:
    """Return the extras that the last installation carried, the empty name standing for the project itself."""
    stamp = read_stamp()
    extras = stamp.get("extras")
    return {str(extra) for extra in extras} if isinstance(extras, list) else set()


def venv_runs() -> bool:
    """Tell whether `.venv` holds a Python that is new enough and starts."""
    probe = [str(PYTHON), "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv(uv: str | None) -> None:
    """Make `.venv` where there is none that runs."""
    if venv_runs():
        return
    if VENV.exists():
        say("the Python in .venv does not run or is too old: making .venv anew")
        shutil.rmtree(VENV)
    say(f"making .venv with {'uv' if uv else 'venv'} and Python {sys.version.split()[0]}")
    if not uv:
        need_ensurepip()
    maker = [uv, "venv", "--seed", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    if call([*maker, str(VENV)]) != 0:
        raise BootstrapError(f"could not make {VENV}; see the lines above")


def need_ensurepip() -> None:
    """Debian ships Python without ensurepip: install it, or say how."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not apt_install([package]):
        raise BootstrapError(f"this Python lacks ensurepip; run: {apt_command([package])}")


def install(extras: set[str]) -> None:
    """Install the project editable into `.venv`, unless the stamp says that it is there."""
    uv = shutil.which("uv")
    make_venv(uv)
    key, there = wanted_key(), installed_extras()
    if read_stamp().get("key") == key and {"", *extras} <= there:
        return
    names = ",".join(sorted((extras | there) - {""}))
    say(f"installing Perilune into .venv{f' with {names}' if names else ''}; the first time takes a few minutes")
    STAMP.unlink(missing_ok=True)
    if call(install_command(uv, f".[{names}]" if names else "."), env=install_environment()) != 0:
        raise BootstrapError("the installation failed; see the lines above")
    STAMP.write_text(json.dumps({"key": key, "extras": sorted({"", *extras} | there)}), encoding="utf-8")


def install_command(uv: str | None, target: str) -> list[str]:
    """Return the command that installs `target` editable into `.venv`."""
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    if uv:
        return [uv, "pip", "install", *quiet, "--python", str(PYTHON), "--editable", target]
    return [str(PYTHON), "-m", "pip", "install", *quiet, "--editable", target]


def install_environment() -> dict[str, str]:
    """Return an environment in which pip neither asks nor chatters."""
    quiet = {"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return {**os.environ, **quiet}


# ---------------------------------------------------------------- displays


def display_problem() -> str | None:
    """Return why no window can be opened here, or None."""
    if not IN_LINUX or has_wayland():
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return None if x_display_answers() else f"the display {display} does not answer"


def has_wayland() -> bool:
    """Tell whether there is a Wayland compositor's socket."""
    name = os.environ.get("WAYLAND_DISPLAY", "")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), name).exists()


def x_display_answers() -> bool:
    """Tell whether the X display that DISPLAY names can be opened; yes where libX11 is missing."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True
    x11.XOpenDisplay.restype = ctypes.c_void_p
    handle = x11.XOpenDisplay(None)
    if handle:
        x11.XCloseDisplay(ctypes.c_void_p(handle))
    return bool(handle)


@contextlib.contextmanager
def virtual_display() -> Iterator[dict[str, str]]:
    """Start Xvfb on a free display where there is no display; yield the environment, stop Xvfb afterwards."""
    program = shutil.which("Xvfb")
    if display_problem() is None or program is None:
        yield {}
        return
    quiet = subprocess.DEVNULL
    reader, writer = os.pipe()
    options = ["-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen([program, *options], pass_fds=[writer], stdin=quiet, stderr=quiet)
    os.close(writer)
    try:
        number = read_display_number(reader)
        say(f"started Xvfb on display :{number}" if number else "Xvfb did not start: going on without a display")
        yield {"DISPLAY": f":{number}"} if number else {}
    finally:
        os.close(reader)
        server.terminate()
        stop(server)


def read_display_number(reader: int, patience_s: float = 20.0) -> str:
    """Return the number that Xvfb writes once it is ready, or an empty text."""
    text, deadline = b"", time.monotonic() + patience_s
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(reader, 64) if ready else b""
        if not chunk:
            return ""
        text += chunk
    return text.decode("ascii").strip()


# ---------------------------------------------------------------- the three commands


def perilune(arguments: str) -> int:
    """Run one `perilune` command in `.venv` and return its exit code."""
    return call([str(PYTHON), "-m", "visualizer", *arguments.split()])


def require_system(window: bool) -> None:
    """Stop where a library is missing that the next step cannot do without."""
    complaint = system_complaint(window)
    if complaint:
        raise BootstrapError(complaint)


def run_app() -> int:
    """Open the window; without a display draw the flight's poster and its film into `out/`."""
    problem = display_problem()
    require_system(window=problem is None)
    install(set())
    if problem is None:
        return perilune("")
    say(f"{problem}, so no window can be opened: drawing the flight of Luna-25 into out/ instead")
    (ROOT / "out").mkdir(exist_ok=True)
    code = perilune(POSTER) or perilune(FILM)
    if code == 0:
        say(f"see {ROOT / 'out' / 'luna-25-poster.png'} and {ROOT / 'out' / 'luna-25.mp4'}")
    return code


def run_tests(arguments: list[str]) -> int:
    """Run the whole suite with pytest, whose summary is the last line, and return its exit code.

    There is a worker for each core, up to `MOST_WORKERS`; arguments that come later win: `-n 0` does without workers.
    """
    complaint = system_complaint(window=True, xvfb=True)
    require_system(window=True)
    if complaint:
        say(f"{complaint}; tests that need a display are left out")
    install({"test"})
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with virtual_display() as display:
        env = {**threads, **os.environ, **display}
        workers = ["-n", "auto", "--maxprocesses", str(MOST_WORKERS)]
        return call([str(PYTHON), "-m", "pytest", *workers, *arguments], env=env)


def set_up() -> int:
    """Make the environment and say what the system still lacks."""
    complaint = system_complaint(window=True)
    install(set())
    if complaint:
        say(complaint)
    say(f"ready: {VENV / ('Scripts' if IN_WINDOWS else 'bin') / 'perilune'}")
    return 0


def parse(arguments: list[str]) -> tuple[str, list[str]]:
    """Return the command and, for `test`, the arguments that go on to pytest."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set Perilune up and start it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="run | test | setup")
    commands.add_parser("run", help="open the window, or without a display draw a poster and a film into out/")
    commands.add_parser("test", help="run all tests; further arguments go to pytest", add_help=False)
    commands.add_parser("setup", help="only make .venv and install Perilune into it")
    known, rest = parser.parse_known_args(arguments)
    if rest and known.command != "test":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return known.command, rest


def main() -> int:
    """Do what the command line asks; return the exit code."""
    command, rest = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        if command == "test":
            return run_tests(rest)
        return run_app() if command == "run" else set_up()
    except (BootstrapError, OSError) as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nbootstrap: interrupted", file=sys.stderr)
        return 130
