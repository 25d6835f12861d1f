"""Which addresses are the whole internet's. A server that fetches what strangers name asks no others.

The registries are IANA's, of special-purpose addresses (RFC 6890 and what came after). They are spelled out
here since the standard library's idea of them changes between versions of Python, and counts some of those
as global that lead into a private network: translations of IPv4 addresses, above all.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # This network.
            "10.0.0.0/8",
            "100.64.0.0/10",  # Behind a carrier's translation; a cloud's metadata, too.
            "127.0.0.0/8",
            "168.63.129.16/32",  # What Azure tells its machines.
            "169.254.0.0/16",  # Link-local: where most clouds tell secrets.
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",  # Documentation, as two more below.
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # Relays of 6to4.
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",  # Benchmarks.
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # Multicast.
            "240.0.0.0/4",  # Reserved, and broadcast.
        ),
    )
)
GLOBAL_6 = IPv6Network("2000::/3")
"""All that is handed out so far. Loopback, link-local, private, multicast, and IPv4 in its mapped and
translated spellings (`::ffff:0:0/96`, `64:ff9b::/96`) are not in it."""
SPECIAL_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Protocols; Teredo, which holds an IPv4 address.
            "2001:db8::/32",
            "2002::/16",  # 6to4, which holds one, too.
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_4)
    if address.scope_id is not None or address not in GLOBAL_6:
        return False
    return not any(address in network for network in SPECIAL_6)


def is_public_text(address: str) -> bool:
    """The same for an address as a resolver spells it."""
    return is_public(ip_address(address))
