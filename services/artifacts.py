"""The servers' programs: fetched once by Maven, then found through a class path kept in build/services."""

import hashlib
import os
import subprocess
from pathlib import Path

from services import state
from services.java import find_java, find_maven
from services.problems import ServiceProblem

POM = Path(__file__).parent / "pom.xml"


def class_path(profile: str, root: Path = state.ROOT) -> str:
    """The class path of this profile of the pom; Maven is asked when the pom or its jars changed."""
    kept = root / f"classpath-{profile}-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    if kept.exists() and all(Path(jar).exists() for jar in kept.read_text().split(os.pathsep)):
        return kept.read_text()
    root.mkdir(parents=True, exist_ok=True)
    fetched = kept.with_suffix(".new")
    _ask_maven(profile, fetched)
    fetched.write_text(fetched.read_text().strip())
    fetched.replace(kept)
    return kept.read_text()


def jar(path: str, name: str) -> str:
    """The jar on a class path whose file name starts with `name`."""
    return next(entry for entry in path.split(os.pathsep) if Path(entry).name.startswith(name))


def _ask_maven(profile: str, output: Path) -> None:
    command = [find_maven(), "--batch-mode", "--quiet", "--file", str(POM), "--activate-profiles", profile]
    goal = ["dependency:build-classpath", f"-Dmdep.outputFile={output}"]
    environment = os.environ | {"JAVA_HOME": _home_of(find_java())}
    told = subprocess.run([*command, *goal], capture_output=True, text=True, env=environment, check=False)
    if told.returncode:
        raise ServiceProblem(f"Maven could not fetch {profile}:\n{told.stdout[-3000:]}{told.stderr[-1000:]}")


def _home_of(java: str) -> str:
    return str(Path(java).resolve().parent.parent)
