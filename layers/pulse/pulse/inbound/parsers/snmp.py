"""SNMP notifications as JSON, the way a gateway or a trap daemon's handler hands them on. Pure.

    {"version": "2c", "agent_address": "192.0.2.7", "trap_oid": "1.3.6.1.6.3.1.1.5.3",
     "varbinds": [{"oid": "1.3.6.1.2.1.2.2.1.1.7", "value": 7}]}

A trap of SNMPv1 may bring `enterprise_oid`, `generic_trap` and `specific_trap` in the place of `trap_oid`.
"""

from typing import Annotated, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pulse.inbound.names import MAX_FIELDS, OwnFieldName
from pulse.inbound.oids import Oid, format_oid, longest_prefix, parse_oid
from pulse.inbound.record import PayloadError, Record, as_value
from pulse.models import WHEN_USED, Input

TRAP_FIELDS: Final = frozenset({"trap_oid", "agent_address", "enterprise_oid", "uptime"})
_SNMP_TRAPS: Final = parse_oid("1.3.6.1.6.3.1.1.5")
_ENTERPRISE_SPECIFIC: Final = 6
_TRAP_OID: Final = "1.3.6.1.6.3.1.1.4.1.0"


class _Varbind(BaseModel):
    model_config = WHEN_USED

    oid: Oid
    value: str | int | float | bool | None = None


class Trap(BaseModel):
    """A notification; what else a sender adds is not looked at."""

    model_config = ConfigDict(**WHEN_USED, extra="ignore")

    version: str = ""
    agent_address: Annotated[str, StringConstraints(max_length=100)] = ""
    trap_oid: Oid | None = None
    enterprise_oid: Oid | None = None
    generic_trap: int | None = Field(None, ge=0, le=_ENTERPRISE_SPECIFIC)
    specific_trap: int | None = Field(None, ge=0, lt=2**32)
    uptime: int | None = None
    varbinds: list[_Varbind] = Field([], max_length=500)

    @property
    def identity(self) -> str | None:
        """The trap's OID; of SNMPv1 as RFC 3584 (section 3.1) makes it. None when the trap does not say."""
        if self.trap_oid is not None:
            return self.trap_oid
        if self.generic_trap is not None and self.generic_trap < _ENTERPRISE_SPECIFIC:
            return format_oid((*_SNMP_TRAPS, self.generic_trap + 1))
        if self.enterprise_oid is not None and self.specific_trap is not None:
            return format_oid((*parse_oid(self.enterprise_oid), 0, self.specific_trap))
        named = (str(varbind.value) for varbind in self.varbinds if varbind.oid == _TRAP_OID)
        return next((format_oid(oid) for text in named if (oid := _try_oid(text))), None)


class VarbindField(Input):
    """Where a field of a notification is."""

    oid: Oid = Field(description="The variable's OID, without its index or with it")
    take: Literal["value", "index"] = Field("value", description="index: what follows the OID, such as `7`")


class SnmpParser(Input):
    """Reads a notification. Each has trap_oid, agent_address, enterprise_oid and uptime."""

    type: Literal["snmp"]
    fields: Annotated[dict[OwnFieldName, VarbindField], Field(max_length=MAX_FIELDS)] = Field({})

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return TRAP_FIELDS | frozenset(self.fields)

    def read(self, payload: bytes) -> list[Record]:
        """The one record. Raises PayloadError."""
        trap = read_trap(payload)
        record: Record = dict.fromkeys(self.fields)
        prefixes = {field.oid for field in self.fields.values()}
        for varbind in trap.varbinds:
            oid = parse_oid(varbind.oid)
            prefix = longest_prefix(oid, prefixes)
            for name, field in self.fields.items():
                if field.oid == prefix and record[name] is None:
                    index = format_oid(oid[len(parse_oid(prefix)) :])
                    record[name] = as_value(varbind.value if field.take == "value" else index)
        return [
            {
                **record,
                "trap_oid": trap.identity,
                "agent_address": trap.agent_address or None,
                "enterprise_oid": trap.enterprise_oid,
                "uptime": as_value(trap.uptime),
            }
        ]


def read_trap(payload: bytes) -> Trap:
    """A notification. Raises PayloadError."""
    try:
        trap = Trap.model_validate(orjson.loads(payload))
    except orjson.JSONDecodeError as error:
        message = f"it is not JSON: {error}"
        raise PayloadError(message) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"it is no notification: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise PayloadError(message) from error
    if trap.identity is None:
        message = "it is no notification: it has neither trap_oid nor what SNMPv1 has in its place"
        raise PayloadError(message)
    return trap


def _try_oid(text: str) -> tuple[int, ...]:
    try:
        return parse_oid(text)
    except ValueError:
        return ()
