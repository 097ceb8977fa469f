"""Notices for tests of what is made of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pulse.alerts.severity import Severity
from pulse.notifications.notice import Notice, NoticeEvent

NOTICE_ID = UUID("11111111-1111-4111-8111-111111111111")
ALERT_ID = UUID("22222222-2222-4222-8222-222222222222")


def make_notice(event: NoticeEvent = NoticeEvent.OPENED, **changes: Any) -> Notice:
    """A HIGH alert of freezer-1 that was opened at noon."""
    fields: dict[str, Any] = {
        "notice_id": NOTICE_ID,
        "event": event,
        "tenant_id": "acme",
        "alert_id": ALERT_ID,
        "alert_type": "THRESHOLD",
        "severity": Severity.HIGH,
        "status": "OPEN",
        "device_id": "freezer-1",
        "site_id": "hall-a",
        "summary": "temp_c is 9, above 8 <b>& rising</b>",
        "details": {"temp_c": 9},
        "opened_at": datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        "time": datetime(2026, 11, 20, 12, 5, tzinfo=UTC),
        "by": "system",
        **changes,
    }
    return Notice(**fields)
