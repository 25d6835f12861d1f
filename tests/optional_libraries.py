"""Libraries that are not installed everywhere, and why a test that needs one is skipped."""

import shutil
from importlib.util import find_spec

import pytest

from killrvideo.adapters.demo_clips import installed_voice

PARQUET = find_spec("pyarrow") is not None
SPARK = PARQUET and find_spec("pyspark") is not None
JAVA = shutil.which("java") is not None

needs_parquet = pytest.mark.skipif(not PARQUET, reason="pyarrow is not installed: `make spark` installs it")
needs_spark = pytest.mark.skipif(
    not (SPARK and JAVA),
    reason="no java to run Spark with" if SPARK else "PySpark is not installed: `make spark` installs it",
)
needs_voice = pytest.mark.skipif(
    installed_voice() is None, reason="no voice is installed: `make voice` installs one"
)
