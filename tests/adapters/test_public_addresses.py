"""No address that leads into somebody's own network counts as public, however it is spelled."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.downloads.addresses import is_public, is_public_text

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.1.2.3
168.63.129.16 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255
198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
64:ff9b::8.8.8.8 64:ff9b:1::a00:1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1 5f00::1 4000::1 fc00::1
fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 2606:2800:220:1::1%1
"""
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.17
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
223.255.255.255 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450:4001:80e::2016
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_private_ones(address: str) -> None:
    assert not is_public_text(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_ones(address: str) -> None:
    assert is_public_text(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_the_standard_library_knows_to_be_private_is_so(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_reserved or address.is_multicast or address.is_link_local:
        assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_spelling_of_an_old_address_as_a_new_one_is_public(address: IPv4Address) -> None:
    number = int(address)
    for spelled in (
        number,
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        int(ip_address("64:ff9b::")) | number,
        0x2002 << 112 | number << 80,
        0x2001 << 112 | number ^ 0xFFFFFFFF,
    ):
        assert not is_public(IPv6Address(spelled))
