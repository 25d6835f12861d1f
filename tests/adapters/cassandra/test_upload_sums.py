"""What the uploads of an account take, where some of them are older than the columns that tell it."""

from killrvideo.domain.upload_limits import Usage
from killrvideo.service_interfaces.storage import Storage
from tests.adapters.cassandra.round_trips import trips_of
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep
from tests.builders.uploads import an_upload

TAKE = "DELETE bytes, pieces, waiting FROM uploads_by_owner WHERE owner_id = :owner_id AND id = :id"


async def test_sums_are_one_question_and_right_also_of_older_uploads(
    storage: Storage, session: EmptiedSession
) -> None:
    owner = an_account()
    await keep(storage, owner)
    old, new = an_upload(owner), an_upload(owner, offset=11, parts=2)
    work = storage.begin("tests.uploads", ORIGIN)
    for upload in (old, new):
        storage.uploads.add(work, upload)
    await work.commit()

    async def usage() -> Usage:
        return await storage.uploads.usage(owner.id)

    both = Usage(uploads=2, pieces=2, bytes=22, waiting=1)
    assert await usage() == both
    assert (await trips_of(usage)).questions == 1
    await session.write(TAKE, {"owner_id": owner.id, "id": old.id})
    assert await usage() == both
    assert (await trips_of(usage)).questions > 1
