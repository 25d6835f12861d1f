"""An account is closed while a request of its owner is half done."""

from pathlib import Path

import httpx2
import pytest

from tests.crash.meanwhile import Meanwhile, first
from tests.crash.place import LATER, visited
from tests.crash.requests import SUBMISSION, WATCHED, WHY
from tests.crash.soundness import faults
from tests.crash.work import LEASE
from tests.crash.write_paths import WritePath, request

VIDEO = "/videos/{video}"
SAYING = (
    request("comments.post", f"POST {VIDEO}/comments", "viewer", {"text": "A last word"}, again=201),
    request("videos.submit", "POST /videos", "viewer", SUBMISSION, again=409),
)
DOING = (
    request("playback.view", f"POST {VIDEO}/view", "viewer", again=204),
    request("playback.watch_time", f"POST {VIDEO}/watch-time", "viewer", WATCHED, again=204),
    request("ratings.rate", f"POST {VIDEO}/ratings", "viewer", {"rating": 1}, again=200),
)
ERASING = request("accounts.erase", "DELETE /users/me", "viewer", again=401)
SUSPENDING = request("access.suspend", "POST /moderation/users/{viewer}/suspend", "admin", WHY, again=409)


@pytest.mark.parametrize("closing", [ERASING, SUSPENDING], ids=["erased", "suspended"])
@pytest.mark.parametrize("path", SAYING, ids=[path.name for path in SAYING])
async def test_nobody_says_anything_after_the_account_was_closed(
    path: WritePath, closing: WritePath, folder: Path
) -> None:
    answer = await ask_while_closing(path, closing, folder)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert faults(folder) == []


@pytest.mark.parametrize("path", DOING, ids=[path.name for path in DOING])
async def test_what_an_erased_account_was_about_to_do_counts_without_a_name(
    path: WritePath, folder: Path
) -> None:
    answer = await ask_while_closing(path, ERASING, folder)

    assert answer.is_success, answer.text
    assert faults(folder) == []


async def ask_while_closing(path: WritePath, closing: WritePath, folder: Path) -> httpx2.Response:
    [unit] = path.units
    meanwhile = Meanwhile(first(unit), folder, closing.act)
    async with visited(folder, LATER, failpoints=meanwhile) as place:
        place.town.clock.advance(LEASE)
        answer = await path.act(place)
    assert meanwhile.answer is not None
    assert meanwhile.answer.is_success
    assert answer is not None
    return answer
