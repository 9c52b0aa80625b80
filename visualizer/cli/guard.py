"""How commands fail: one line and an exit code, never a traceback.

Command line layer. A `PeriluneError` or a usage mistake is one line on stderr and exit code 2; Ctrl+C is 130; a bug
leaves a report in the log folder and exit code 1.
"""

from __future__ import annotations

import errno
import io
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from visualizer import __version__
from visualizer.errors import PeriluneError

# Older typer brings click's exceptions, newer ones its own copy: both are found from here.
_UsageProblem: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

# The disk is full (a quota, a limit), or the device is gone.
WRITE_FAILURES = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO") if hasattr(errno, name)
)


def complain(text: str) -> None:
    """Write one line on stderr, as `perilune: ...`."""
    line = " ".join(str(text).split())
    # The terminal may be gone: then there is nobody to tell.
    with suppress(OSError):
        sys.stderr.write(f"perilune: {line}\n")


def write_report(error: BaseException) -> Path:
    """Write a crash report and return where it is; the temporary folder where the log folder is read-only."""
    import tempfile

    import platformdirs

    lines = [
        f"Perilune {__version__}, Python {platform.python_version()}, {platform.platform()}",
        "arguments: " + " ".join(sys.argv[1:]),
        "".join(traceback.format_exception(error)),
    ]
    name = time.strftime("crash-%Y%m%d-%H%M%S.txt")
    for folder in (platformdirs.user_log_dir("perilune", appauthor=False), tempfile.gettempdir()):
        path = Path(folder) / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines), encoding="utf-8")
        except OSError:
            continue
        return path
    return Path(os.devnull)


class GuardedGroup(TyperGroup):
    """A typer group whose failures are one line."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Click: read the words before the command."""
        with _one_line():
            return super().make_context(*args, **extra)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Click: find the command; a file, a link or a mission in its place is opened."""
        if args and args[0] not in self.commands and is_target(args[0]):
            args = ["open", *args]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Click: run the command, and bring out what it says while a failure of that can still be told."""
        with _one_line():
            answer = super().invoke(ctx)
            _flush()
            return answer


def is_target(word: str) -> bool:
    """Tell a file or a link from the name of a command: it is there, or looks like a path or a link."""
    if word.startswith("-"):
        return False
    if word.lower().startswith("perilune:") or Path(word).suffix != "" or Path(word).exists():
        return True
    from visualizer.missions.user_catalogue import bundled_mission_ids, user_mission_ids

    return word in bundled_mission_ids() or word in user_mission_ids()


@contextmanager
def _one_line() -> Iterator[None]:
    """Turn failures into one line and an exit code."""
    try:
        yield
    except (typer.Exit, typer.Abort, SystemExit, BrokenPipeError):
        raise
    except _UsageProblem as problem:
        _usage(problem)
    except KeyboardInterrupt:
        complain("stopped")
        raise typer.Exit(130) from None
    except PeriluneError as error:
        for line in error.lines():
            complain(line)
        raise typer.Exit(2) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in WRITE_FAILURES:
            complain(f"writing the answer: {error.strerror}")
            _give_up_stdout()
            raise typer.Exit(2) from None
        complain(f"unexpected {type(error).__name__}: {error}; the report is in {write_report(error)}")
        raise typer.Exit(1) from None


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _give_up_stdout() -> None:
    """Send what is still held back nowhere: flushing it as the process ends would fail again."""
    with suppress(OSError, ValueError, AttributeError):
        number = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def let_every_text_be_printed() -> None:
    """Let letters that the terminal's encoding lacks be printed as question marks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _usage(problem: Any) -> NoReturn:
    context = getattr(problem, "ctx", None)
    where = f" (see {context.command_path} --help)" if context is not None else ""
    complain(f"{problem.format_message().rstrip('.')}{where}")
    raise typer.Exit(2)


def stop_like_ctrl_c_on_terminate() -> None:
    """Let SIGTERM, and SIGHUP of a terminal that closes, clean up as Ctrl+C does."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Ignored from the start: that is nohup, which is to live on.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)
