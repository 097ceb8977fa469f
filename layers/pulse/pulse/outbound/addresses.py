"""Which addresses the door opens for. Pure.

Only what is public is admitted. Named networks come first, so that a refusal says what the address is; whatever the
registries set aside beyond them is refused as well.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

_NAMED: Final[tuple[tuple[Network, str], ...]] = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a carrier's shared address"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "a reserved address"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::1/128", "a loopback address"),
        ("::/128", "this host"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
        ("::/96", "an IPv4 address in disguise"),
        ("64:ff9b::/96", "an IPv4 address in disguise"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise"),
        ("2002::/16", "an IPv4 address in disguise"),
        ("2001::/32", "an IPv4 address in disguise"),
        ("2001:db8::/32", "an address for documentation"),
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
        ("ff00::/8", "a multicast address"),
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_METADATA_NAMES: Final = frozenset({"metadata", "metadata.google.internal"})
_MAXIMUM_NAME_LENGTH: Final = 253


def refusal_of(address: Address, allowed: Sequence[Network]) -> str | None:
    """What an address is that the door does not open for; None when it does.

    `allowed` are the operator's exceptions.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "a link-local address"
    if any(address in network for network in allowed):
        return None
    for network, reason in _NAMED:
        if address in network:
            return reason
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "a reserved address"
    return None if address.is_global else "a reserved address"


def literal_address(host: str) -> Address | None:
    """The address that a host is written as, None for a name. `[::1]` and `::1` are the same."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def refusal_of_name(host: str) -> str | None:
    """Why a host that is no address can't be a name in the DNS either; None when it can.

    Resolvers read `2130706433`, `0177.0.0.1` and `0x7f.1` as addresses, which a person would not.
    """
    name = host.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAXIMUM_NAME_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        return "is not a host name"
    if _NUMBER.fullmatch(labels[-1]):
        return "is an address in an unusual notation; write it as four decimal numbers"
    if name in _METADATA_NAMES:
        return "is a cloud's metadata service"
    return None
