"""Registering, one's own profile and password, and leaving: with all of one's data, and without a trace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import (
    Account,
    AccountStatus,
    Session,
    check_password,
    clean_name,
    email_key,
)
from killrvideo.domain.activity import Activity
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import AlreadyDone, EmailTaken, NotSignedIn, StaleVersion, WrongPassword
from killrvideo.domain.events import AccountErased, AccountRegistered, PasswordChanged, ProfileChanged
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.moderation import AuditAction, AuditEntry, Flag
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.uploads import Upload
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.accounts import present_account
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.credentials import PasswordHasher
from killrvideo.service_interfaces.limits import Quotas
from killrvideo.service_interfaces.signing_in import SessionOpener, SignedIn
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    first_name: str
    last_name: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEdit:
    """What is None stays as it is."""

    first_name: str | None = None
    last_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Everything that is kept of an account and what it did, secrets excepted."""

    made_at: datetime
    account: Account
    sessions: Sequence[Session]
    videos: Sequence[Video]
    captions: Sequence[Captions]
    """Of the videos."""
    uploads: Sequence[Upload]
    comments: Sequence[Comment]
    ratings: Sequence[Rating]
    views: Sequence[View]
    watch_time: Sequence[WatchTime]
    activity: Sequence[Activity]
    flags: Sequence[Flag]
    exposures: Sequence[Exposure]


