"""What every refusal is."""

from typing import ClassVar


class Refusal(Exception):
    """A request that is turned down. ``str(refusal)`` is one readable sentence that says what to do."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or f"{self.title}.")

    @property
    def detail(self) -> str:
        """The sentence for the reader."""
        return str(self.args[0])
