"""A Spark session for one job, and the code that its executors run."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[2]
CODE = {"training": ROOT / "training", "killrvideo": ROOT / "src" / "killrvideo"}
"""What executors import. Python, numpy, scipy and pyarrow have to be there."""
LOCAL = "local[*]"
USUAL = {
    "spark.master": LOCAL,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}
ON_ONE_MACHINE = {
    # Nobody else needs to reach it.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Spark's own 200 are for many machines.
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
PYTHON_OF_EXECUTORS = "PYSPARK_PYTHON"
"""A variable, and no setting."""


@contextmanager
def spark_session(name: str, settings: Mapping[str, str]) -> Iterator[SparkSession]:
    """Ends with the block. ``settings`` are Spark's own; without spark.master it runs on this machine."""
    is_local = settings.get("spark.master", LOCAL).startswith("local")
    if is_local:
        os.environ.setdefault(PYTHON_OF_EXECUTORS, sys.executable)
    builder = SparkSession.builder.appName(name)
    for key, value in {**USUAL, **(ON_ONE_MACHINE if is_local else {}), **settings}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    # Executors fetch the code when they are first given something to do, so it stays until the end.
    with TemporaryDirectory() as scratch:
        try:
            session.sparkContext.setLogLevel("ERROR")
            session.sparkContext.addPyFile(str(_packed(Path(scratch) / "killrvideo-learning.zip")))
            yield session
        finally:
            session.stop()


def _packed(path: Path) -> Path:
    with ZipFile(path, "w") as archive:
        for name, folder in CODE.items():
            for file in sorted(folder.rglob("*.py")):
                archive.write(file, Path(name) / file.relative_to(folder))
    return path
