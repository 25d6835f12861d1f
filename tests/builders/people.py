"""The features that let people in, over one store, with cheap password hashes and small quotas."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from killrvideo.adapters.credentials import Argon2Hasher, JwtSigner, Secrets, SigningKey
from killrvideo.adapters.limits import InMemoryRateLimiter
from killrvideo.domain.access import Caller, Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.limits import RatePolicy, RouteClass
from killrvideo.features.accounts import Accounts, Registration
from killrvideo.features.limits import Limits
from killrvideo.features.operator import Operator
from killrvideo.features.sessions import Sessions
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.signing_in import SignedIn
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN

ACCESS_LIFETIME = timedelta(hours=8)
REFRESH_LIFETIME = timedelta(days=30)
GUESSES = 3
"""Failed sign-ins in `WINDOW` before more are refused."""
WINDOW = timedelta(minutes=15)
ADDRESS = "192.0.2.1"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class People:
    accounts: Accounts
    sessions: Sessions
    operator: Operator

    async def register(self, email: str = "ann@example.com", password: str = PASSWORD) -> SignedIn:
        new = Registration(first_name="Ann", last_name="Lee", email=email, password=password)
        return await self.accounts.register(Caller(origin=ORIGIN), new)

    async def sign_in(
        self, email: str = "ann@example.com", password: str = PASSWORD, address: str = ADDRESS
    ) -> SignedIn:
        return await self.sessions.sign_in(email, password, address, ORIGIN)

    async def caller(self, signed_in: SignedIn) -> Caller:
        """Who the access token is good for at this moment."""
        return await self.sessions.identify(signed_in.access_token, ORIGIN)

    async def knows(self, signed_in: SignedIn) -> bool:
        """Whether the access token is good for anybody."""
        return (await self.caller(signed_in)).account_id is not None

    async def present(self, account: Account) -> Account:
        return await self.accounts.get(account.id)


@contextmanager
def some_people(storage: Storage, clock: Clock, ids: IdSource) -> Iterator[People]:
    hasher = Argon2Hasher(memory_kib=8, passes=1)
    policies = {RouteClass.LOGIN: RatePolicy("login", GUESSES, int(WINDOW.total_seconds()))}
    limits = Limits(policies, storage.limits, InMemoryRateLimiter(clock))
    signer = JwtSigner([SigningKey("first", bytes(32))], issuer="tests", audience="tests")
    sessions = Sessions(
        storage,
        clock,
        ids,
        hasher,
        signer,
        Secrets(),
        limits,
        access_lifetime=ACCESS_LIFETIME,
        refresh_lifetime=REFRESH_LIFETIME,
    )
    accounts = Accounts(storage, clock, ids, hasher, sessions, limits, {Role.VIEWER, Role.CREATOR})
    yield People(accounts, sessions, Operator(storage, clock, ids, hasher))
    hasher.close()
