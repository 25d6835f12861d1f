"""Sessions with sensible defaults: opened when the clock started, good for thirty days."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from killrvideo.domain.accounts import Account, Session
from killrvideo.domain.ids import SessionId
from tests.builders.ids import IDS
from tests.holding_still import START


def a_session(account: Account, **changes: Any) -> Session:
    session = Session(
        id=SessionId(IDS.new()),
        account_id=account.id,
        opened_at=START,
        expires_at=START + timedelta(days=30),
    )
    return replace(session, **changes)
