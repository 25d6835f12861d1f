"""Rows of the public KillrVideo tables as what the house knows them as. All raise InvalidInput.

Columns that the public data set lacks (roles, scopes, the dates of edits and comments, durations) are
written by our own export.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from killrvideo.adapters.killrvideo_csv import cells
from killrvideo.adapters.killrvideo_csv.tables import Record
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import EMAIL_LONGEST, Account, AccountStatus, clean_name
from killrvideo.domain.captions import Captions, CaptionTrack, clean_label, clean_language, digest_of
from killrvideo.domain.comments import Comment, clean_comment
from killrvideo.domain.errors import InvalidInput, InvalidText
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.ratings import Rating, check_stars
from killrvideo.domain.videos import (
    ADDRESS_LONGEST,
    YOUTUBE_ID,
    Totals,
    Video,
    VideoStatus,
    clean_description,
    clean_tags,
    clean_title,
    embed_address,
    thumbnail_address,
    youtube_id_of,
)
from killrvideo.domain.webvtt import read_again, written

USER_COLUMNS = ("userid", "created_date", "firstname", "lastname")
VIDEO_COLUMNS = ("videoid", "userid", "added_date", "name", "location")
COMMENT_COLUMNS = ("videoid", "commentid", "userid", "comment")
RATING_COLUMNS = ("videoid", "userid", "rating", "rating_date")
CAPTION_COLUMNS = ("videoid", "language", "created_date", "file")

CAPTION_FILE = re.compile(r"[\w-][\w.-]*")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Word = TypeVar("Word", Role, Scope)

YOUTUBE_LOCATION = "1"
TRUE = frozenset({"true", "1", "t", "yes"})


def account_of(
    record: Record, credentials: Mapping[UUID, Record], new_account_roles: frozenset[Role]
) -> Account:
    """``new_account_roles`` are those of a file that has no column for them."""
    account_id = AccountId(cells.identity(record, "userid"))
    login = credentials.get(account_id, record)
    status = _status(record, login)
    if status is AccountStatus.ERASED:
        return _erased(record, account_id)
    return Account(
        id=account_id,
        email=_email(record, login),
        first_name=clean_name(record.required("firstname"), "/firstname"),
        last_name=clean_name(record.required("lastname"), "/lastname"),
        roles=_granted(Role, record, "roles") if "roles" in record.cells else new_account_roles,
        scopes=_granted(Scope, record, "scopes"),
        status=status,
        created_at=cells.instant(record, "created_date"),
        last_login_at=cells.optional_instant(record, "last_login_date"),
    )


def _erased(record: Record, account_id: AccountId) -> Account:
    """What is left of an erased account: it still owns nameless ratings."""
    return Account(
        id=account_id,
        email="",
        first_name="",
        last_name="",
        roles=frozenset(),
        status=AccountStatus.ERASED,
        created_at=cells.instant(record, "created_date"),
    )


def _status(record: Record, login: Record) -> AccountStatus:
    """A lock stood for too many failed sign-ins; it only counts where nothing better is known."""
    text = (record.optional("account_status") or _status_by_lock(login)).lower()
    try:
        return AccountStatus(text)
    except ValueError:
        raise InvalidInput(
            f"account_status is not one of {', '.join(AccountStatus)}: {cells.quoted(text)}."
        ) from None


def _status_by_lock(login: Record) -> AccountStatus:
    locked = (login.optional("account_locked") or "").lower() in TRUE
    return AccountStatus.SUSPENDED if locked else AccountStatus.ACTIVE


def _email(record: Record, login: Record) -> str:
    email = record.optional("email") or login.required("email")
    if not EMAIL.fullmatch(email) or len(email) > EMAIL_LONGEST:
        raise InvalidText(f"email is not an e-mail address: {cells.quoted(email)}.")
    return email


def _granted(kind: type[Word], record: Record, column: str) -> frozenset[Word]:
    names = cells.tags(record, column)
    try:
        return frozenset(kind(name) for name in names)
    except ValueError:
        raise InvalidInput(
            f"{column} are not some of {', '.join(kind)}: {cells.quoted(str(names))}."
        ) from None


def video_of(record: Record, views: Mapping[UUID, int]) -> Video:
    """``views`` count for a file that has no column for them."""
    video_id = VideoId(cells.identity(record, "videoid"))
    youtube_id = _youtube_id(record)
    counted = views.get(video_id, 0) if "views" not in record.cells else cells.whole_number(record, "views")
    return Video(
        id=video_id,
        uploader_id=AccountId(cells.identity(record, "userid")),
        title=clean_title(record.required("name")),
        description=clean_description(record.optional("description")),
        tags=clean_tags(cells.tags(record, "tags")),
        location=embed_address(youtube_id),
        youtube_id=youtube_id,
        thumbnail_url=_thumbnail(record, youtube_id),
        duration_seconds=cells.whole_number(record, "duration_seconds"),
        content_rating=cells.word(record, "content_rating"),
        category=cells.word(record, "category"),
        language=cells.word(record, "language"),
        status=VideoStatus.READY,
        submitted_at=cells.instant(record, "added_date"),
        updated_at=cells.optional_instant(record, "updated_date"),
        totals=Totals(views=counted or 0),
    )


def _youtube_id(record: Record) -> str:
    kind = record.optional("location_type") or YOUTUBE_LOCATION
    if kind != YOUTUBE_LOCATION:
        raise InvalidInput(
            f"Only videos on YouTube can be loaded (location_type 1, not {cells.quoted(kind)})."
        )
    location = record.optional("youtube_id") or record.required("location")
    return location if YOUTUBE_ID.fullmatch(location) else youtube_id_of(location)


def _thumbnail(record: Record, youtube_id: str) -> str:
    address = record.optional("preview_image_location") or ""
    usable = address.startswith(("https://", "http://")) and len(address) <= ADDRESS_LONGEST
    return address if usable else thumbnail_address(youtube_id)


def comment_of(record: Record) -> Comment:
    """Its date is the identity's own, unless a column says another."""
    comment_id = CommentId(cells.identity(record, "commentid"))
    made = cells.optional_instant(record, "created_date") or cells.instant_within(comment_id)
    if made is None:
        raise InvalidInput("commentid is no time UUID, and no created_date says when it was written.")
    return Comment(
        id=comment_id,
        video_id=VideoId(cells.identity(record, "videoid")),
        author_id=AccountId(cells.identity(record, "userid")),
        text=clean_comment(record.required("comment")),
        sentiment=cells.score(record, "sentiment_score"),
        created_at=made,
        edited_at=cells.optional_instant(record, "edited_date"),
    )


