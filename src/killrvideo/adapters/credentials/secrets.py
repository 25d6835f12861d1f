"""Fresh secrets from the operating system."""

import secrets


class Secrets:
    """Keeps SecretSource."""

    def refresh_token(self) -> str:
        return secrets.token_urlsafe(32)
