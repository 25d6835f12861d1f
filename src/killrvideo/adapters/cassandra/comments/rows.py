"""A comment as a row of its table, and back; the lists that it is in, and what it counts for."""

from collections.abc import Iterable
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.cluster.turns import OF_A_PAGE, in_turns
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.lists.parted import part_of
from killrvideo.adapters.cassandra.lists.tables import ListRows, ListTable, change_rows
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.videos.rows import video_subject
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.removals import Cause

COLUMNS = "id, video_id, author_id, text, sentiment, created_at, edited_at, version, causes, deleted_at"
GET = f"SELECT {COLUMNS} FROM comments WHERE id = :id"  # noqa: S608 - constants
SHOWS = "SELECT causes FROM comments WHERE id = :id"
PUT = """
INSERT INTO comments (id, video_id, author_id, text, sentiment, created_at, edited_at, version, causes,
  deleted_at)
VALUES (:id, :video_id, :author_id, :text, :sentiment, :created_at, :edited_at, :version, :causes,
  :deleted_at)
USING TIMESTAMP :stamp
"""
DROP = "DELETE FROM comments USING TIMESTAMP :stamp WHERE id = :id"
NAME = "SELECT first_name, last_name, status FROM accounts WHERE id = :id"

ON_VIDEO = ListTable("comments_on_video", ("video_id", "list", "part", "created_at", "id"), ("author_id",))
BY_AUTHOR = ListTable("comments_by_author", ("author_id", "list", "created_at", "id"), ("video_id",))
DELETED = ListTable("deleted_comments", ("lane", "deleted_at", "id"), ("author_id", "causes"))
SHOWN, HIDDEN = "shown", "hidden"
SHOWN_COMMENTS = "shown comments"
"""What all comments that no cause hides are tallied for."""


def comment_guard(comment_id: CommentId) -> str:
    """The guard of its version; and where a plan knows it by, as `Comment`, or None once it is purged."""
    return f"comment:{comment_id.hex}"


def author_subject(author_id: AccountId) -> str:
    """What the account's comments that no cause hides are tallied for."""
    return f"author:{author_id.hex}"


async def planned_comment(session: CassandraSession, plan: Plan, comment_id: CommentId) -> Comment | None:
    """The comment as the plan leaves it so far; without its author's name."""
    key = comment_guard(comment_id)
    if key not in plan.known:
        plan.known[key] = comment_of(await session.row(GET, {"id": comment_id}))
    comment = plan.known[key]
    assert comment is None or isinstance(comment, Comment)  # noqa: S101 - whoever plans it, says it right
    return comment


def comment_of(row: Row | None, author_name: PersonName | None = None) -> Comment | None:
    """None without a row."""
    if row is None or row["version"] is None:
        return None
    return Comment(
        id=CommentId(row["id"]),
        video_id=VideoId(row["video_id"]),
        author_id=AccountId(row["author_id"]),
        text=row["text"],
        sentiment=row["sentiment"],
        created_at=aware(row["created_at"]),
        edited_at=aware(row["edited_at"]),
        version=row["version"],
        causes=Cause(row["causes"]),
        deleted_at=aware(row["deleted_at"]),
        author_name=author_name,
    )


async def names_of(session: CassandraSession, author_ids: Iterable[UUID]) -> dict[UUID, PersonName | None]:
    """None for an account that was erased; one round trip for a page."""
    distinct = list(set(author_ids))
    rows = await in_turns(distinct, lambda id_: session.row(NAME, {"id": id_}), at_a_time=OF_A_PAGE)
    return {author_id: _name(row) for author_id, row in zip(distinct, rows, strict=True)}


async def shown_among(session: CassandraSession, comment_ids: Iterable[CommentId]) -> set[CommentId]:
    """Those of the comments that no cause hides; one round trip for a page."""
    return {id_ for id_, row in (await _standing(session, comment_ids)).items() if row["causes"] == 0}


async def kept_comments_among(session: CassandraSession, comment_ids: Iterable[CommentId]) -> set[CommentId]:
    """Those of the comments that were not purged; one round trip for a page."""
    return set(await _standing(session, comment_ids))


async def _standing(session: CassandraSession, comment_ids: Iterable[CommentId]) -> dict[CommentId, Row]:
    distinct = list(set(comment_ids))
    rows = await in_turns(distinct, lambda id_: session.row(SHOWS, {"id": id_}), at_a_time=OF_A_PAGE)
    return {id_: row for id_, row in zip(distinct, rows, strict=True) if row and row["causes"] is not None}


def plan_comment(plan: Plan, before: Comment | None, after: Comment | None) -> None:
    """Writes the row and all that follows from it; None for what is not there before, or not afterwards.

    The guard is the caller's to plan.
    """
    comment = after or before
    assert comment is not None  # noqa: S101 - one of them is there
    if after is None:
        plan.conclude(DROP, {"id": comment.id})
    else:
        plan.conclude(PUT, _row_of(after))
    change_rows(plan, _list_rows(before), _list_rows(after))
    shown = _shows(after) - _shows(before)
    if shown:
        # A purge comes after the last version.
        change = f"{comment.id.hex}:{comment.version + (after is None)}"
        for subject in (video_subject(comment.video_id), author_subject(comment.author_id), SHOWN_COMMENTS):
            plan.tally(subject, change, comments=shown)
    plan.known[comment_guard(comment.id)] = after


def _name(row: Row | None) -> PersonName | None:
    if row is None or row["status"] in {None, AccountStatus.ERASED.value}:
        return None
    return PersonName(row["first_name"], row["last_name"])


def _shows(comment: Comment | None) -> bool:
    return comment is not None and not comment.causes


def _list_rows(comment: Comment | None) -> ListRows:
    if comment is None:
        return {}
    list_, place = SHOWN if _shows(comment) else HIDDEN, (comment.created_at, comment.id)
    rows: dict[tuple[ListTable, tuple[Value, ...]], tuple[Value, ...]] = {
        (ON_VIDEO, (comment.video_id, list_, part_of(comment.id), *place)): (comment.author_id,),
        (BY_AUTHOR, (comment.author_id, list_, *place)): (comment.video_id,),
    }
    if comment.deleted_at is not None:
        key = (comment.id.int % LANES, comment.deleted_at, comment.id)
        rows[DELETED, key] = (comment.author_id, comment.causes.value)
    return rows


def _row_of(comment: Comment) -> dict[str, Value]:
    return {
        "id": comment.id,
        "video_id": comment.video_id,
        "author_id": comment.author_id,
        "text": comment.text,
        "sentiment": comment.sentiment,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "version": comment.version,
        "causes": comment.causes.value,
        "deleted_at": comment.deleted_at,
    }
