"""grant, revoke and set-password as an operator types them."""

import pytest

from killrvideo.adapters.credentials import Argon2Hasher
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account
from tests.builders.accounts import an_account
from tests.builders.keeping import keep
from tests.cli.command import Folder
from tests.holding_still import CountingIds, ManualClock

EMAIL = "ada@example.org"


@pytest.fixture
async def storage(folder: Folder, clock: ManualClock, ids: CountingIds) -> SqliteStorage:
    """The store that the commands change, closed."""
    storage = SqliteStorage(folder.path / "var" / "killrvideo.db", clock, ids)
    await storage.open()
    await keep(storage, an_account(email=EMAIL))
    await storage.close()
    return storage


async def ada(storage: SqliteStorage) -> tuple[Account, str | None]:
    """The account and its password's hash, as they are now."""
    await storage.open()
    account = await storage.accounts.by_email(EMAIL)
    assert account is not None
    hashed = await storage.accounts.password_hash(account.id)
    await storage.close()
    return account, hashed


async def test_an_operator_makes_the_first_admin(folder: Folder, storage: SqliteStorage) -> None:
    printed = folder.done("grant", "ADA@example.org", "admin")

    assert printed.startswith("ada@example.org is viewer, creator, moderator, admin. Scopes: activity:read, ")
    account, _ = await ada(storage)
    assert account.roles == {Role.CREATOR, Role.ADMIN}


async def test_a_scope_comes_and_goes(folder: Folder, storage: SqliteStorage) -> None:
    assert "vectors:write" in folder.done("grant", EMAIL, "vectors:write")
    assert (await ada(storage))[0].scopes == {Scope.VECTORS_WRITE}

    assert "vectors:write" not in folder.done("revoke", EMAIL, "vectors:write")
    assert (await ada(storage))[0].scopes == frozenset()


async def test_what_a_role_includes_is_not_taken_alone(folder: Folder, storage: SqliteStorage) -> None:
    complaint = folder.refused("revoke", EMAIL, "videos:write")

    assert complaint == "The role 'creator' includes 'videos:write'; revoke that role instead."


async def test_nobody_is_made_an_admin_by_a_slip(folder: Folder, storage: SqliteStorage) -> None:
    complaint = folder.refused("grant", "eda@example.org", "admin")

    assert complaint == "There is no account with the e-mail address eda@example.org."


async def test_a_password_is_read_from_standard_input(folder: Folder, storage: SqliteStorage) -> None:
    printed = folder.done("set-password", EMAIL, "--stdin", typed="rain on the roof \n")

    assert printed == f"{EMAIL} has a new password; its sessions have ended.\n"
    _, hashed = await ada(storage)
    assert await Argon2Hasher().verify("rain on the roof ", hashed)


async def test_a_password_that_is_too_short_changes_nothing(folder: Folder, storage: SqliteStorage) -> None:
    ended = folder.run("set-password", EMAIL, "--stdin", typed="rain\n")

    assert (ended.returncode, ended.stderr) == (1, "killrvideo: A password has 8 to 128 characters.\n")
    assert (await ada(storage))[1] is None
