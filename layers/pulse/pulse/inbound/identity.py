"""Which device something is about, and which cause it is. Pure."""

from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import quote

from pulse.inbound.manifest import AlertDefinition, DeviceIdentification
from pulse.inbound.record import Record, text_of

_MAX_KEY: Final = 200
UNKNOWN: Final = "unknown"


class DeviceIdentity(NamedTuple):
    """A device as a sender names it: each part may be missing. `key` is what tells it from others."""

    id: str | None = None
    name: str | None = None
    address: str | None = None

    @property
    def key(self) -> str:
        """The first of the parts that there is. What is later registered under it does not change it."""
        return self.id or self.name or self.address or UNKNOWN

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.id or self.address or UNKNOWN


def identify_device(record: Record, identification: DeviceIdentification) -> DeviceIdentity:
    """The device that a record is about."""
    return DeviceIdentity(
        id=_part(record, identification.id_field),
        name=_part(record, identification.name_field),
        address=_part(record, identification.address_field),
    )


def fingerprint(addon_id: str, definition: AlertDefinition, device: DeviceIdentity, record: Record) -> str:
    """What identifies a cause: 32 hexadecimal digits of `addon:type:device`, and of the fields' values if there are.

    A type always has as many fields, and what they add has no colon, so that two causes never have the same text.
    """
    key = device.key if definition.fingerprint_device else ""
    values = (quote(text_of(record.get(field)), safe="") for field in definition.fingerprint_fields)
    return sha256(":".join((addon_id, definition.type, key, *values)).encode()).hexdigest()[:32]


def _part(record: Record, field: str | None) -> str | None:
    text = "" if field is None else text_of(record.get(field)).strip()
    return text[:_MAX_KEY] or None
