"""Write the lock file: every package of the packaged program in the version that resolves now.

`python3 packaging/build.py --lock` asks the package index and rewrites `lock.txt`; the build installs just that.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import set_up
from freezing import LOCK, ROOT, BuildError

# What PyInstaller needs on other systems than the one that resolves.
ELSEWHERE = {"pefile": "win32", "pywin32-ctypes": "win32", "macholib": "darwin"}
# To install the project itself from the working tree.
TO_INSTALL = ("hatchling", "editables")
HEADER = (
    "# Versions of everything in the packaged program and of what makes it.\n"
    "# Written by `python3 packaging/build.py --lock`; installed by `python3 packaging/build.py`.\n"
)


def wanted_names() -> list[str]:
    """Return what the project asks for: its own requirements, PyInstaller, what installs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["freeze"], *TO_INSTALL]


def resolved(names: list[str]) -> dict[str, str]:
    """Return name and version of all packages that these bring with them."""
    set_up.install(set())
    command = [str(set_up.PYTHON), "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    command += ["--report", "-", *names]
    done = subprocess.run(
        command, cwd=ROOT, env=set_up.install_environment(), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError("the versions could not be resolved; see the lines above")
    found = (entry["metadata"] for entry in json.loads(done.stdout)["install"])
    return {entry["name"].lower().replace("_", "-"): entry["version"] for entry in found}


def write_lock() -> int:
    """Rewrite the lock file; return how many packages it names."""
    here = resolved(wanted_names())
    others = resolved(list(ELSEWHERE))
    lines = [f"{name}=={version}" for name, version in here.items()]
    lines += [
        f'{name}=={others[name]} ; sys_platform == "{platform}"'
        for name, platform in ELSEWHERE.items()
        if name not in here
    ]
    LOCK.write_text(HEADER + "\n".join(sorted(lines)) + "\n", encoding="utf-8")
    return len(lines)


if __name__ == "__main__":
    print(f"{write_lock()} packages")
    sys.exit(0)
