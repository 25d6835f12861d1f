"""What runs here, in a few numbers: for the page that greets a browser."""

from collections.abc import Sequence
from dataclasses import dataclass

from killrvideo.service_interfaces.storage import Storage


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo catalogue that everybody may use."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Summary:
    videos: int
    comments: int
    accounts: int
    demo_accounts: tuple[DemoAccount, ...]


class Overview:
    def __init__(self, storage: Storage, demo_accounts: Sequence[DemoAccount]) -> None:
        self._storage = storage
        self._demo_accounts = demo_accounts

    async def summary(self) -> Summary:
        """What the public may see, counted; demo accounts only where the demo was loaded."""
        known = [await self._storage.accounts.by_email(account.email) for account in self._demo_accounts]
        return Summary(
            videos=await self._storage.videos.count(),
            comments=await self._storage.comments.count(),
            accounts=await self._storage.accounts.count(),
            demo_accounts=tuple(
                demo for demo, found in zip(self._demo_accounts, known, strict=True) if found is not None
            ),
        )
