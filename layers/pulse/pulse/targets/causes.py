"""The alert about a target that can't be polled. Pure."""

from datetime import datetime
from typing import Any, Final, NamedTuple
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


class OverdueTargets(NamedTuple):
    """What a gateway owes: how many targets, the names of some, and since when."""

    total: int
    names: list[str]
    since: datetime


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


def overdue_fingerprint(device_id: str) -> str:
    """One live alert for a gateway that lives and does not tell of its targets."""
    return f"POLLS_OVERDUE:{device_id}"


def overdue_opening(tenant_id: str, device_id: str, site_id: str, owed: OverdueTargets, now: datetime) -> Opening:
    """A gateway lives, and has told nothing of targets for much longer than their intervals."""
    named = ", ".join(owed.names) + (", …" if owed.total > len(owed.names) else "")
    return Opening(
        tenant_id=tenant_id,
        fingerprint=overdue_fingerprint(device_id),
        source="platform",
        type=AlertType.POLLS_OVERDUE.value,
        severity=Severity.HIGH,
        summary=f"Gateway {device_id} is running, and tells nothing of {owed.total} of its targets: {named}"[
            :_MAX_SUMMARY
        ],
        details={"gateway": {"device_id": device_id}, "targets": owed.total, "names": owed.names},
        time=now,
        site_id=site_id,
        device_id=device_id,
    )


def overdue_closing(tenant_id: str, device_id: str, now: datetime) -> Closing:
    """It owes no result any more."""
    reason = "the gateway has told of its targets again, or is not to, or is silent altogether"
    return Closing(tenant_id, overdue_fingerprint(device_id), reason, now, {})
