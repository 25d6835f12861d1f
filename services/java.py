"""Finds the Java that can run the servers, and Maven."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from services.problems import ToolMissing

# Cassandra 5.0 knows Java 11 and 17, Kafka 4 asks for 17 or later.
RELEASE = 17
INSTALLED_AT = (
    "/usr/lib/jvm/*17*/bin/java",
    "/opt/homebrew/opt/openjdk@17/bin/java",
    "/usr/local/opt/openjdk@17/bin/java",
)


def find_java() -> str:
    """The path of a Java 17; ToolMissing tells what to install."""
    for candidate in _candidates():
        if release_of(candidate) == RELEASE:
            return candidate
    raise ToolMissing(
        f"The servers need Java {RELEASE}, which was not found: install it (Debian and Ubuntu: "
        f"openjdk-{RELEASE}-jre-headless; Homebrew: openjdk@{RELEASE}), or let JAVA_HOME name it."
    )


def find_maven() -> str:
    """The path of Maven; ToolMissing tells what to install."""
    if maven := shutil.which("mvn"):
        return maven
    raise ToolMissing(
        "The servers are fetched by Maven, which was not found: "
        "install it (Debian, Ubuntu and Homebrew: maven)."
    )


def release_of(java: str) -> int | None:
    """Which release of Java this program is; None if it is none."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else None


def _candidates() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield str(Path(home) / "bin" / "java")
    if on_path := shutil.which("java"):
        yield on_path
    for pattern in INSTALLED_AT:
        yield from sorted(str(found) for found in Path("/").glob(pattern.lstrip("/")))
