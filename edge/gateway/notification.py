"""A notification as the cloud reads it: numbers, texts and OIDs. The community is never among it. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_UP_TIME = "1.3.6.1.2.1.1.3.0"
_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
_ENTERPRISE = "1.3.6.1.6.3.1.1.4.3.0"
_COMMUNITY = "1.3.6.1.6.3.18.1.4.0"
MAX_VARBINDS = 500
MAX_TEXT = 4096
MAX_BYTES = 100_000

type Value = int | str | None


@dataclass(frozen=True)
class Notification:
    """What a device has told. `version` is 1, 2c or 3; `source_address` is where the datagram came from."""

    version: str
    source_address: str
    agent_address: str
    trap_oid: str | None = None
    enterprise_oid: str | None = None
    generic_trap: int | None = None
    specific_trap: int | None = None
    uptime: int | None = None
    varbinds: list[tuple[str, Value]] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        """The same as JSON; variables that would make it too long are left out, and that is said."""
        known = {
            "version": self.version,
            "source_address": self.source_address,
            "agent_address": self.agent_address,
            "trap_oid": self.trap_oid,
            "enterprise_oid": self.enterprise_oid,
            "generic_trap": self.generic_trap,
            "specific_trap": self.specific_trap,
            "uptime": self.uptime,
        }
        document: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
        kept: list[dict[str, Value]] = []
        size = 0
        for oid, value in self.varbinds[:MAX_VARBINDS]:
            size += len(oid) + len(json.dumps(value)) + 20
            if size > MAX_BYTES:
                break
            kept.append({"oid": oid, "value": value})
        document["varbinds"] = kept
        if len(kept) < len(self.varbinds):
            document["left_out"] = len(self.varbinds) - len(kept)
        return document


def from_variables(version: str, source_address: str, variables: Iterable[tuple[str, Value]]) -> Notification:
    """A notification of SNMPv2c or v3, whose first variables say what it is (RFC 3416, 4.2.6)."""
    said = dict[str, Value]()
    varbinds: list[tuple[str, Value]] = []
    for oid, value in variables:
        if oid in (_UP_TIME, _TRAP_OID, _TRAP_ADDRESS, _ENTERPRISE):
            said.setdefault(oid, value)
        elif oid != _COMMUNITY:
            varbinds.append((oid, value))
    up_time = said.get(_UP_TIME)
    return Notification(
        version=version,
        source_address=source_address,
        agent_address=_text(said.get(_TRAP_ADDRESS)) or source_address,  # a proxy names the first sender
        trap_oid=_text(said.get(_TRAP_OID)),
        enterprise_oid=_text(said.get(_ENTERPRISE)),
        uptime=up_time if isinstance(up_time, int) else None,
        varbinds=varbinds,
    )


def text_of(octets: bytes) -> str:
    """Octets as the text that they are, or in hexadecimal digits (`0x001b…`) where they are none."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return f"0x{octets[: MAX_TEXT // 2].hex()}"
    printable = text.rstrip("\0").replace("\r", " ").replace("\n", " ").replace("\t", " ")
    return text.rstrip("\0")[:MAX_TEXT] if printable.isprintable() else f"0x{octets[: MAX_TEXT // 2].hex()}"


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
