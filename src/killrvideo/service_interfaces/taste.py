"""Where it is read what somebody likes."""

from typing import Protocol

from killrvideo.domain.ids import AccountId
from killrvideo.domain.taste import Taste


class TasteStore(Protocol):
    """Writes nothing: the signs are what the stores of ratings, views and videos keep of an account."""

    async def of(self, account_id: AccountId) -> Taste:
        """The last signs, also of videos that are hidden now, and what the account has met. One round trip.

        A distributed store knows no more than the last thousand that the account met in each way.
        """
        ...
