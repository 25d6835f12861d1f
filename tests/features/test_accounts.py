"""Registering, one's own profile and password, and leaving."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.errors import (
    AccountNotFound,
    AlreadyDone,
    EmailTaken,
    InvalidText,
    MissingScope,
    NotSignedIn,
    StaleVersion,
    TooManyRequests,
    WrongCredentials,
    WrongPassword,
)
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.domain.ids import ActivityId, FlagId, ViewId
from killrvideo.domain.moderation import AuditAction, AuditFilter, Flag, FlagReason
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.features.accounts import ProfileEdit, Registration
from killrvideo.service_interfaces.signing_in import SignedIn
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.comments import a_comment
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.people import GUESSES, PASSWORD, People, some_people
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

ANN = Registration(first_name=" Ann  Marie ", last_name="Lee", email=" Ann@Example.com ", password=PASSWORD)
NEW_PASSWORD = "battery staple"
PAGE = PageRequest()


@pytest.fixture
def people(storage: Storage, clock: ManualClock, ids: CountingIds) -> Iterator[People]:
    with some_people(storage, clock, ids) as found:
        yield found


# Registering.


async def test_a_new_account_is_signed_in_with_the_roles_of_newcomers(people: People) -> None:
    ann = await people.accounts.register(NOBODY, ANN)
    assert (ann.account.first_name, ann.account.last_name) == ("Ann Marie", "Lee")
    assert ann.account.email == "Ann@Example.com"
    assert ann.account.all_roles == (Role.VIEWER, Role.CREATOR)
    caller = await people.caller(ann)
    assert await people.accounts.me(caller) == ann.account


@pytest.mark.parametrize("taken", ["ann@example.com", "ANN@EXAMPLE.COM", "Ann@example.com"])
async def test_an_address_is_taken_whatever_its_case(people: People, taken: str) -> None:
    await people.accounts.register(NOBODY, ANN)
    with pytest.raises(EmailTaken):
        await people.accounts.register(NOBODY, replace(ANN, email=taken))


async def test_an_address_is_taken_however_its_accents_are_encoded(people: People) -> None:
    await people.register("jos\u00e9@example.com")
    with pytest.raises(EmailTaken):
        await people.register("jose\u0301@example.com")


async def test_of_many_who_register_one_address_at_once_exactly_one_succeeds(
    people: People, storage: Storage
) -> None:
    spellings = ["ann@example.com", "ANN@example.com", "Ann@Example.Com"] * 20
    answers = await asyncio.gather(*map(people.register, spellings), return_exceptions=True)
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1
    assert sum(isinstance(answer, EmailTaken) for answer in answers) == len(spellings) - 1
    assert await storage.accounts.count() == 1


async def test_repeats_with_one_request_key_learn_what_it_made(people: People) -> None:
    key = RequestKey(owner="address:::1", operation="users_register", key="k", fingerprint="f")
    asking = Caller(origin=Origin(correlation_id="a-test", request_key=key))
    both = [people.accounts.register(asking, ANN) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    [ann] = [answer for answer in answers if isinstance(answer, SignedIn)]
    [repeat] = [answer for answer in answers if isinstance(answer, AlreadyDone)]
    assert repeat.subject == ann.account.id


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (replace(ANN, first_name=" "), "/firstName"),
        (replace(ANN, last_name="x" * 51), "/lastName"),
        (replace(ANN, password="short"), "/password"),
        (replace(ANN, password="x" * 129), "/password"),
    ],
)
async def test_what_cannot_be_accepted_is_pointed_at(
    people: People, storage: Storage, wrong: Registration, pointer: str
) -> None:
    with pytest.raises(InvalidText) as refused:
        await people.accounts.register(NOBODY, wrong)
    assert refused.value.pointer == pointer
    assert await storage.accounts.count() == 0


# The profile.


async def test_one_changes_ones_own_names(people: People) -> None:
    ann = await people.register()
    caller = await people.caller(ann)
    edited = await people.accounts.edit(caller, ProfileEdit(last_name=" van  Dyke "))
    assert (edited.first_name, edited.last_name) == ("Ann", "van Dyke")
    assert await people.accounts.get(ann.account.id) == edited


async def test_a_profile_that_somebody_else_changed_is_not_overwritten(people: People) -> None:
    caller = await people.caller(await people.register())
    read = await people.accounts.me(caller)
    await people.accounts.edit(caller, ProfileEdit(first_name="Anna"), expected_version=read.version)
    with pytest.raises(StaleVersion):
        await people.accounts.edit(caller, ProfileEdit(first_name="Anne"), expected_version=read.version)
    assert (await people.accounts.me(caller)).first_name == "Anna"


async def test_without_a_version_every_change_gets_through(people: People) -> None:
    caller = await people.caller(await people.register())
    edits = [people.accounts.edit(caller, ProfileEdit(first_name=f"Ann{n}")) for n in range(5)]
    versions = [edited.version for edited in await asyncio.gather(*edits)]
    assert sorted(versions) == [2, 3, 4, 5, 6]


async def test_the_profile_is_for_who_is_signed_in_with_the_scope(people: People) -> None:
    ann = await people.register()
    with pytest.raises(NotSignedIn):
        await people.accounts.me(NOBODY)
    with pytest.raises(MissingScope):
        await people.accounts.me(caller_of(ann.account, frozenset({Scope.COMMENTS_WRITE})))


async def test_there_is_nothing_to_read_of_an_unknown_account(people: People) -> None:
    with pytest.raises(AccountNotFound):
        await people.accounts.get(an_account().id)


async def test_address_and_last_sign_in_are_for_the_owner_and_moderators(people: People) -> None:
    ann, other = (await people.register()).account, an_account()
    assert ann.confides_in(caller_of(ann))
    assert ann.confides_in(caller_of(an_account(roles=frozenset({Role.MODERATOR}))))
    assert not ann.confides_in(caller_of(other))
    assert not ann.confides_in(caller_of(ann, frozenset({Scope.RATINGS_WRITE})))
    assert not ann.confides_in(NOBODY)


# The password.


async def test_a_new_password_ends_every_other_session(people: People) -> None:
    here, elsewhere = await people.register(), await people.sign_in()
    await people.accounts.change_password(await people.caller(here), PASSWORD, NEW_PASSWORD)
    assert await people.knows(here)
    assert not await people.knows(elsewhere)
    with pytest.raises(WrongCredentials):
        await people.sign_in()
    assert await people.knows(await people.sign_in(password=NEW_PASSWORD))


async def test_nobody_who_signs_in_meanwhile_outlasts_a_change_of_password(people: People) -> None:
    here = await people.register()
    caller, password = await people.caller(here), PASSWORD

    for number in range(5):
        changed = f"{NEW_PASSWORD} {number}"
        coming = [people.sign_in(password=password, address=f"192.0.2.{one}") for one in range(10, 18)]
        came = await asyncio.gather(
            *coming,
            people.accounts.change_password(caller, password, changed),
            return_exceptions=True,
        )
        assert not any([await people.knows(one) for one in came if isinstance(one, SignedIn)])
        password = changed

    assert await people.knows(here)


async def test_the_present_password_is_needed_for_a_new_one(people: People) -> None:
    here, elsewhere = await people.register(), await people.sign_in()
    with pytest.raises(WrongPassword):
        await people.accounts.change_password(await people.caller(here), "wrong horse", NEW_PASSWORD)
    assert await people.knows(elsewhere)
    assert await people.knows(await people.sign_in())


async def test_who_stole_a_token_cannot_guess_the_password_with_it(people: People) -> None:
    stolen, own = await people.register(), await people.sign_in()
    thief = await people.caller(stolen)
    for _ in range(GUESSES):
        with pytest.raises(WrongPassword):
            await people.accounts.change_password(thief, "wrong horse", NEW_PASSWORD)
    with pytest.raises(TooManyRequests):
        await people.accounts.change_password(thief, PASSWORD, NEW_PASSWORD)
    await people.accounts.change_password(await people.caller(own), PASSWORD, NEW_PASSWORD)
    assert not await people.knows(stolen)


async def test_a_new_password_is_long_enough(people: People) -> None:
    caller = await people.caller(await people.register())
    with pytest.raises(InvalidText) as refused:
        await people.accounts.change_password(caller, PASSWORD, "short")
    assert refused.value.pointer == "/newPassword"


# Leaving.


async def test_an_erased_person_is_gone_at_once(people: People, storage: Storage) -> None:
    ann = await people.register()
    await people.accounts.erase(await people.caller(ann))
    assert not await people.knows(ann)
    with pytest.raises(AccountNotFound):
        await people.accounts.get(ann.account.id)
    left = await storage.accounts.get(ann.account.id)
    assert left is not None
    assert (left.status, left.email, left.first_name, left.last_name, left.last_login_at) == (
        AccountStatus.ERASED,
        "",
        "",
        "",
        None,
    )


async def test_the_address_of_an_erased_person_is_free_again(people: People) -> None:
    ann = await people.register()
    await people.accounts.erase(await people.caller(ann))
    again = await people.register()
    assert again.account.id != ann.account.id


async def test_erasing_hides_videos_and_comments_and_keeps_counts(people: People, storage: Storage) -> None:
    ann, bob = (await people.register()).account, an_account()
    anns, bobs = a_video(ann), a_video(bob)
    on_bobs = a_comment(bobs, ann)
    rating = Rating(video_id=bobs.id, account_id=ann.id, stars=4, created_at=START, updated_at=START)
    view = View(id=ViewId(IDS.new()), video_id=bobs.id, viewer_id=ann.id, at=START)
    await keep(storage, bob, anns, bobs, on_bobs, rating, view)
    await people.accounts.erase(caller_of(ann))
    assert (await present(storage, anns.id)).causes == Cause.ACCOUNT
    assert [video.id for video in (await storage.videos.latest(PAGE)).items] == [bobs.id]
    assert (await storage.comments.on_video(bobs.id, PAGE)).total == 0
    totals = (await present(storage, bobs.id)).totals
    assert (totals.ratings, totals.stars, totals.views) == (1, 4, 1)
    assert await storage.playback.views_of(ann.id) == []


async def test_erasing_leaves_a_trace_without_personal_data(people: People, storage: Storage) -> None:
    ann = await people.register()
    await people.accounts.erase(await people.caller(ann))
    [entry] = (await storage.audit.page(AuditFilter(action=AuditAction.ACCOUNT_ERASED), PAGE)).items
    assert (entry.actor_id, entry.target_id, entry.detail) == (ann.account.id, ann.account.id, {})
    kept = [recorded.event for recorded in await left_behind(storage)]
    assert [type(event).__name__ for event in kept] == ["AccountRegistered", "AccountErased"]
    assert "example.com" not in repr(kept)


async def test_who_is_erased_already_cannot_be_erased(people: People) -> None:
    caller = await people.caller(await people.register())
    await people.accounts.erase(caller)
    with pytest.raises(NotSignedIn):
        await people.accounts.erase(caller)


async def test_the_archive_holds_everything_of_one_person_and_nothing_of_others(
    people: People, storage: Storage, clock: ManualClock
) -> None:
    signed_in, bob = await people.register(), an_account()
    ann = signed_in.account
    shown, deleted, bobs = a_video(ann), a_video(ann), a_video(bob)
    mine, gone, his = a_comment(bobs, ann), a_comment(bobs, ann), a_comment(shown, bob)
    rating = Rating(video_id=bobs.id, account_id=ann.id, stars=4, created_at=START, updated_at=START)
    view = View(id=ViewId(IDS.new()), video_id=bobs.id, viewer_id=ann.id, at=START)
    his_view = View(id=ViewId(IDS.new()), video_id=shown.id, viewer_id=bob.id, at=START)
    await keep(storage, bob, shown, deleted, bobs, mine, gone, his, rating, view, his_view)
    await hide(storage, deleted)
    await hide(storage, gone)
    watched = WatchTime(id=ViewId(IDS.new()), video_id=bobs.id, viewer_id=ann.id, seconds=30, at=START)
    deed = Activity(
        id=ActivityId(IDS.new()),
        account_id=ann.id,
        kind=ActivityKind.VIEW,
        video_id=bobs.id,
        at=START - timedelta(days=29),
    )
    flag = Flag(
        id=FlagId(IDS.new()),
        reporter_id=ann.id,
        content_type=ContentType.VIDEO,
        content_id=bobs.id,
        video_id=bobs.id,
        reason=FlagReason.SPAM,
        reason_text="again and again",
        created_at=START,
        updated_at=START,
    )
    work = storage.begin("tests.did", ORIGIN)
    storage.playback.add_watch_time(work, watched)
    storage.activity.add(work, deed)
    storage.flags.add(work, flag)
    await work.commit()

    archive = await people.accounts.archive(await people.caller(signed_in))

    assert archive.account.email == "ann@example.com"
    assert archive.made_at == clock.now()
    assert [session.account_id for session in archive.sessions] == [ann.id]
    assert {(video.id, video.is_deleted) for video in archive.videos} == {
        (shown.id, False),
        (deleted.id, True),
    }
    assert {(comment.id, bool(comment.causes)) for comment in archive.comments} == {
        (mine.id, False),
        (gone.id, True),
    }
    assert list(archive.ratings) == [rating]
    assert list(archive.views) == [view]
    assert list(archive.watch_time) == [watched]
    assert list(archive.activity) == [deed]
    assert list(archive.flags) == [flag]


async def test_the_archive_needs_the_scopes_of_what_it_holds(people: People) -> None:
    ann = (await people.register()).account
    with pytest.raises(MissingScope):
        await people.accounts.archive(caller_of(ann, frozenset({Scope.PROFILE})))
    with pytest.raises(NotSignedIn):
        await people.accounts.archive(NOBODY)
