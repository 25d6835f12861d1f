"""Ratings in Cassandra: a guarded row for each account and video; a video's totals count the differences."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.paging import TOP
from killrvideo.adapters.cassandra.lists.parted import AT_ONCE, WHOLE, PartedList, that_show
from killrvideo.adapters.cassandra.lists.tables import ListRows, ListTable, change_rows
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.rows import kept_among, public_among, unhidden_among, video_subject
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.units import UnitOfWork

PARTS = 16
BY_ACCOUNT = ListTable(
    "ratings_by_account", ("account_id", "updated_at", "video_id"), ("stars", "created_at")
)

KEY = "video_id = :video_id AND part = :part"
COLUMNS = "video_id, account_id, version, stars, created_at, updated_at"
GET = f"SELECT {COLUMNS} FROM ratings WHERE {KEY} AND account_id = :account_id"  # noqa: S608 - constants
PUT = """
INSERT INTO ratings (video_id, part, account_id, version, stars, created_at, updated_at)
VALUES (:video_id, :part, :account_id, :version, :stars, :created_at, :updated_at) USING TIMESTAMP :stamp
"""
EVERYTHING = f"SELECT {COLUMNS} FROM ratings"  # noqa: S608
OF_VIDEO = f"SELECT {COLUMNS} FROM ratings WHERE {KEY}"  # noqa: S608
DROP_OF_VIDEO = f"DELETE FROM ratings USING TIMESTAMP :stamp WHERE {KEY}"  # noqa: S608
LAST = """
SELECT updated_at AS at, video_id AS id, stars, created_at FROM ratings_by_account
WHERE account_id = :account_id AND (updated_at, video_id) < (:at, :id) LIMIT :count
"""


@dataclass(frozen=True, slots=True)
class Versioned:
    """What stands between an account and a video: a rating, or None if there is none or it was withdrawn."""

    version: int = 0
    rating: Rating | None = None


def rating_guard(video_id: VideoId, account_id: AccountId) -> str:
    """The guard of its version; and where a plan knows it by, as `Versioned`."""
    return f"rating:{video_id.hex}:{account_id.hex}"


class CassandraRatingStore:
    def __init__(self, on: Foundation, averages: AverageRatings) -> None:
        self._session = on.session
        self._stamps = on.stamps
        self._averages = averages
        self._last = PartedList(on.session, LAST, parts=WHOLE)
        on.purging.append(self._drop_of_video)

    async def get(self, video_id: VideoId, account_id: AccountId) -> Rating | None:
        return _versioned(await self._session.row(GET, _key(video_id, account_id))).rating

    async def by_account(self, account_id: AccountId, limit: int) -> Sequence[Rating]:
        async def shows(rows: Sequence[Row]) -> Sequence[bool]:
            public = await public_among(self._session, (row["id"] for row in rows))
            return [row["id"] in public for row in rows]

        seen = await that_show(self._last.of(account_id=account_id), shows, TOP, limit)
        return [_of_list(account_id, row) for row in seen.rows]

    async def all_of(self, account_id: AccountId) -> Sequence[Rating]:
        rows = await self._last.all_of(account_id=account_id)
        # A rating that was given during the purge of its video may have left its row here.
        kept = await kept_among(self._session, (row["id"] for row in rows))
        return [_of_list(account_id, row) for row in reversed(rows) if row["id"] in kept]

    async def all(self) -> Sequence[Rating]:
        rows = await self._session.all_rows(EVERYTHING, fetch=AT_ONCE)
        ratings = [rating for row in rows if (rating := _versioned(row).rating)]
        kept = await unhidden_among(self._session, (rating.video_id for rating in ratings))
        return sorted((rating for rating in ratings if rating.video_id in kept), key=_age)

    def put(self, work: UnitOfWork, rating: Rating) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._planned(plan, rating.video_id, rating.account_id)
            created_at = before.rating.created_at if before.rating else rating.created_at
            _change(plan, before, rating, replace(rating, created_at=created_at))

        planned(work).plan(plan_it)
        self._averages.follow(planned(work), rating.video_id)

    def withdraw(self, work: UnitOfWork, video_id: VideoId, account_id: AccountId) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._planned(plan, video_id, account_id)
            if before.rating is not None:
                _change(plan, before, before.rating, None)

        planned(work).plan(plan_it)
        self._averages.follow(planned(work), video_id)

    async def _planned(self, plan: Plan, video_id: VideoId, account_id: AccountId) -> Versioned:
        """As the plan leaves it so far."""
        key = rating_guard(video_id, account_id)
        if key not in plan.known:
            plan.known[key] = _versioned(await self._session.row(GET, _key(video_id, account_id)))
        found = plan.known[key]
        assert isinstance(found, Versioned)  # noqa: S101 - nobody else plans it
        return found

    async def _drop_of_video(self, video_id: VideoId) -> None:
        await asyncio.gather(
            *(self._drop_part({"video_id": video_id, "part": part}) for part in range(PARTS))
        )

    async def _drop_part(self, place: dict[str, Value]) -> None:
        """The rows of others' lists first: what is left when that fails, finds them again."""
        state: bytes | None = None
        while True:
            answer = await self._session.page(OF_VIDEO, place, fetch=AT_ONCE, state=state)
            await in_turns([row for row in answer.rows if row["stars"] is not None], self._drop_from_list)
            state = answer.state
            if state is None:
                break
        await self._session.write(DROP_OF_VIDEO, {**place, "stamp": self._stamps.next()})

    async def _drop_from_list(self, row: Row) -> None:
        await self._session.write(BY_ACCOUNT.drop, {**row, "stamp": self._stamps.next()})


