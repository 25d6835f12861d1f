"""The KillrVideo React front end in one browser: what each page sends, in its order, and what it reads."""

from typing import Any

import httpx2

from tests.journeys.react import reading
from tests.journeys.react.reading import Fields, read, read_all


class Toast(Exception):
    """A call failed: all that people are shown is ``detail``."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class FrontEnd:
    def __init__(self, http: httpx2.AsyncClient, token: str | None = None) -> None:
        self._http = http
        self.token = token
        """What the browser has stored; opaque, and kept until some call answers 401."""
        self.user: Fields = {}

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = await self._http.request(method, f"/api/v1{path}", headers=headers, json=body)
        if answer.status_code == 204:
            return None
        told = answer.json()
        if answer.is_success:
            return told
        if answer.status_code == 401:
            self.token = None
        assert isinstance(told["detail"], str), "the toaster cannot show this, and the whole page goes blank"
        raise Toast(answer.status_code, told["detail"])

    async def get(self, path: str) -> Any:
        return await self.call("GET", path)

    async def page(self, shape: reading.Shape, path: str) -> tuple[list[Fields], Fields]:
        """The items of a page, and its pagination."""
        told = await self.get(path)
        return read_all(shape, told["data"]), read(reading.PAGINATION, told["pagination"])

    # Signing in.

    async def register(self, email: str, password: str, first: str, last: str) -> None:
        """The token makes it sign in at once; ``user`` is not there, so it asks for it."""
        body = {"firstName": first, "lastName": last, "email": email, "password": password}
        self.token = (await self.call("POST", "/users/register", body))["token"]
        await self.reload()

    async def sign_in(self, email: str, password: str) -> None:
        told = await self.call("POST", "/users/login", {"email": email, "password": password})
        self.token, self.user = told["token"], read(reading.USER, told["user"])

    async def reload(self) -> None:
        """Each page load with a token asks who that is."""
        self.user = {}
        self.user = read(reading.USER, await self.get("/users/me"))

    # Pages for everybody.

    async def home(self) -> list[Fields]:
        return await self._cards("/videos/latest?page=1&pageSize=5")

    async def explore(self, page: int = 1) -> list[Fields]:
        return await self._cards(f"/videos/latest?page={page}&pageSize=12")

    async def search(self, words: str) -> list[Fields]:
        return await self._cards(f"/search/videos?query={words}&page=1&pageSize=20&mode=semantic")

    async def trending(self, days: int) -> list[Fields]:
        cards = read_all(reading.CARD, await self.get(f"/videos/trending?intervalDays={days}&limit=10"))
        await self._name_uploaders(cards)
        return cards

    async def _cards(self, path: str) -> list[Fields]:
        cards, _ = await self.page(reading.CARD, path)
        await self._name_uploaders(cards)
        return cards

    async def _name_uploaders(self, cards: list[Fields]) -> None:
        for uploader in {card["userId"] for card in cards}:
            read(reading.NAME, await self.get(f"/users/{uploader}"))

    # The watch page.

    async def watch(self, video_id: str) -> Fields:
        """The details as they are after the view was counted."""
        details = await self.details(video_id)
        read(reading.NAME, await self.get(f"/users/{details['userId']}"))
        await self.call("POST", f"/videos/id/{video_id}/view")
        await self.related(video_id)
        await self.comments(video_id)
        await self.ratings(video_id)
        return await self.details(video_id)

    async def related(self, video_id: str) -> list[Fields]:
        return read_all(reading.RELATED, await self.get(f"/videos/id/{video_id}/related?limit=5"))

    async def badges(self, video_id: str) -> list[tuple[str, str]]:
        """The colour of each comment's badge, newest first, and the comment."""
        return [(_colour(one["sentiment_score"]), one["comment"]) for one in await self.comments(video_id)]

    async def details(self, video_id: str) -> Fields:
        return read(reading.DETAILS, await self.get(f"/videos/id/{video_id}"))

    async def comments(self, video_id: str) -> list[Fields]:
        return (await self.page(reading.COMMENT, f"/videos/{video_id}/comments?page=1&pageSize=10"))[0]

    async def ratings(self, video_id: str) -> Fields:
        return read(reading.RATINGS, await self.get(f"/videos/{video_id}/ratings"))

    async def comment(self, video_id: str, text: str) -> list[Fields]:
        """The first page of comments, as it is asked for after posting."""
        await self.call("POST", f"/videos/{video_id}/comments", {"text": text})
        return await self.comments(video_id)

    async def rate(self, video_id: str, stars: int) -> Fields:
        await self.call("POST", f"/videos/{video_id}/ratings", {"rating": stars})
        await self.details(video_id)
        return await self.ratings(video_id)

    async def report(self, video_id: str, reason: str, text: str | None = None) -> None:
        body = {"contentType": "video", "contentId": video_id, "reasonCode": reason}
        await self.call("POST", "/flags", body | ({"reasonText": text} if text else {}))

    # One's own pages.

    async def my_comments(self) -> list[Fields]:
        path = f"/users/{self.user['userId']}/comments?page=1&pageSize=20"
        comments, pagination = await self.page(reading.COMMENT, path)
        assert pagination["totalItems"] == len(comments)
        return comments

    async def my_activity(self, kind: str | None = None) -> list[Fields]:
        chosen = f"activity_type={kind}&" if kind else ""
        path = f"/users/{self.user['userId']}/activity?{chosen}page=1&pageSize=10"
        return (await self.page(reading.ACTIVITY, path))[0]

    async def rename(self, first: str, last: str) -> None:
        await self.call("PUT", "/users/me", {"firstName": first, "lastName": last})

    async def studio(self) -> list[Fields]:
        path = f"/videos/by-uploader/{self.user['userId']}?page=1&pageSize=20"
        return (await self.page(reading.STUDIO_ROW, path))[0]

    async def submit(self, address: str, description: str = "", tags: tuple[str, ...] = ()) -> list[Fields]:
        """The studio's list, as it is asked for at once."""
        body = {"youtubeUrl": address, "tags": list(tags)}
        await self.call("POST", "/videos", body | ({"description": description} if description else {}))
        return await self.studio()

    async def edit(self, video_id: str, title: str, description: str, tags: list[str]) -> Fields:
        body = {"title": title, "description": description, "tags": tags}
        await self.call("PUT", f"/videos/id/{video_id}", body)
        return await self.details(video_id)

    # The moderators' pages.

    async def inbox(self, status: str | None = None) -> list[tuple[str, Fields]]:
        """Each flag with the title of its video, newest first."""
        chosen = f"&status={status}" if status else ""
        flags, _ = await self.page(reading.FLAG, f"/moderation/flags?page=1&pageSize=100{chosen}")
        return [((await self.details(flag["contentId"]))["title"], flag) for flag in flags]

    async def flag(self, flag_id: str) -> Fields:
        return read(reading.FLAG, await self.get(f"/moderation/flags/{flag_id}"))

    async def decide(self, flag_id: str, status: str, notes: str | None = None) -> None:
        body = {"status": status} | ({"moderatorNotes": notes} if notes else {})
        await self.call("POST", f"/moderation/flags/{flag_id}/action", body)

    async def people(self, words: str | None = None) -> list[Fields]:
        chosen = f"?q={words}" if words else ""
        return read_all(reading.USER, await self.get(f"/moderation/users{chosen}"))

    async def assign_moderator(self, user_id: str) -> None:
        await self.call("POST", f"/moderation/users/{user_id}/assign-moderator")

    async def revoke_moderator(self, user_id: str) -> None:
        await self.call("POST", f"/moderation/users/{user_id}/revoke-moderator")


def _colour(score: float | None) -> str:
    if score and score > 0.1:
        return "green"
    return "red" if score and score < -0.1 else "grey"
