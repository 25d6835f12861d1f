"""Each check of a store's soundness finds what it is there for."""

import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from killrvideo.bootstrap.stores import STORE_FILE
from tests.crash.soundness import ALWAYS, AT_REST, DAMAGED_TEXT_INDEX, WHILE_NOTHING_IS_PURGED, faults

AN_UPLOAD = """
INSERT INTO uploads SELECT x'01', id, '{kind}', 5, 5, 1, '{{}}', '{joined}', 0, 0, 1 FROM accounts LIMIT 1
"""
SPOILING = {
    "A video's views are not those of its rows": "UPDATE videos SET views = views + 1 WHERE ratings > 0",
    "The views of an hour are not those of its rows": "DELETE FROM hourly_views",
    "A video's ratings are not those of its rows": "UPDATE videos SET stars = stars + 1 WHERE ratings > 0",
    "The number of public videos is wrong": "UPDATE totals SET amount = amount + 1",
    "The text index is not that of the public videos": "UPDATE video_text SET title = 'Something else'",
    "The tags are not those of the public videos": "DELETE FROM video_tags WHERE tag = 'rain'",
    "The use of a tag is not that of its rows": "UPDATE tag_spellings SET videos = videos + 1",
    "A video's causes are not its removals": "DELETE FROM removals WHERE content_type = 'video'",
    "A comment's causes are not its removals": "DELETE FROM removals WHERE content_type = 'comment'",
    "Something is removed that is not there": "INSERT INTO removals VALUES ('video', x'', 1, NULL, 0, NULL)",
    "A video is in ERROR without a reason, or has one and is not": "UPDATE videos SET error = NULL",
    "What an erased account said still shows": "UPDATE accounts SET status = 'erased'",
    "What an erased account did still has its name": "UPDATE accounts SET status = 'erased'",
    "The bytes of an upload are not those of its pieces": AN_UPLOAD.format(kind="whole", joined="[]"),
    "An upload is joined of some that were not given for it": AN_UPLOAD.format(
        kind="final", joined='["019ca900-0000-7000-8000-000000000001"]'
    ),
    "A complete upload is no video": AN_UPLOAD.format(kind="whole", joined="[]"),
    "A row refers to one that is not there": "DELETE FROM accounts WHERE email LIKE 'leaver%'",
    "The file is damaged": "PRAGMA ignore_check_constraints = ON; UPDATE ratings SET stars = 9",
    "An account was not announced once": "DELETE FROM outbox WHERE type = 'AccountRegistered'",
    "A video was not announced once": "DELETE FROM outbox WHERE type = 'VideoSubmitted'",
    "A video was not published once, or is not READY and was": (
        "DELETE FROM outbox WHERE type = 'VideoPublished'"
    ),
    "A comment was not announced once": "DELETE FROM outbox WHERE type = 'CommentPosted'",
    "A flag was not announced once": "DELETE FROM outbox WHERE type = 'ContentFlagged'",
    "A view was not announced once": "DELETE FROM outbox WHERE type = 'VideoViewed'",
    "A rating was never announced": "DELETE FROM outbox WHERE type = 'VideoRated'",
    "A comment is not once in its author's activity": "DELETE FROM activity WHERE kind = 'comment'",
    "The views of somebody are not in the activity": "DELETE FROM activity WHERE kind = 'view'",
    "A rating is not in the activity": "DELETE FROM activity WHERE kind = 'rate'",
    "An idempotency key stands for something that is not there": (
        "INSERT INTO request_keys VALUES ('somebody', 'videos_submit', 'key', '', x'00', 0)"
    ),
    "A video is not finished, and nothing is done about it": "UPDATE videos SET status = 'PROCESSING'",
    "There is work to do for a video that needs none": (
        "UPDATE jobs SET state = 'queued' WHERE kind = 'video.publish'"
    ),
    "What a video was made of is kept, and it is no more": AN_UPLOAD.format(kind="whole", joined="[]"),
    DAMAGED_TEXT_INDEX: "UPDATE video_text_content SET c0 = 'Something else'",
}


def test_the_scene_is_sound(scene: Path) -> None:
    assert faults(scene, at_rest=True) == []


@pytest.mark.parametrize("fault", SPOILING)
def test_a_fault_is_found(fault: str, scene: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(scene, tmp_path / "spoiled")
    with closing(apsw.Connection(str(folder / STORE_FILE))) as connection:
        connection.execute(SPOILING[fault])

    assert [found for found in faults(folder, at_rest=True) if found.startswith(fault)]


def test_every_check_is_tried() -> None:
    assert {*ALWAYS, *WHILE_NOTHING_IS_PURGED, *AT_REST, DAMAGED_TEXT_INDEX} == set(SPOILING)
