"""Everything out of a keyspace, and into an empty one."""
