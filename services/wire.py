"""Reading from a connection."""

import socket


def receive(connection: socket.socket, length: int) -> bytes:
    """Exactly so many bytes; EOFError if the other side ends before."""
    received = b""
    while len(received) < length:
        piece = connection.recv(length - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received