class Accounts:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        hasher: PasswordHasher,
        sessions: SessionOpener,
        quotas: Quotas,
        registration_roles: Iterable[Role],
    ) -> None:
        """``registration_roles`` are what a new account is granted."""
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._hasher = hasher
        self._sessions = sessions
        self._quotas = quotas
        self._registration_roles = frozenset(registration_roles)
        self._registering = Turns()

    async def register(self, caller: Caller, new: Registration) -> SignedIn:
        """A new account, signed in at once. Raises EmailTaken, InvalidText."""
        account = self._new(new)
        password = check_password(new.password, "/password")
        # One registration of an address at a time: a flood of them costs one password hash.
        async with self._registering.of(email_key(account.email)):
            await self._refuse_taken(caller, account.email)
            hashed = await self._hasher.hash(password)
            work = self._storage.begin("accounts.register", caller.origin)
            work.made(account.id)
            self._storage.accounts.add(work, account, hashed)
            signed_in = self._sessions.open(work, account)
            work.publish(AccountRegistered(account_id=account.id))
            await work.commit()
        return signed_in

    def _new(self, new: Registration) -> Account:
        now = self._clock.now()
        return Account(
            id=AccountId(self._ids.new()),
            email=new.email.strip(),
            first_name=clean_name(new.first_name, "/firstName"),
            last_name=clean_name(new.last_name, "/lastName"),
            roles=self._registration_roles,
            created_at=now,
            last_login_at=now,
        )

    async def _refuse_taken(self, caller: Caller, email: str) -> None:
        if await self._storage.accounts.by_email(email) is None:
            return
        key = caller.origin.request_key
        made = await self._storage.done_before(key) if key else None
        raise EmailTaken if made is None else AlreadyDone(made)

    async def me(self, caller: Caller) -> Account:
        """The caller's own account. Raises NotSignedIn, MissingScope."""
        account = await self._storage.accounts.get(caller.require(Scope.PROFILE))
        if account is None or account.is_erased:
            raise NotSignedIn("This account was erased.")
        return account

    async def get(self, account_id: AccountId) -> Account:
        """Anybody's account; `Account.confides_in` says who reads all of it. Raises AccountNotFound."""
        return await present_account(self._storage.accounts, account_id)

    async def edit(
        self, caller: Caller, edit: ProfileEdit, *, expected_version: int | None = None
    ) -> Account:
        """The caller's account with its new names. Raises StaleVersion, InvalidText."""

        async def attempt() -> Account:
            account = await self.me(caller)
            if expected_version not in {None, account.version}:
                raise StaleVersion(f"Your profile is at version {account.version} now; read it again.")
            edited = account.changed(**_changes(edit))
            work = self._storage.begin("accounts.edit", caller.origin)
            self._storage.accounts.replace(work, edited)
            work.publish(ProfileChanged(account_id=account.id, version=edited.version))
            await work.commit()
            return edited

        return await (attempt() if expected_version is not None else until_fresh(caller.signed_in(), attempt))

    async def change_password(self, caller: Caller, present: str, new: str) -> None:
        """Every other session of the account ends. Raises WrongPassword, InvalidText, TooManyRequests."""
        account = await self.me(caller)
        password = check_password(new, "/newPassword")
        # Counted by session: whoever stole a token can neither guess on nor keep the owner from changing it.
        guesses = f"password of session {caller.session_id}"
        await self._quotas.take(RouteClass.LOGIN, guesses)
        if not await self._hasher.verify(present, await self._storage.accounts.password_hash(account.id)):
            raise WrongPassword
        await self._quotas.forget(RouteClass.LOGIN, guesses)
        hashed = await self._hasher.hash(password)
        work = self._storage.begin("accounts.change_password", caller.origin)
        self._storage.accounts.set_password(work, account.id, hashed)
        self._storage.sessions.close_all(work, account.id, but=caller.session_id)
        work.publish(PasswordChanged(account_id=account.id, version=account.version))
        await work.commit()

    async def erase(self, caller: Caller) -> None:
        """Profile, credentials and sessions are gone at once; videos and comments are hidden until purged.

        Ratings and views stay as counts without a name.
        """

        async def attempt() -> None:
            account = await self.me(caller)
            erased, now = account.changed(status=AccountStatus.ERASED), self._clock.now()
            work = self._storage.begin("accounts.erase", caller.origin)
            self._storage.accounts.erase(work, erased)
            self._storage.sessions.close_all(work, account.id)
            self._storage.removals.hide_all_of(work, account.id, account.id, now, "The account was erased.")
            action = AuditAction.ACCOUNT_ERASED
            entry = AuditEntry.by(caller, self._ids.new(), now, action, "account", account.id)
            self._storage.audit.add(work, entry)
            work.publish(AccountErased(account_id=account.id, version=erased.version))
            await work.commit()

        await until_fresh(caller.signed_in(), attempt)

    async def archive(self, caller: Caller) -> Archive:
        """Everything of the caller's, what was deleted but not yet purged included."""
        account = await self.me(caller)
        caller.require(Scope.ACTIVITY_READ)
        storage, mine = self._storage, account.id
        return Archive(
            made_at=self._clock.now(),
            account=account,
            sessions=await storage.sessions.all_of(mine),
            videos=await storage.videos.all_of(mine),
            captions=await self._captions_of(mine),
            uploads=await storage.uploads.of_owner(mine),
            comments=await storage.comments.all_of(mine),
            ratings=await storage.ratings.all_of(mine),
            views=await storage.playback.views_of(mine),
            watch_time=await storage.playback.watch_time_of(mine),
            activity=await storage.activity.all_of(mine),
            flags=await storage.flags.all_of(mine),
            exposures=await storage.experiments.exposures_of(mine),
        )

    async def _captions_of(self, account_id: AccountId) -> Sequence[Captions]:
        store = self._storage.captions
        tracks = [
            track
            for video_id in await self._storage.videos.ids_of(account_id)
            for track in await store.tracks(video_id)
        ]
        found = [await store.get(track.video_id, track.language) for track in tracks]
        return [captions for captions in found if captions is not None]


def _changes(edit: ProfileEdit) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if edit.first_name is not None:
        changes["first_name"] = clean_name(edit.first_name, "/firstName")
    if edit.last_name is not None:
        changes["last_name"] = clean_name(edit.last_name, "/lastName")
    return changes
