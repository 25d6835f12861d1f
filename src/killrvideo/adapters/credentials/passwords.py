"""Argon2id in threads of its own, so that hashing neither stops the event loop nor piles up.

One hash costs about 30 ms of processor time and 19 MiB of memory with the defaults, which are OWASP's
smallest recommendation. Whoever would wait too long is turned away at once instead.
"""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from pwdlib.hashers import argon2

from killrvideo.domain.errors import Unavailable

T = TypeVar("T")


class Argon2Hasher:
    """Keeps PasswordHasher. ``memory_kib`` and ``passes`` may grow: old hashes carry their own parameters."""

    def __init__(
        self,
        *,
        memory_kib: int = 19 * 1024,
        passes: int = 2,
        lanes: int = 1,
        threads: int = 2,
        waiting_most: int = 256,
    ) -> None:
        self._argon2 = argon2.Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._nobody = _hash_of_nothing(memory_kib, passes, lanes)
        self._threads = ThreadPoolExecutor(threads, "password-hashing")
        self._places = BoundedSemaphore(threads + waiting_most)

    async def hash(self, password: str) -> str:
        secret = _bytes_of(password)
        return await self._run(lambda: self._argon2.hash(secret))

    async def verify(self, password: str, hashed: str | None) -> bool:
        secret = _bytes_of(password)
        return await self._run(lambda: self._matches(secret, hashed))

    def close(self) -> None:
        """Finishes the hash at hand and lets the threads go."""
        self._threads.shutdown(cancel_futures=True)

    def _matches(self, secret: bytes, hashed: str | None) -> bool:
        if hashed is not None and not hashed.isascii():
            return False
        matches = self._argon2.verify(secret, self._nobody if hashed is None else hashed)
        return matches and hashed is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Unavailable(
                "Too many people sign in or register at this moment; try again in a few seconds."
            )
        future = self._threads.submit(work)
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def _leave(self, _: Future[T]) -> None:
        self._places.release()


def _bytes_of(password: str) -> bytes:
    """JSON can spell characters that UTF-8 cannot; they are as good as any in a password."""
    return password.encode("utf-8", "surrogatepass")


def _hash_of_nothing(memory_kib: int, passes: int, lanes: int) -> str:
    """A well-formed hash that no password has. Trying it costs what trying a real one does."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${digest}"
