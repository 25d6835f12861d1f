"""How single settings are written: lists with commas, quotas as ``600/60``, keys as ``id:secret``."""

import base64
import binascii
import re
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretBytes, SecretStr
from pydantic_settings import NoDecode

KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")
SERVER = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}")
FILES_SCHEMES = ("file", "s3", "gs", "az")
WEBHOOK_PREFIX = "whsec_"
WEBHOOK_BYTES = range(24, 65)
"""Of a secret, as Standard Webhooks 1.0.0 bounds it."""
QUOTA = re.compile(r"\s*([1-9][0-9]{0,8})\s*/\s*([1-9][0-9]{0,8})\s*")


Role = Literal["viewer", "creator"]
"""What may be handed out at registration; higher roles are granted to people one by one."""


Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]
"""Of x264, from the quickest to those that make the smallest files."""


class Quota(NamedTuple):
    """At most so many requests in so many seconds."""

    requests: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.requests}/{self.seconds}"


class KeySetting(NamedTuple):
    kid: str
    secret: SecretStr


def split(raw: object) -> object:
    """Parts between commas, blanks around them and empty ones left out."""
    if not isinstance(raw, str):
        return raw
    return tuple(part for part in (part.strip() for part in raw.split(",")) if part)


def parse_quota(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    match = QUOTA.fullmatch(raw)
    if match is None:
        raise ValueError("is written requests/seconds, such as 600/60")
    return Quota(int(match[1]), int(match[2]))


def parse_keys(raw: object) -> object:
    """Messages never repeat what was written: it may be a secret that lacks its id."""
    parts = split(raw)
    if not isinstance(raw, str) or not isinstance(parts, tuple):
        return raw
    keys = []
    for number, part in enumerate(parts, 1):
        kid, colon, secret = part.partition(":")
        if not (colon and secret and KEY_ID.fullmatch(kid)):
            raise ValueError(
                f"key number {number} is not written id:secret, with letters, digits, '.', '_', '-' in the id"
            )
        keys.append(KeySetting(kid, SecretStr(secret)))
    return tuple(keys)


def parse_webhook_secret(raw: object) -> object:
    """The bytes that a secret of Standard Webhooks spells. Messages never repeat what was written."""
    if not isinstance(raw, str):
        return raw
    try:
        secret = base64.b64decode(raw.removeprefix(WEBHOOK_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not raw.startswith(WEBHOOK_PREFIX) or len(secret) not in WEBHOOK_BYTES:
        least, most = WEBHOOK_BYTES[0], WEBHOOK_BYTES[-1]
        raise ValueError(
            f"is not written {WEBHOOK_PREFIX} and then {least} to {most} bytes in Base64; "
            f"`echo {WEBHOOK_PREFIX}$(openssl rand -base64 32)` makes one"
        )
    return secret


def distinct_ids(keys: tuple[KeySetting, ...]) -> tuple[KeySetting, ...]:
    if len({key.kid for key in keys}) < len(keys):
        raise ValueError("two keys have the same id")
    return keys


def any_role(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise ValueError("names no role")
    return roles


def networks(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(ip_network(part, strict=False)) for part in parts)


def origins(parts: tuple[str, ...]) -> tuple[str, ...]:
    for part in parts:
        address = urlsplit(part)
        bare = f"{address.scheme}://{address.netloc}"
        if part != "*" and (address.scheme not in {"http", "https"} or not address.netloc or part != bare):
            raise ValueError(f"'{part}' is not an origin such as https://videos.example.org, nor *")
    return parts


def web_address(raw: str) -> str:
    address = urlsplit(raw)
    if address.scheme not in {"http", "https"} or not address.netloc or address.query or address.fragment:
        raise ValueError("is not an address such as https://www.youtube.com")
    return raw.rstrip("/")


def hosts(parts: tuple[str, ...]) -> tuple[str, ...]:
    if not parts:
        raise ValueError("names no host")
    for part in parts:
        if not HOST.fullmatch(part):
            raise ValueError(f"'{part}' is not a host's name or address; the port is a setting of its own")
    return parts


def servers(parts: tuple[str, ...]) -> tuple[str, ...]:
    if not parts:
        raise ValueError("names no server")
    for part in parts:
        if not SERVER.fullmatch(part):
            raise ValueError(f"'{part}' is not written host:port, such as broker.example.org:9092")
    return parts


def files_address(raw: str) -> str:
    """What an address names in detail is seen by whoever opens it; credentials have no place in one."""
    scheme, separator, rest = raw.partition("://")
    with_user = scheme != "file" and "@" in rest
    if scheme not in FILES_SCHEMES or not separator or not rest or with_user:
        raise ValueError(
            "is not an address such as file:///folder, s3://bucket/prefix, gs://bucket/prefix "
            "or az://container/prefix"
        )
    return raw


def lower(raw: object) -> object:
    return raw.strip().lower() if isinstance(raw, str) else raw


WebhookSecretField = Annotated[SecretBytes, BeforeValidator(parse_webhook_secret)]
QuotaField = Annotated[Quota, NoDecode, BeforeValidator(parse_quota)]
KeysField = Annotated[
    tuple[KeySetting, ...], NoDecode, BeforeValidator(parse_keys), AfterValidator(distinct_ids)
]
RolesField = Annotated[tuple[Role, ...], NoDecode, BeforeValidator(split), AfterValidator(any_role)]
NetworksField = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(networks)]
OriginsField = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(origins)]
HostsField = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(hosts)]
ServersField = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(servers)]
AddressField = Annotated[str, AfterValidator(web_address)]
FilesField = Annotated[str, AfterValidator(files_address)]
