"""Experiments that need no store."""

from killrvideo.domain.ids import AccountId


class Dealing:
    """Keeps Experiments: everybody who is signed in gets this arm, or takes part in nothing."""

    def __init__(self, arm: str | None = None) -> None:
        self.arm = arm
        self.asked: list[str] = []

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:
        self.asked.append(key)
        return default if self.arm is None or unit is None else self.arm

    async def refresh(self) -> None:
        """Nothing is kept."""
