"""Making all tables of a cluster in a rush.

After each change of the schema the driver waits until every node has heard of it, by gossip, which takes a
second. Here all changes go to one node, and the waiting is done once. What migrates the store afterwards
finds every table there.
"""

from time import monotonic

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.connection import DEFINING, connect
from killrvideo.adapters.cassandra.cluster.session import TABLE
from killrvideo.adapters.cassandra.migrations import cassandra_migrations, statements_of


def make_tables(address: Address) -> float:
    """Makes the keyspace, too; how many seconds that took."""
    began = monotonic()
    cluster, session = connect(address)
    try:
        cluster.max_schema_agreement_wait = 0
        [host, *_] = cluster.metadata.all_hosts()
        for migration in cassandra_migrations():
            for statement in statements_of(migration.script):
                qualified = TABLE.sub(rf"\1 {address.keyspace}.\2", statement)
                session.execute(qualified, host=host, timeout=DEFINING)
        cluster.control_connection.wait_for_schema_agreement(wait_time=DEFINING)
    finally:
        cluster.shutdown()
    return monotonic() - began
