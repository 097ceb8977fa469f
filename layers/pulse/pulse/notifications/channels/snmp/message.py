"""Traps after docs/mibs/PULSE-ALERT-MIB.txt. Pure."""

from types import MappingProxyType
from typing import Final

from pulse.clock import format_instant
from pulse.notifications.notice import Notice, NoticeEvent
from pulse.outbound.snmp_message import Trap

MAXIMUM_NAME_OCTETS: Final = 255
MAXIMUM_TEXT_OCTETS: Final = 1024
_NOTIFICATIONS: Final = MappingProxyType(
    {
        NoticeEvent.OPENED: 1,
        NoticeEvent.SEVERITY_CHANGED: 1,
        NoticeEvent.ESCALATED: 1,
        NoticeEvent.UNANSWERED: 1,
        NoticeEvent.ACKNOWLEDGED: 2,
        NoticeEvent.CLOSED: 3,
        NoticeEvent.TEST: 4,
        NoticeEvent.SUBSCRIPTION_ENDING: 1,
        NoticeEvent.TENANT_DELETION: 1,
        NoticeEvent.SUBSCRIPTION_RENEWED: 3,
    }
)


def trap_of(notice: Notice, oid_prefix: str) -> Trap:
    """The trap that tells of a notice: raised, acknowledged, cleared or test."""
    objects: tuple[int | str, ...] = (
        str(notice.alert_id or notice.subscription_id),
        _cut(notice.device_id or "", MAXIMUM_NAME_OCTETS),
        _cut(notice.tenant_id, MAXIMUM_NAME_OCTETS),
        notice.severity.rank,
        _cut(notice.title, MAXIMUM_TEXT_OCTETS),
        format_instant(notice.time),
        notice.alert_type,
        notice.event.value,
        _cut(notice.site_id or "", MAXIMUM_NAME_OCTETS),
        str(notice.notice_id),
    )
    return Trap(
        oid=f"{oid_prefix}.0.{_NOTIFICATIONS[notice.event]}",
        values=[(f"{oid_prefix}.1.{number}.0", value) for number, value in enumerate(objects, 1)],
        time=notice.time,
    )


def _cut(text: str, octets: int) -> str:
    """At most so much of a text, and no half of a character."""
    return text.encode()[:octets].decode(errors="ignore")
