"""The packaged program builds, starts in an empty home and draws, and says nothing unexpected."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.frozen, pytest.mark.slow]


def test_the_packaged_program_works(project_root: Path) -> None:
    command = [sys.executable, str(project_root / "packaging" / "smoke_test.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project_root, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("the packaged program works")
