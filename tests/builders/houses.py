"""A whole house by chance: people in every state, what they made and did, and all that hides some of it."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import ProfileChanged
from killrvideo.domain.experiments import Guardrail, Measure
from killrvideo.domain.ids import ActivityId, ViewId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.moderation import AuditAction, Flag, FlagReason, FlagStatus
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.uploads import Upload, UploadKind
from killrvideo.domain.videos import LocationType, Video, VideoStatus
from killrvideo.service_interfaces.hiding import hide_comment, hide_video, show_comment, show_video
from killrvideo.service_interfaces.units import UnitOfWork
from tests.builders.accounts import an_account
from tests.builders.captions import some_captions
from tests.builders.comments import a_comment
from tests.builders.experiments import an_experiment, an_exposure
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, present
from tests.builders.kept_media import some_media
from tests.builders.moderation import a_flag, an_entry
from tests.builders.sessions import a_session
from tests.builders.stored import present_comment
from tests.builders.uploads import SIZE, a_part, an_upload
from tests.builders.videos import a_removal, a_video
from tests.holding_still import START

WORDS = ("rain", "Café", "quiet", "naïve", "thunder", "日本", "lo-fi")
TAGS = ("Jazz", "late night", "jazz", "雨", "Lo-Fi")
DETAILS: Sequence[dict[str, str]] = (
    {},
    {"reason": "spam, again", "from": "open"},
    {"roles": "creator, admin"},
)
MODEL = "tests"


class Furnisher:
    """Fills an empty embedded house; the same numbers make the same house."""

    def __init__(self, storage: SqliteStorage, chance: Random) -> None:
        self._storage = storage
        self._chance = chance
        self.people: list[Account] = []
        self.videos: list[Video] = []
        self.comments: list[Comment] = []
        self._steps = 0

    async def furnish(self) -> None:
        await self._add_people()
        await self._add_videos()
        await self._upload()
        await self._add_comments()
        await self._react()
        await self._watch()
        await self._flag()
        await self._hide()
        await self._note()
        await self._try_out()
        await self._close_accounts()
        await self._purge()

    def _now(self) -> timedelta:
        """No two things happen at the same time, and all of them in the weeks before the clock starts."""
        self._steps += 1
        return timedelta(days=self._chance.randrange(1, 45), milliseconds=self._steps)

    def _flip(self, chance: float = 0.5) -> bool:
        return self._chance.random() < chance

    def _words(self) -> str:
        return " ".join(self._chance.choices(WORDS, k=3))

    def _begin(self) -> UnitOfWork:
        return self._storage.begin("tests.furnish", ORIGIN)

    async def _add_people(self) -> None:
        roles = [frozenset({Role.ADMIN}), frozenset({Role.MODERATOR, Role.VIEWER}), frozenset({Role.CREATOR})]
        statuses = [AccountStatus.ACTIVE, AccountStatus.INACTIVE, AccountStatus.SUSPENDED]
        work = self._begin()
        for number in range(7):
            account = an_account(
                first_name=self._chance.choice(WORDS),
                roles=roles[number % 3],
                scopes=frozenset({Scope.OPERATE, Scope.VECTORS_WRITE} if self._flip() else ()),
                status=AccountStatus.ACTIVE if number < 2 else self._chance.choice(statuses),
                created_at=START - timedelta(days=90, milliseconds=number),
                last_login_at=START - self._now() if self._flip() else None,
                version=self._chance.randrange(1, 6),
            )
            self.people.append(account)
            self._storage.accounts.add(work, account, f"hash-{number}" if self._flip(0.7) else None)
            self._storage.sessions.open(work, a_session(account), account.id.bytes)
            work.publish(ProfileChanged(account_id=account.id, version=account.version))
        await work.commit()

    async def _add_videos(self) -> None:
        work = self._begin()
        for number in range(8):
            video = self._video(number)
            self.videos.append(video)
            self._storage.videos.add(work, video)
            if self._flip():
                self._storage.videos.set_opening_views(work, video.id, self._chance.randrange(1000))
            self._storage.search.put(work, video)
            if video.status is VideoStatus.PENDING:
                job = Job.new(IDS.new(), JobKind.VIDEO_METADATA, video.id, START, ORIGIN)
                self._storage.jobs.enqueue(work, job)
            if self._flip():
                self._storage.vectors.put(
                    work, video.id, MODEL, self._vector(), START - self._now(), text_digest=None
                )
            for language in ("en", "pt-BR"):
                if self._flip(0.4):
                    self._storage.captions.put(work, self._captions(video, language))
        await work.commit()

    def _video(self, number: int) -> Video:
        status = VideoStatus.READY if number < 5 else self._chance.choice([*VideoStatus])
        uploaded = self._flip(0.2)
        changes: dict[str, object] = {
            "title": self._words(),
            "description": self._words() if self._flip() else None,
            "tags": tuple(self._chance.sample(TAGS[:2] + TAGS[3:], k=self._chance.randrange(4))),
            "status": status,
            "error": "YouTube does not know it." if status is VideoStatus.ERROR else None,
            "title_is_provisional": self._flip(0.2),
            "category": self._chance.choice([None, "Music", "Nature"]),
            "language": self._chance.choice([None, "en", "ja"]),
            "duration_seconds": self._chance.choice([None, 0, 3600]),
            "content_rating": self._chance.choice([None, "G"]),
            "submitted_at": START - self._now(),
            "updated_at": START - self._now() if self._flip() else None,
            "version": self._chance.randrange(1, 9),
        }
        if uploaded:
            changes |= {"location_type": LocationType.UPLOAD, "youtube_id": None, "location": "uploads/1"}
        return a_video(self._chance.choice(self.people), **changes)

    def _captions(self, video: Video, language: str) -> Captions:
        captions = some_captions(
            video, self._words(), self._words(), language=language, at=START - self._now()
        )
        version, updated_at = self._chance.choice([(1, None), (4, START)])
        track = replace(captions.track, label=self._words(), version=version, updated_at=updated_at)
        return replace(captions, track=track)

    def _vector(self) -> tuple[float, ...]:
        numbers = (self._chance.uniform(-1, 1), self._chance.uniform(-1, 1), 1e-30)
        return struct.unpack("<3f", struct.pack("<3f", *numbers))

    async def _upload(self) -> None:
        """Some of it complete, some joined of two, some given up; and what was made of it."""
        for number, owner in enumerate(self.people):
            partial = an_upload(owner, kind=UploadKind.PARTIAL, metadata={"part": self._chance.choice(WORDS)})
            grown = partial.grown(SIZE, START)
            final = an_upload(owner, kind=UploadKind.FINAL, offset=SIZE, joined=(partial.id,), version=3)
            await self._keep_upload(partial)
            work = self._begin()
            self._storage.uploads.replace(work, grown, a_part(partial, 0, SIZE))
            if self._flip():
                self._storage.uploads.replace(work, grown.given())
                self._storage.uploads.add(work, final)
            if number < 4:
                self._storage.media.put(work, some_media(self.videos[number].id, run=f"run-{number}"))
            await work.commit()
            await self._keep_upload(an_upload(owner, length=None))

    async def _keep_upload(self, upload: Upload) -> None:
        work = self._begin()
        self._storage.uploads.add(work, upload)
        await work.commit()

    async def _add_comments(self) -> None:
        work = self._begin()
        for _ in range(12):
            edited = self._flip(0.3)
            comment = a_comment(
                self._chance.choice(self.videos[:6]),
                self._chance.choice(self.people),
                text=self._words(),
                sentiment=None if self._flip(0.3) else self._chance.uniform(-1, 1),
                created_at=START - self._now(),
                edited_at=START - timedelta(seconds=1) if edited else None,
                version=2 if edited else 1,
            )
            self.comments.append(comment)
            self._storage.comments.add(work, comment)
        await work.commit()

    async def _react(self) -> None:
        work = self._begin()
        for video in self.videos[:5]:
            for person in self.people:
                if self._flip(0.6):
                    at = START - self._now()
                    stars = self._chance.randrange(1, 6)
                    first = Rating(
                        video_id=video.id, account_id=person.id, stars=stars, created_at=at, updated_at=at
                    )
                    self._storage.ratings.put(work, first)
                    if self._flip(0.3):
                        self._storage.ratings.put(work, replace(first, stars=5, updated_at=START))
                    if self._flip(0.2):
                        self._storage.ratings.withdraw(work, video.id, person.id)
        await work.commit()

    async def _watch(self) -> None:
        work = self._begin()
        for _ in range(40):
            video, person = self._chance.choice(self.videos[:5]), self._chance.choice(self.people)
            viewer, at = person.id if self._flip(0.6) else None, START - self._now()
            self._storage.playback.add_view(
                work, View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer, at=at)
            )
            if self._flip(0.3):
                seconds = self._chance.randrange(1, 4000)
                watched = WatchTime(
                    id=ViewId(IDS.new()), video_id=video.id, viewer_id=person.id, seconds=seconds, at=at
                )
                self._storage.playback.add_watch_time(work, watched)
        for comment in self.comments:
            activity = Activity(
                id=ActivityId(IDS.new()),
                account_id=comment.author_id,
                kind=ActivityKind.COMMENT if self._flip() else ActivityKind.VIEW,
                video_id=comment.video_id,
                comment_id=comment.id if self._flip() else None,
                at=START - timedelta(hours=self._chance.randrange(600), milliseconds=self._steps),
            )
            self._steps += 1
            self._storage.activity.add(work, activity)
        await work.commit()

    async def _flag(self) -> None:
        work, moderator = self._begin(), self.people[0]
        for person in self.people[1:]:
            for content in (self._chance.choice(self.videos), self._chance.choice(self.comments)):
                flag = a_flag(
                    person,
                    content,
                    reason=self._chance.choice([*FlagReason]),
                    reason_text=self._words() if self._flip() else None,
                    created_at=START - self._now(),
                )
                self._storage.flags.add(work, flag)
                self._move(work, flag, moderator)
        await work.commit()

    def _move(self, work: UnitOfWork, flag: Flag, moderator: Account) -> None:
        if self._flip():
            flag = flag.moved(FlagStatus.UNDER_REVIEW, moderator.id, self._words(), START)
            self._storage.flags.replace(work, flag)
        if self._flip():
            end = self._chance.choice([FlagStatus.APPROVED, FlagStatus.REJECTED])
            self._storage.flags.replace(work, flag.moved(end, moderator.id, None, START))

    async def _hide(self) -> None:
        """Some is hidden twice, and some shows again."""
        things: list[Video | Comment] = [*self.videos, *self.comments]
        for thing in things:
            for cause in (Cause.AUTHOR, Cause.MODERATION):
                if self._flip(0.25):
                    await self._hide_one(thing, cause)
                    if self._flip(0.3):
                        await self._show_one(thing, cause)

    async def _hide_one(self, thing: Video | Comment, cause: Cause) -> None:
        work, at = self._begin(), START - self._now()
        by, reason = (
            self._chance.choice([None, self.people[0].id]),
            self._chance.choice([None, self._words()]),
        )
        if isinstance(thing, Video):
            removal = a_removal(ContentType.VIDEO, thing.id, cause, at, by=by, reason=reason)
            hide_video(self._storage, work, await present(self._storage, thing.id), removal)
        else:
            removal = a_removal(ContentType.COMMENT, thing.id, cause, at, by=by, reason=reason)
            hide_comment(self._storage, work, await present_comment(self._storage, thing.id), removal)
        await work.commit()

    async def _show_one(self, thing: Video | Comment, cause: Cause) -> None:
        work = self._begin()
        if isinstance(thing, Video):
            show_video(self._storage, work, await present(self._storage, thing.id), cause, START)
        else:
            show_comment(self._storage, work, await present_comment(self._storage, thing.id), cause)
        await work.commit()

    async def _note(self) -> None:
        work = self._begin()
        targets: list[Video | Comment | Account] = [*self.videos, *self.comments, *self.people]
        for _ in range(10):
            entry = an_entry(
                self._chance.choice(targets).id,
                at=START - self._now(),
                actor_id=self._chance.choice([None, self.people[0].id]),
                action=self._chance.choice([*AuditAction]),
                target_type=self._chance.choice(["video", "comment", "account"]),
                detail=self._chance.choice(DETAILS),
            )
            self._storage.audit.add(work, entry)
        await work.commit()

    async def _try_out(self) -> None:
        """Most people met an experiment, some of them in two rounds, and did something then."""
        rails = (Guardrail(Measure.DISLIKE, 0.25),)
        experiment = an_experiment(round=2, guardrails=rails, version=self._chance.randrange(2, 9))
        work = self._begin()
        self._storage.experiments.add(work, experiment)
        for round_ in (1, 2):
            for person in self.people:
                if self._flip(0.8):
                    met = replace(experiment, round=round_)
                    exposure = an_exposure(person, met, at=START - timedelta(days=20 - 10 * round_))
                    for measure in Measure:
                        if self._flip():
                            exposure = exposure.after(measure, exposure.at + timedelta(hours=1))
                    self._storage.experiments.expose(work, exposure)
        await work.commit()

    async def _close_accounts(self) -> None:
        """One is suspended with all that it made, two are erased."""
        for number, account in enumerate(self.people[-3:]):
            work = self._begin()
            status = AccountStatus.SUSPENDED if number == 0 else AccountStatus.ERASED
            closed = account.changed(status=status)
            if number == 0:
                self._storage.accounts.replace(work, closed)
            else:
                self._storage.accounts.erase(work, closed)
            self._storage.removals.hide_all_of(work, account.id, None, START - self._now(), "closed")
            await work.commit()

    async def _purge(self) -> None:
        video = await present(self._storage, self.videos.pop().id)
        self.comments = [comment for comment in self.comments if comment.video_id != video.id]
        comment = await present_comment(self._storage, self.comments.pop().id)
        work = self._begin()
        self._storage.videos.purge(work, video)
        self._storage.comments.purge(work, comment)
        await work.commit()
