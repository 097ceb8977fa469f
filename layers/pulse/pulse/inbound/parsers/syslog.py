"""Lines of syslog, after RFC 5424 and RFC 3164. Pure."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from pulse.inbound.parsers.named_groups import check_groups
from pulse.inbound.patterns import Pattern, named_groups, search_groups
from pulse.inbound.record import Record, as_value, require_few, text_of_payload
from pulse.models import Input

_MAX_LINE: Final = 8192
# Digits and blanks alone stand in what repeats, so that each of these is linear.
_RFC_5424: Final = re.compile(r"<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ")
_RFC_3164: Final = re.compile(
    r"<(\d{1,3})>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S{1,255}) (?:([^\s:\[]{1,48})(?:\[([^\]]{1,128})\])?: ?)?"
)
_STRUCTURED: Final = re.compile(r'(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+) ?')
_SEVERITIES: Final = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")
_FACILITIES: Final = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock", *(f"local{number}" for number in range(8))),
)
_FIELDS: Final = frozenset(
    ("facility", "syslog_severity", "timestamp", "host", "app_name", "process_id", "event_id", "message")
)


class SyslogParser(Input):
    """Reads lines of syslog; what is none is no record.

    Each has facility, syslog_severity, timestamp, host, app_name, process_id, event_id and message.
    """

    type: Literal["syslog"]
    message_patterns: list[Annotated[Pattern, AfterValidator(check_groups)]] = Field(
        [], max_length=20, description="Of these, the first that matches the message adds its named groups"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return _FIELDS.union(*(named_groups(pattern) for pattern in self.message_patterns))

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        records: list[Record] = []
        for line in text_of_payload(payload).splitlines():
            record = read_line(line[:_MAX_LINE])
            if record is not None:
                records.append({**self._within(str(record["message"])), **record})
                require_few(len(records))
        return records

    def _within(self, message: str) -> Record:
        for pattern in self.message_patterns:
            groups = search_groups(pattern, message)
            if groups is not None:
                return {name: as_value(value) for name, value in groups.items()}
        return {}


def read_line(line: str) -> Record | None:
    """The record of a line, or None when it is no syslog."""
    if found := _RFC_5424.match(line):
        rest = line[found.end() :]
        structured = _STRUCTURED.match(rest)
        message = rest[structured.end() :] if structured else rest
        priority, *parts = found.groups()
    elif found := _RFC_3164.match(line):
        priority, timestamp, host, app_name, process_id = found.groups()
        message = line[found.end() :]
        parts = [timestamp, host, app_name, process_id, None]
    else:
        return None
    facility, severity = divmod(int(priority), 8)
    if facility >= len(_FACILITIES):
        return None
    names = ("timestamp", "host", "app_name", "process_id", "event_id")
    return {
        "facility": _FACILITIES[facility],
        "syslog_severity": _SEVERITIES[severity],
        **{name: as_value(None if part == "-" else part) for name, part in zip(names, parts, strict=True)},
        "message": as_value(message.removeprefix("\ufeff").strip()),
    }
