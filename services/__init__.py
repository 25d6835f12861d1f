"""The real servers that tests and development use: Cassandra nodes and a Kafka broker on loopback."""
