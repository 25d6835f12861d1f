"""Accounts with sensible defaults: a creator whose address nobody else has."""

from dataclasses import replace
from typing import Any

from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId
from tests.builders.ids import IDS
from tests.holding_still import START


def an_account(**changes: Any) -> Account:
    account_id = AccountId(IDS.new())
    account = Account(
        id=account_id,
        email=f"person-{account_id.hex}@example.org",
        first_name="Ada",
        last_name="Lovelace",
        roles=frozenset({Role.CREATOR}),
        created_at=START,
    )
    return replace(account, **changes)
