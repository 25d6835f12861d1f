"""A store of which parts are away, or never answer; and the other parts do their work."""

import asyncio
from typing import Any, Never, cast

from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.storage import Storage


class Away:
    """In place of any store: whatever is asked of it raises Unavailable."""

    def __getattr__(self, verb: str) -> Any:
        async def refuse(*_: object, **__: object) -> Never:
            raise Unavailable

        return refuse


AWAY = Away()


class Switched:
    """A store that is away while it is switched off."""

    def __init__(self, store: object) -> None:
        self._store = store
        self.is_off = False

    def __getattr__(self, verb: str) -> Any:
        return getattr(AWAY if self.is_off else self._store, verb)


class Late:
    """In place of any store: it takes longer than anybody waits."""

    def __getattr__(self, verb: str) -> Any:
        async def give_up(*_: object, **__: object) -> Never:
            raise TimeoutError

        return give_up


class Silent:
    """In place of any store: it never answers."""

    def __getattr__(self, verb: str) -> Any:
        async def wait(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        return wait


def store_with(storage: Storage, **parts: object) -> Storage:
    """The store with others in place of some of its parts."""

    class Patched:
        def __getattr__(self, name: str) -> Any:
            return parts.get(name) or getattr(storage, name)

    return cast(Storage, Patched())
