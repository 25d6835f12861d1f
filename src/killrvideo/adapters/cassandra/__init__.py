"""The distributed back end: Apache Cassandra 5, or Astra DB, by CQL."""
