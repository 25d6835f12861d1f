"""Recommendations learned on Spark: as in one process, but from Parquet files and on many machines."""
