"""Comments with sensible defaults."""

from dataclasses import replace
from typing import Any

from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import CommentId
from killrvideo.domain.videos import Video
from tests.builders.ids import IDS
from tests.holding_still import START


def a_comment(video: Video, author: Account, **changes: Any) -> Comment:
    comment = Comment(
        id=CommentId(IDS.new()),
        video_id=video.id,
        author_id=author.id,
        text="Just what I was looking for.",
        sentiment=0.4,
        created_at=START,
    )
    return replace(comment, **changes)
