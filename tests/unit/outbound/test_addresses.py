"""Which addresses the door opens for: each range at its edges, and what is next to it."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.outbound.addresses import literal_address, refusal_of, refusal_of_name

REFUSED = [
    ("0.0.0.1", "0.255.255.255", "this host"),
    ("10.0.0.0", "10.255.255.255", "private"),
    ("100.64.0.0", "100.127.255.255", "carrier"),
    ("127.0.0.0", "127.255.255.255", "loopback"),
    ("168.63.129.16", "168.63.129.16", "metadata"),
    ("169.254.0.0", "169.254.255.255", "metadata"),
    ("172.16.0.0", "172.31.255.255", "private"),
    ("192.0.0.0", "192.0.0.255", "reserved"),
    ("192.0.2.0", "192.0.2.255", "documentation"),
    ("192.88.99.0", "192.88.99.255", "reserved"),
    ("192.168.0.0", "192.168.255.255", "private"),
    ("198.18.0.0", "198.19.255.255", "benchmarks"),
    ("198.51.100.0", "198.51.100.255", "documentation"),
    ("203.0.113.0", "203.0.113.255", "documentation"),
    ("224.0.0.0", "239.255.255.255", "multicast"),
    ("240.0.0.0", "255.255.255.255", "reserved"),
    ("::", "::", "this host"),
    ("::1", "::1", "loopback"),
    ("::2", "::ffff:ffff", "disguise"),
    ("::ffff:0.0.0.0", "::ffff:255.255.255.255", "disguise"),
    ("64:ff9b::", "64:ff9b::ffff:ffff", "disguise"),
    ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "disguise"),
    ("100::", "100::ffff:ffff:ffff:ffff", "reserved"),
    ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "disguise"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "disguise"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("4000::", "fbff::", "reserved"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"),
    ("fd00:ec2::254", "fd00:ec2::254", "private"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"),
    ("fe80::1%eth0", "2606:4700::1111%eth0", "link-local"),
    ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"),
]
ADMITTED = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "203.0.112.255", "203.0.114.0", "223.255.255.255", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1",
]  # fmt: skip


@pytest.mark.parametrize(("first", "last", "reason"), REFUSED)
def test_a_range_is_refused_from_its_first_to_its_last_address(first: str, last: str, reason: str) -> None:
    for text in (first, last):
        assert reason in (refusal_of(ip_address(text), ()) or "admitted")


@pytest.mark.parametrize("text", ADMITTED)
def test_public_addresses_are_admitted(text: str) -> None:
    assert refusal_of(ip_address(text), ()) is None


@given(st.ip_addresses())
def test_nothing_is_admitted_that_is_not_public_and_of_one_receiver(address: IPv4Address | IPv6Address) -> None:
    if refusal_of(address, ()) is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_no_form_of_ipv6_leads_to_an_ipv4_address(address: IPv4Address) -> None:
    number = int(address)
    for prefix in ("::ffff:0:0", "::", "64:ff9b::", "64:ff9b:1::"):
        assert refusal_of(IPv6Address(int(IPv6Address(prefix)) | number), ()) is not None
    assert refusal_of(IPv6Address(int(IPv6Address("2002::")) | number << 80), ()) is not None


def test_the_operator_may_allow_a_network_and_nothing_beside_it() -> None:
    allowed = [ip_network("10.20.0.0/16")]
    assert refusal_of(ip_address("10.20.255.255"), allowed) is None
    assert refusal_of(ip_address("10.21.0.0"), allowed) is not None
    assert refusal_of(ip_address("::ffff:10.20.0.1"), allowed) is not None


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "0x7f.0.0.1", "127.0.0.1.", "1.2.3.4.5", "a.1"],
)
def test_unusual_notations_of_addresses_are_no_names(host: str) -> None:
    assert literal_address(host) is None
    assert "unusual notation" in (refusal_of_name(host) or "")


@pytest.mark.parametrize("host", ["", "a..b", "-a.example", "a_b.exa mple", "x" * 64 + ".example", "a/b", "exämple.de"])
def test_what_no_name_can_be_is_refused(host: str) -> None:
    assert refusal_of_name(host) == "is not a host name"


@pytest.mark.parametrize("host", ["metadata.google.internal", "METADATA.google.internal.", "metadata"])
def test_names_of_metadata_services_are_refused(host: str) -> None:
    assert "metadata" in (refusal_of_name(host) or "")


@pytest.mark.parametrize("host", ["hooks.slack.com", "a_b.example.", "xn--exmple-cua.de", "1e100.net", "localhost"])
def test_names_are_names(host: str) -> None:
    assert refusal_of_name(host) is None
