"""What makes a signing secret too weak to trust."""

SHORTEST_BYTES = 32
FEWEST_DISTINCT = 10
"""32 random characters have fewer different ones practically never, even if they are hexadecimal digits."""
TELLTALES = ("change", "secret", "example", "default", "password", "killrvideo")


def weakness_of(secret: str) -> str | None:
    """Why this is no random secret, as the end of a sentence; None if nothing speaks against it."""
    if len(secret.encode()) < SHORTEST_BYTES:
        return f"has fewer than {SHORTEST_BYTES} bytes"
    word = next((word for word in TELLTALES if word in secret.lower()), None)
    if word is not None:
        return f"looks like an example: it contains '{word}'"
    if len(set(secret)) < FEWEST_DISTINCT or secret in (secret + secret)[1:-1]:
        return "repeats itself, so it is not random"
    return None
