"""Accounts in Cassandra: a row each, under a guard for its version and one for its credentials.

An address is a name that one account has at a time; who can moderate stands in a roster.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from killrvideo.adapters.cassandra.accounts.roster import plan_roster, planned_roster
from killrvideo.adapters.cassandra.accounts.rows import (
    COLUMNS,
    GET,
    GET_ALL,
    Credentials,
    account_guard,
    account_of,
    credentials_of,
    email_digest,
    plan_account,
    plan_credentials,
    plan_forgetting_login,
    plan_last_login,
    plan_login,
    planned_account,
    planned_credentials,
)
from killrvideo.adapters.cassandra.accounts.search import AccountSearch, plan_search
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.accounts import Account, email_key, search_words
from killrvideo.domain.errors import EmailTaken, LastModerator, NotSignedIn, StaleVersion, WrongCredentials
from killrvideo.domain.ids import AccountId
from killrvideo.service_interfaces.units import UnitOfWork

BY_EMAIL = "SELECT account_id FROM accounts_by_email WHERE digest = :digest"
PUT_EMAIL = """
INSERT INTO accounts_by_email (digest, account_id) VALUES (:digest, :account_id) USING TIMESTAMP :stamp
"""
DROP_EMAIL = """
DELETE FROM accounts_by_email USING TIMESTAMP :stamp WHERE digest = :digest AND account_id = :account_id
"""
ALL = f"SELECT {COLUMNS} FROM accounts"  # noqa: S608 - constants
TALLY = "accounts"


class CassandraAccountStore:
    def __init__(self, on: Foundation) -> None:
        self._on = on
        self._session = on.session
        self._search = AccountSearch(on.session)

    async def get(self, account_id: AccountId) -> Account | None:
        return account_of(await self._session.row(GET, {"id": account_id}))

    async def by_email(self, email: str) -> Account | None:
        found = await self.by_email_with_password(email)
        return None if found is None else found[0]

    async def by_email_with_password(self, email: str) -> tuple[Account, str | None] | None:
        """Two round trips: who has the address, and the row."""
        holders = await self._session.rows(BY_EMAIL, {"digest": email_digest(email)})
        rows = await asyncio.gather(*(self._row(row["account_id"]) for row in holders))
        for row in rows:
            account = account_of(row)
            # Whoever gave the address up may still be listed for a moment.
            if row and account and email_key(account.email) == email_key(email):
                return account, credentials_of(row).password_hash
        return None

    async def password_hash(self, account_id: AccountId) -> str | None:
        row = await self._row(account_id)
        return None if row is None else credentials_of(row).password_hash

    async def find(self, text: str | None, limit: int) -> Sequence[Account]:
        """Two round trips.

        Of a text that thousands have, the newest thousand accounts come first and then any; for one of
        fewer than three letters the newest ten thousand are looked through.
        """
        wanted = search_words(text or "")
        ids = await (self._search.with_text(wanted) if wanted else self._search.newest(limit))
        found: list[Account] = []
        while ids and len(found) < limit:
            some, ids = ids[:limit], ids[limit:]
            accounts = await asyncio.gather(*(self.get(account_id) for account_id in some))
            found += [account for account in accounts if account and _is_found(account, wanted)]
        return found[:limit]

    async def all(self) -> Sequence[Account]:
        """Reads the whole table, page by page."""
        accounts = [account_of(row) for row in await self._session.all_rows(ALL)]
        present = [account for account in accounts if account and not account.is_erased]
        return sorted(present, key=lambda account: (account.created_at, account.id))

    async def count(self) -> int:
        return (await self._on.tallies.of(TALLY)).videos

    def add(self, work: UnitOfWork, account: Account, password_hash: str | None) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(account_guard(account.id), 0, EmailTaken, following=account.version)
            await self._put(plan, None, account)
            if account.last_login_at is not None:
                plan_last_login(plan, account.id, account.last_login_at)
            if password_hash is not None:
                plan_credentials(plan, account.id, Credentials(), Credentials(1, password_hash))

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, account: Account) -> None:
        async def plan_it(plan: Plan) -> None:
            await self._replace(plan, account)

        planned(work).plan(plan_it)

    def demote(self, work: UnitOfWork, account: Account) -> None:
        async def plan_it(plan: Plan) -> None:
            if not (await planned_roster(self._session, plan)).members - {account.id}:
                raise LastModerator
            await self._replace(plan, account)

        planned(work).plan(plan_it)

    def erase(self, work: UnitOfWork, account: Account) -> None:
        nameless = replace(account, email="", first_name="", last_name="", last_login_at=None)

        async def plan_it(plan: Plan) -> None:
            await self._replace(plan, nameless)
            plan_forgetting_login(plan, account.id)
            before = await planned_credentials(self._session, plan, account.id)
            plan_credentials(plan, account.id, before, Credentials(before.version + 1))
            for forget in self._on.erasing:
                await forget(plan, account.id)

        planned(work).plan(plan_it)

    def set_password(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None:
        async def plan_it(plan: Plan) -> None:
            account = await planned_account(self._session, plan, account_id)
            if account is None or account.is_erased:
                return
            before = await planned_credentials(self._session, plan, account_id)
            plan_credentials(plan, account_id, before, Credentials(before.version + 1, password_hash))

        planned(work).plan(plan_it)

    def still_open(self, work: UnitOfWork, account_id: AccountId) -> None:
        async def plan_it(plan: Plan) -> None:
            account = await planned_account(self._session, plan, account_id)
            if account is None or not account.is_open:
                raise NotSignedIn("This account was closed a moment ago.")

        planned(work).plan(plan_it)

    def still_proven(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None:
        """A session that is opened in the same unit is over as soon as another password is set."""

        async def plan_it(plan: Plan) -> None:
            credentials = await planned_credentials(self._session, plan, account_id)
            if credentials.password_hash != password_hash:
                raise WrongCredentials

        planned(work).plan(plan_it)

    def signed_in(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        async def plan_it(plan: Plan) -> None:
            account = await planned_account(self._session, plan, account_id)
            if account is not None and not account.is_erased:
                plan_login(plan, account, at)

        planned(work).plan(plan_it)

    async def _row(self, account_id: AccountId) -> Row | None:
        return await self._session.row(GET_ALL, {"id": account_id})

    async def _replace(self, plan: Plan, account: Account) -> None:
        before = await planned_account(self._session, plan, account.id)
        if before is None or before.version != account.version - 1:
            raise StaleVersion
        plan.advance(account_guard(account.id), before.version, StaleVersion)
        await self._put(plan, before, account)

    async def _put(self, plan: Plan, before: Account | None, after: Account) -> None:
        """Writes the account, and what other tables say of it where that differs."""
        plan_account(plan, after)
        _plan_email(plan, before, after)
        plan_search(plan, before, after)
        await plan_roster(self._session, plan, before, after)
        change = _is_counted(after) - _is_counted(before)
        if change:
            plan.tally(TALLY, f"{after.id.hex}:{after.version}:counted", videos=change)


def _plan_email(plan: Plan, before: Account | None, after: Account) -> None:
    old, new = (email_key(account.email) if account else "" for account in (before, after))
    if old == new:
        return
    for key, statement in ((old, DROP_EMAIL), (new, PUT_EMAIL)):
        if key:
            plan.write(statement, {"digest": email_digest(key), "account_id": after.id})
    if new:
        plan.claim(_email_guard(new), after.id.hex, EmailTaken)
    if old:
        plan.release(_email_guard(old), after.id.hex)


def _email_guard(key: str) -> str:
    return f"email:{email_digest(key).hex()}"


def _is_counted(account: Account | None) -> bool:
    return account is not None and not account.is_erased


def _is_found(account: Account, wanted: str) -> bool:
    return not account.is_erased and any(wanted in words for words in account.found_by)
