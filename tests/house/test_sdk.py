"""A client generated from the API's description, and used as its author would use it."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.api.town import Town, town_in
from tests.holding_still import CountingIds, ManualClock

FILE = Path(__file__).resolve().parents[2] / "docs" / "killrvideo_openapi.yaml"
NAME = "killrvideo_sdk"
GENERATE = ("-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning")
CONFIGURATION = """
post_hooks: []
content_type_overrides:
  text/vtt: application/octet-stream
  application/offset+octet-stream: application/octet-stream
  application/vnd.apple.mpegurl: application/octet-stream
  audio/mp4: application/octet-stream
  image/jpeg: application/octet-stream
  video/mp4: application/octet-stream
"""
"""The generator knows few types of bodies by name; files are the bytes that they are."""

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package, imported; nothing of the description may be left out of it."""
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.yaml"
    config.write_text(CONFIGURATION, "utf-8")
    where = ("--path", str(FILE), "--output-path", str(folder / NAME), "--config", str(config))
    generated = subprocess.run(
        [sys.executable, *GENERATE, *where], capture_output=True, text=True, check=False
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(NAME)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
            del sys.modules[name]


@pytest.fixture
async def town(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    async with town_in(tmp_path, clock, ids) as town:
        yield town


@dataclass(frozen=True)
class Sdk:
    """The generated package, by the names that the description gives."""

    package: ModuleType

    def client(self, town: Town, token: str | None = None) -> Any:
        kind = self.package.Client if token is None else self.package.AuthenticatedClient
        options = {"transport": httpx.ASGITransport(town.house.web_app())}
        named = {} if token is None else {"token": token}
        return kind(base_url="http://town", httpx_args=options, **named)

    def model(self, name: str) -> Callable[..., Any]:
        model: Callable[..., Any] = getattr(importlib.import_module(f"{NAME}.models"), name)
        return model

    async def call(self, tag: str, operation: str, *args: Any, **named: Any) -> Any:
        module = importlib.import_module(f"{NAME}.api.{tag}.{operation}")
        return await module.asyncio(*args, **named)


def test_every_module_of_the_client_imports(sdk: ModuleType) -> None:
    names = [module.name for module in pkgutil.walk_packages(sdk.__path__, f"{NAME}.")]

    operations = [importlib.import_module(name) for name in names if name.count(".") == 3]

    assert len(operations) > 70
    assert all(hasattr(module, "asyncio_detailed") for module in operations)


async def test_a_generated_client_registers_submits_comments_and_lists(sdk: ModuleType, town: Town) -> None:
    ours = Sdk(sdk)
    anybody = ours.client(town)
    new = ours.model("UserCreateRequest")(
        first_name="Ann", last_name="Lee", email="ann@example.com", password=PASSWORD
    )
    registered = await ours.call("accounts", "users_register", client=anybody, body=new)
    login = ours.model("UserLoginRequest")(email="ANN@example.com", password=PASSWORD)
    signed_in = await ours.call("sessions", "users_login", client=anybody, body=login)
    assert signed_in.user.user_id == registered.user_id
    ann = ours.client(town, signed_in.token)

    submission = ours.model("VideoSubmitRequest")(youtube_url="https://youtu.be/abcdefghijk", tags=["CQL"])
    submitted = await ours.call("videos", "videos_submit", client=ann, body=submission)
    assert submitted.status == "PENDING"
    await town.settle()
    video = await ours.call("videos", "videos_get", submitted.video_id, client=anybody)
    assert (video.status, video.title, video.tags) == ("READY", "About abcdefghijk", ["CQL"])

    words = ours.model("CommentCreateRequest")(text="I love this, it is great!")
    comment = await ours.call("comments", "comments_create", video.video_id, client=ann, body=words)
    assert (comment.sentiment, comment.first_name) == ("positive", "Ann")
    comments = await ours.call("comments", "comments_list", video.video_id, client=anybody, page_size=5)
    assert [one.commentid for one in comments.data] == [comment.commentid]
    assert comments.pagination.total_items == 1

    latest = await ours.call("videos", "videos_latest", client=anybody)
    assert [(one.video_id, one.views, one.average_rating) for one in latest.data] == [
        (video.video_id, 0, None)
    ]
    keyword = ours.model("SearchMode")("keyword")
    found = await ours.call("search", "search_videos", client=anybody, query="abcdefghijk", mode=keyword)
    assert [one.video_id for one in found.data] == [video.video_id]


async def test_a_generated_client_reads_refusals_as_problems(sdk: ModuleType, town: Town) -> None:
    ours = Sdk(sdk)
    stranger = ours.client(town, "no token at all")

    refused = await ours.call("accounts", "users_me", client=stranger)
    wrong = ours.model("UserLoginRequest")(email="nobody@example.com", password=PASSWORD)
    rejected = await ours.call("sessions", "users_login", client=ours.client(town), body=wrong)

    assert isinstance(refused, type(rejected))
    assert (refused.status, refused.code) == (401, "not_signed_in")
    assert (rejected.status, rejected.code) == (401, "wrong_credentials")
