"""Events through Apache Kafka."""

from killrvideo.adapters.events.kafka.bus import KafkaBus
from killrvideo.adapters.events.kafka.cluster import KafkaCluster, Login

__all__ = ["KafkaBus", "KafkaCluster", "Login"]
