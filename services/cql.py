"""Asks a Cassandra node one question by its wire protocol, to learn whether it and its peers serve.

The driver is not used: it keeps threads, tries other nodes and takes a second to say no.
"""

import socket
import struct

from services.state import Address
from services.wire import receive

PROTOCOL = 4
STARTUP, READY, QUERY, RESULT = 0x01, 0x02, 0x07, 0x08
HEADER = struct.Struct(">BBhBi")
# How many replicas must answer, by the protocol's code for the consistency level.
CONSISTENCY = {1: 0x0001, 2: 0x0002, 3: 0x0003}
# Cassandra itself keeps this table on three nodes; reading nothing from it still asks that many.
QUESTION = (
    "SELECT status FROM system_distributed.view_build_status"
    " WHERE keyspace_name = 'none' AND view_name = 'none'"
)


def serves(address: Address, replicas: int = 1, patience: float = 5.0) -> bool:
    """Whether this node answers a read for which `replicas` nodes must be up in its eyes."""
    query = QUESTION.encode()
    body = struct.pack(">i", len(query)) + query + struct.pack(">HB", CONSISTENCY[replicas], 0)
    try:
        with socket.create_connection((address.host, address.port), timeout=patience) as connection:
            started = _ask(connection, STARTUP, _string_map({"CQL_VERSION": "3.0.0"}))
            return started == READY and _ask(connection, QUERY, body) == RESULT
    except (OSError, EOFError):
        return False


def _ask(connection: socket.socket, opcode: int, body: bytes) -> int:
    connection.sendall(HEADER.pack(PROTOCOL, 0, 0, opcode, len(body)) + body)
    _, _, _, answered, length = HEADER.unpack(receive(connection, HEADER.size))
    receive(connection, length)
    return int(answered)


def _string_map(entries: dict[str, str]) -> bytes:
    return struct.pack(">H", len(entries)) + b"".join(
        struct.pack(">H", len(text)) + text.encode() for entry in entries.items() for text in entry
    )