def rating_of(record: Record) -> Rating:
    stars = cells.whole_number(record, "rating")
    if stars is None:
        raise InvalidInput("rating is missing.")
    rated_at = cells.instant(record, "rating_date")
    return Rating(
        video_id=VideoId(cells.identity(record, "videoid")),
        account_id=AccountId(cells.identity(record, "userid")),
        stars=check_stars(stars),
        created_at=rated_at,
        updated_at=cells.optional_instant(record, "updated_date") or rated_at,
    )


def captions_of(record: Record, folder: Path) -> Captions:
    """The text is in a file of its own, beside the table."""
    name, language = record.required("file"), clean_language(record.required("language"))
    if not CAPTION_FILE.fullmatch(name):
        raise InvalidInput(f"file is not the name of a file in the same folder: {cells.quoted(name)}.")
    try:
        # It may be an export of ours: what was written may be larger than what was sent.
        text = written(read_again(folder.joinpath(name).read_bytes()))
    except OSError:
        raise InvalidInput(f"The file {cells.quoted(name)} cannot be read.") from None
    track = CaptionTrack(
        video_id=VideoId(cells.identity(record, "videoid")),
        language=language,
        label=clean_label(record.optional("label"), language),
        digest=digest_of(text),
        created_at=cells.instant(record, "created_date"),
        updated_at=cells.optional_instant(record, "updated_date"),
        automatic=record.optional("automatic") == "true",
    )
    return Captions(track=track, text=text)
