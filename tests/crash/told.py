"""What an answer says, as far as a repeat is answered with the same."""

from typing import Any

import httpx2


def told(answer: httpx2.Response | None) -> tuple[int, Any] | None:
    """What the answer says, but for the tokens, which are new each time."""
    if answer is None:
        return None
    body = answer.json() if answer.content else {}
    return answer.status_code, {key: value for key, value in body.items() if "token" not in key.lower()}
