"""Videos over HTTP: from an address to a READY video, and who may see and change what."""

import asyncio

from killrvideo.domain.access import Role
from killrvideo.domain.videos import thumbnail_address
from tests.api.town import Town
from tests.builders.pictures import a_file


async def test_a_submitted_video_is_pending_at_once_and_ready_when_its_metadata_are_there(town: Town) -> None:
    creator = await town.person()

    answer = await town.ask("POST", "/videos", creator, json={"youtubeUrl": "https://youtu.be/abcdefghijk"})

    assert answer.status_code == 202
    submitted = answer.json()
    assert submitted["status"] == "PENDING"
    assert submitted["title"] == "YouTube video abcdefghijk"
    assert answer.headers["location"].endswith(submitted["videoId"])
    own = await town.ask("GET", f"/users/{creator.id}/videos", creator)
    assert [video["status"] for video in own.json()["data"]] == ["PENDING"]

    await town.settle()

    seen = (await town.ask("GET", f"/videos/{submitted['videoId']}")).json()
    assert (seen["status"], seen["title"]) == ("READY", "About abcdefghijk")


async def test_what_the_uploader_wrote_is_not_replaced_by_metadata(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator, title="My own title", description="My words", tags=["CQL", "cql ", "x"])

    seen = (await town.ask("GET", f"/videos/{video}")).json()

    assert (seen["title"], seen["description"], seen["tags"]) == ("My own title", "My words", ["CQL", "x"])


async def test_both_spellings_of_a_path_are_the_same_video(town: Town) -> None:
    video = await town.video(await town.person())

    canonical = await town.ask("GET", f"/videos/{video}")
    alias = await town.ask("GET", f"/videos/id/{video}")

    assert canonical.status_code == alias.status_code == 200
    assert canonical.json() == alias.json()


async def test_an_old_version_cannot_overwrite_a_newer_one(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator)
    read = await town.ask("GET", f"/videos/{video}", creator)
    tag = {"If-Match": read.headers["etag"]}

    first = await town.ask("PUT", f"/videos/{video}", creator, json={"title": "First edit"}, headers=tag)
    second = await town.ask("PUT", f"/videos/{video}", creator, json={"title": "Second edit"}, headers=tag)

    assert (first.status_code, second.status_code) == (200, 412)
    assert (await town.ask("GET", f"/videos/{video}")).json()["title"] == "First edit"


async def test_of_thirty_edits_at_once_that_name_no_version_none_is_stale(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator)
    titles = [f"Edit number {number}" for number in range(30)]

    edits = (town.ask("PUT", f"/videos/{video}", creator, json={"title": title}) for title in titles)
    answers = await asyncio.gather(*edits)

    assert {answer.status_code for answer in answers} == {200}
    assert (await town.ask("GET", f"/videos/{video}")).json()["title"] in titles


async def test_an_edit_shows_in_search_and_lists_at_once(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator, title="Something else")

    await town.ask("PUT", f"/videos/{video}", creator, json={"title": "Zookeepers", "tags": ["Fauna"]})

    found = await town.ask("GET", "/search/videos?query=zookeepers")
    assert [hit["videoId"] for hit in found.json()["data"]] == [video]
    tagged = await town.ask("GET", "/videos/by-tag/fauna")
    assert [hit["title"] for hit in tagged.json()["data"]] == ["Zookeepers"]


async def test_a_deleted_video_is_gone_for_all_but_moderators_and_comes_back_as_it_was(town: Town) -> None:
    creator, moderator = await town.person(), await town.person(Role.MODERATOR)
    video = await town.video(creator)
    await town.ask("POST", f"/videos/{video}/view")
    before = (await town.ask("GET", f"/videos/{video}")).json()

    assert (await town.ask("DELETE", f"/videos/{video}", creator)).status_code == 204

    assert (await town.ask("GET", f"/videos/{video}", creator)).status_code == 404
    assert (await town.ask("GET", "/videos/latest")).json()["data"] == []
    removed = await town.ask("GET", f"/videos/{video}", moderator)
    assert removed.json()["is_deleted"] is True
    assert (await town.ask("POST", f"/videos/{video}/restore", creator)).status_code == 200
    after = (await town.ask("GET", f"/videos/{video}")).json()
    assert {**after, "updatedAt": None} == {**before, "updatedAt": None}


async def test_only_a_moderator_lifts_a_removal_by_moderation(town: Town) -> None:
    creator, moderator = await town.person(), await town.person(Role.MODERATOR)
    video = await town.video(creator)
    await town.ask("DELETE", f"/videos/{video}", moderator)

    refused = await town.ask("POST", f"/videos/{video}/restore", creator)

    assert refused.status_code == 409
    assert refused.json()["code"] == "removed_by_moderation"
    lifted = await town.ask("POST", f"/moderation/videos/{video}/restore", moderator)
    assert lifted.status_code == 200
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200


async def test_the_same_video_is_submitted_once_by_one_uploader(town: Town) -> None:
    ann, bob = await town.person(), await town.person()
    address = {"youtubeUrl": "https://youtu.be/abcdefghijk"}

    answers = [await town.ask("POST", "/videos", who, json=address) for who in (ann, ann, bob)]

    assert [answer.status_code for answer in answers] == [202, 409, 202]


async def test_a_source_that_is_away_ends_in_an_error_that_the_owner_can_retry(town: Town) -> None:
    creator = await town.person()
    town.source.absent.add("gone4567890")
    town.source.thumbnails[thumbnail_address("gone4567890")] = a_file()
    body = {"youtubeUrl": "https://www.youtube.com/watch?v=gone4567890"}
    video = (await town.ask("POST", "/videos", creator, json=body)).json()["videoId"]
    await town.settle()

    status = (await town.ask("GET", f"/videos/{video}/status", creator)).json()

    assert status["status"] == "ERROR"
    assert "public video" in status["error"]
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 404
    town.source.absent.clear()
    assert (await town.ask("POST", f"/videos/{video}/retry", creator)).status_code == 202
    await town.settle()
    assert (await town.ask("GET", f"/videos/{video}")).json()["status"] == "READY"
    again = await town.ask("POST", f"/videos/{video}/retry", creator)
    assert again.json()["code"] == "nothing_to_retry"


async def test_a_creation_that_is_sent_twice_with_one_key_happens_once(town: Town) -> None:
    creator = await town.person()
    key = {"Idempotency-Key": "one"}
    body = {"youtubeUrl": "https://youtu.be/abcdefghijk"}

    first = await town.ask("POST", "/videos", creator, json=body, headers=key)
    second = await town.ask("POST", "/videos", creator, json=body, headers=key)
    other = await town.ask("POST", "/videos", creator, json={**body, "title": "Other"}, headers=key)

    assert first.status_code == second.status_code == 202
    assert first.json()["videoId"] == second.json()["videoId"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
