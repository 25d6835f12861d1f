"""Where a Cassandra cluster or an Astra database is, and how to sign in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    hosts: tuple[str, ...] = ("127.0.0.1",)
    port: int = 9042
    keyspace: str = "killrvideo"
    datacenter: str = "datacenter1"
    """The one that this process asks."""
    replicas: int = 1
    """Copies in the datacenter, where the keyspace is still to be made."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    secure_bundle: Path | None = None
    """Of an Astra database: takes the place of hosts and port."""
    timeout: float = 4.0
    """Seconds that an answer may take."""

    @property
    def is_astra(self) -> bool:
        return self.secure_bundle is not None
