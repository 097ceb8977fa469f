"""Whom a call is spared: who was told of the same cause lately, and who was told of another device of a silent site.

One device stands for all of a site that fell silent together. When it does not any more another one stands in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from pulse.alerts.facts import AlertFacts
from pulse.alerts.needing import alerts_in_need, live_alerts
from pulse.database import Connection
from pulse.notifications.notice import CALLS, NoticeEvent

TOLD_OF_GROUP: Final = "told of another of the site's devices that fell silent together"
OTHERS_HAVE: Final = timedelta(minutes=2)
"""So long after the device that was told of is back the others may stay silent before one of them is told of."""


class Call(NamedTuple):
    """A call that a receiver may be spared. `again` is that its alert needs somebody once more."""

    event: NoticeEvent
    step: int
    again: bool
    target: str
    throttle_minutes: int


class StandIn(NamedTuple):
    """A receiver that is to be told of another device of a group, and when; not later than after `OTHERS_HAVE`."""

    group_id: UUID | None
    target: str
    due_at: datetime


def reason_to_spare(
    connection: Connection, tenant_id: str, facts: AlertFacts, call: Call, *, now: datetime
) -> str | None:
    """Why a receiver knows enough already; None when it is to be told."""
    if not call.event.calls_for_somebody:
        return None
    if facts.group_id is not None and not call.again and _was_told_of_group(connection, tenant_id, facts, call):
        return TOLD_OF_GROUP
    if call.throttle_minutes > 0 and _was_told_lately(
        connection, tenant_id, facts, call, since=now - timedelta(minutes=call.throttle_minutes)
    ):
        return f"told of the same cause within {call.throttle_minutes} minutes"
    return None


def claim_group(connection: Connection, tenant_id: str, group_id: UUID) -> None:
    """Be the only one to dispatch alerts of a group until the transaction ends."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('notification group ' || %(tenant_id)s || %(group_id)s, 0))",
        {"tenant_id": tenant_id, "group_id": str(group_id)},
    )


def have_others_stand_in(connection: Connection, tenant_id: str, wanted: Sequence[StandIn], *, now: datetime) -> None:
    """Of each group have another alert told of, if one needs somebody and none stands for all.

    Jobs are locked before groups, here and in dispatching.
    """
    stand_ins = {(str(it.group_id), it.target): it for it in wanted if it.group_id is not None}
    for _, (group_id, target, due_at) in sorted(stand_ins.items()):
        assert group_id is not None
        # Whoever is being spared because of the job that ended is there to be seen after this.
        claim_group(connection, tenant_id, group_id)
        if (spared := _find_spared(connection, tenant_id, group_id, target, now=now)) is not None:
            connection.execute(
                """
                UPDATE notification_jobs
                SET status = 'PENDING', due_at = %(due_at)s, outcome = NULL, finished_at = NULL
                WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s
                """,
                {"tenant_id": tenant_id, "job_id": spared, "due_at": min(max(due_at, now), now + OTHERS_HAVE)},
            )


def _was_told_lately(connection: Connection, tenant_id: str, facts: AlertFacts, call: Call, *, since: datetime) -> bool:
    """Whether a receiver was told the same of another alert of the same cause since then."""
    row = connection.execute(
        """
        SELECT FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND target = %(target)s AND fingerprint = %(fingerprint)s
          AND created_at > %(since)s AND event = %(event)s AND status IN ('PENDING', 'SENT')
          AND alert_id <> %(alert_id)s
        LIMIT 1
        """,
        {
            "tenant_id": tenant_id,
            "target": call.target,
            "fingerprint": facts.fingerprint,
            "event": call.event.value,
            "alert_id": facts.alert_id,
            "since": since,
        },
    ).fetchone()
    return row is not None


def _was_told_of_group(connection: Connection, tenant_id: str, facts: AlertFacts, call: Call) -> bool:
    """Whether a receiver was told the same, or will be, of another alert of the group that is live."""
    tellers = connection.execute(
        """
        SELECT DISTINCT alert_id
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND target = %(target)s AND group_id = %(group_id)s
          AND event = %(event)s AND step = %(step)s AND status IN ('PENDING', 'SENT') AND alert_id <> %(alert_id)s
        """,
        {
            "tenant_id": tenant_id,
            "target": call.target,
            "group_id": facts.group_id,
            "event": call.event.value,
            "step": call.step,
            "alert_id": facts.alert_id,
        },
    )
    return bool(live_alerts(connection, tenant_id, [row["alert_id"] for row in tellers]))


def _find_spared(connection: Connection, tenant_id: str, group_id: UUID, target: str, *, now: datetime) -> UUID | None:
    """The last call of the first spared alert that needs somebody; None when a live one stands for all."""
    jobs = connection.execute(
        """
        SELECT job_id, alert_id, status, outcome
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s AND target = %(target)s
          AND event = ANY(%(calls)s) AND status IN ('PENDING', 'SENT', 'THROTTLED')
        ORDER BY created_at, job_id
        """,
        {"tenant_id": tenant_id, "group_id": group_id, "target": target, "calls": CALLS},
    ).fetchall()
    told = [job for job in jobs if job["status"] != "THROTTLED"]
    if live_alerts(connection, tenant_id, [job["alert_id"] for job in told]):
        return None
    spared = [job for job in jobs if job["outcome"] == TOLD_OF_GROUP]
    in_need = alerts_in_need(connection, [(tenant_id, job["alert_id"]) for job in spared], since=now)
    chosen = next((job["alert_id"] for job in spared if (tenant_id, job["alert_id"]) in in_need), None)
    return next((job["job_id"] for job in reversed(spared) if job["alert_id"] == chosen), None)
