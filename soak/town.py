"""What the people of the soak share, and what each of them has at hand to ask and to write with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

from soak.asking import Request
from soak.ledger import Account, Cell, Count, Ledger, Remark, Video
from soak.writing import Write, Writer

DIGITS = "bcdfghjklmnprtvwxz"
WORD_LENGTH = 7

T = TypeVar("T")


@dataclass
class Town:
    writer: Writer
    ledger: Ledger = field(default_factory=Ledger)
    stage: list[Video] = field(default_factory=list)
    """Videos that everybody comments on, rates and watches, the most popular first; nobody deletes them."""
    stale: list[str] = field(default_factory=list)
    """What was acknowledged and did not show right after it."""
    _words: int = 0

    def word(self) -> str:
        """One that stands nowhere else, and that no search takes for another."""
        self._words += 1
        places = range(WORD_LENGTH - 2)
        letters = "".join(DIGITS[self._words // len(DIGITS) ** place % len(DIGITS)] for place in places)
        return f"q{letters}q"

    def popular(self, rng: Random) -> Video:
        """One of the stage, in every third case or so the first."""
        return self.stage[min(int(rng.expovariate(0.35)), len(self.stage) - 1)]


class Hands:
    """Of one person."""

    def __init__(self, town: Town, rng: Random) -> None:
        self.town = town
        self.ledger = town.ledger
        self.rng = rng
        self._me: Account | None = None

    @property
    def me(self) -> Account:
        if self._me is None:
            raise RuntimeError("This person is not registered yet.")
        return self._me

    def become(self, account: Account) -> None:
        self._me = account

    def request(
        self,
        operation: str,
        words: str,
        body: Mapping[str, Any] | None = None,
        *,
        keyed: bool = True,
        signed_in: bool = True,
    ) -> Request:
        """``words`` are method and path. What creates something gets a key, unless it has no use for one."""
        method, path = words.split(" ")
        return Request(
            operation=operation,
            method=method,
            path=path,
            token=self.me.token if signed_in else None,
            body=body,
            key=uuid4().hex if keyed and method == "POST" else None,
        )

    async def count(self, request: Request, counts: Sequence[Count]) -> bool:
        """One more of each; whether that is settled."""

        def doubt() -> None:
            for count in counts:
                count.doubt()

        def settle(_: Mapping[str, Any], doubted: bool) -> None:
            for count in counts:
                count.settle(doubted=doubted)

        return await self.town.writer.write(Write(request=request, doubt=doubt, settle=settle))

    async def set(
        self,
        request: Request,
        cell: Cell[T],
        value: T,
        *,
        must_know: bool = True,
        done_before: frozenset[int] = frozenset(),
    ) -> None:
        """Writes over what was."""
        write = Write(
            request=request,
            doubt=lambda: cell.doubt(value),
            settle=lambda _, __: cell.settle(value),
            about=cell,
            done_before=done_before,
        )
        await self.town.writer.write(write, must_know=must_know)

    async def read(self, operation: str, path: str) -> Any:
        """What was answered; None if it was a 503, or nothing."""
        request = Request(operation=operation, method="GET", path=path, token=self.me.token)
        answer = await self.town.writer.board.ask(request)
        if answer is None or answer.status_code == 503:
            return None
        if not answer.is_success:
            self.town.writer.unexpected.append(f"GET {path}: {answer.status_code} {answer.text}")
            return None
        return answer.json()

    def mine(self, fits: Callable[[Video], bool]) -> Video | None:
        """One of the person's videos."""
        found = [video for video in self.ledger.videos_of(self.me.id) if fits(video)]
        return self.rng.choice(found) if found else None

    def my_remark(self) -> Remark | None:
        """One of the person's comments that show."""
        found = [remark for remark in self.ledger.remarks_by(self.me.id) if self.ledger.shows(remark)]
        return self.rng.choice(found) if found else None

    async def is_ready(self, video: Video) -> bool:
        if not video.ready:
            told = await self.read("videos_status", f"/videos/{video.id}/status")
            video.ready = told is not None and told["status"] == "READY"
        return video.ready