def _change(plan: Plan, before: Versioned, which: Rating, after: Rating | None) -> None:
    key, version = rating_guard(which.video_id, which.account_id), before.version + 1
    # Where somebody else was faster, the difference is another one: the unit is planned again.
    plan.advance(key, before.version, None)
    plan.known[key] = Versioned(version, after)
    row = {
        "version": version,
        "stars": after and after.stars,
        "created_at": after and after.created_at,
        "updated_at": after and after.updated_at,
    }
    plan.conclude(PUT, {**_key(which.video_id, which.account_id), **row})
    change_rows(plan, _list_rows(before.rating), _list_rows(after))
    _count(plan, which.video_id, f"{which.account_id.hex}:{version}", before.rating, after)


def _count(plan: Plan, video_id: VideoId, change: str, before: Rating | None, after: Rating | None) -> None:
    ratings = bool(after) - bool(before)
    stars = (after.stars if after else 0) - (before.stars if before else 0)
    if ratings or stars:
        plan.tally(video_subject(video_id), change, ratings=ratings, stars=stars)


def _key(video_id: VideoId, account_id: AccountId) -> dict[str, Value]:
    return {"video_id": video_id, "part": account_id.int % PARTS, "account_id": account_id}


def _versioned(row: Row | None) -> Versioned:
    if row is None:
        return Versioned()
    if row["stars"] is None:
        return Versioned(row["version"])
    rating = Rating(
        video_id=VideoId(row["video_id"]),
        account_id=AccountId(row["account_id"]),
        stars=row["stars"],
        created_at=aware(row["created_at"]),
        updated_at=aware(row["updated_at"]),
    )
    return Versioned(row["version"], rating)


def _of_list(account_id: AccountId, row: Row) -> Rating:
    return Rating(
        video_id=VideoId(row["id"]),
        account_id=account_id,
        stars=row["stars"],
        created_at=aware(row["created_at"]),
        updated_at=aware(row["at"]),
    )


def _list_rows(rating: Rating | None) -> ListRows:
    if rating is None:
        return {}
    key = (rating.account_id, rating.updated_at, rating.video_id)
    return {(BY_ACCOUNT, key): (rating.stars, rating.created_at)}


def _age(rating: Rating) -> tuple[object, ...]:
    return rating.created_at, rating.video_id, rating.account_id
