"""The alert about a target that can't be polled. Pure."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pulse.alerts.alert import AlertType
from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.severity import Severity
from pulse.polling.outcome import OutcomeKind

_MAX_SUMMARY: Final = 500
_WORDS: Final = {
    OutcomeKind.UNREACHABLE: "is not reachable",
    OutcomeKind.TIMED_OUT: "does not answer in time",
    OutcomeKind.REFUSED: "refuses connections",
    OutcomeKind.WRONG_CREDENTIALS: "does not take the credentials",
    OutcomeKind.UNTRUSTED: "can't be trusted",
    OutcomeKind.BAD_ANSWER: "does not answer as it should",
    OutcomeKind.NOT_ALLOWED: "may not be asked from here",
}


def failure_fingerprint(target_id: UUID) -> str:
    """One live alert for a target that can't be polled."""
    return f"POLL_FAILED:{target_id}"


def failure_opening(
    target: dict[str, Any], kind: OutcomeKind, reason: str, severity: Severity, now: datetime
) -> Opening:
    """A target could not be polled so many times in a row as it may."""
    return Opening(
        tenant_id=target["tenant_id"],
        fingerprint=failure_fingerprint(target["target_id"]),
        source="platform",
        type=AlertType.POLL_FAILED.value,
        severity=severity,
        summary=f"{target['name']} {_WORDS.get(kind, 'can not be polled')}: {reason}"[:_MAX_SUMMARY],
        details={
            "target": {"target_id": str(target["target_id"]), "name": target["name"], "host": target["host"]},
            "addon_id": target["addon_id"],
            "outcome": kind.value,
            "reason": reason,
        },
        time=now,
        site_id=target["site_id"],
    )


def failure_closing(tenant_id: str, target_id: UUID, now: datetime) -> Closing:
    """It could be polled again."""
    return Closing(tenant_id, failure_fingerprint(target_id), "it could be polled again", now, {})
