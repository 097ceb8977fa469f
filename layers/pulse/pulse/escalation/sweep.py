"""The auditor: each minute it proves that nothing that was due has been left undone, and does what was."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock, metrics
from pulse.alerts.needing import alerts_in_need
from pulse.database import Connection, ingest_session
from pulse.escalation.advancing import repair
from pulse.escalation.escalation_store import find_overdue, find_waiting_for_silence, put_off
from pulse.logging import logger
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.http import HttpRequest, send_or_fail
from pulse.settings import settings

GRACE: Final = timedelta(seconds=30)
"""How long after its due time an execution is not yet missed."""
_BATCH: Final = 100
_PUT_OFF: Final = timedelta(minutes=2)


class Audit(NamedTuple):
    """How many escalations were overdue and done in their executions' place, and how many could not be."""

    repaired: int
    failed: int


def sweep_escalations(now: datetime, *, budget: timedelta) -> Audit:
    """Do what is overdue, at most for `budget`, and tell the dead-man's switch that somebody looked.

    One that fails is pushed forward, so that it can't stop the others; the switch is then not told.
    """
    give_up_at = clock.now() + budget
    repaired = failed = 0
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            overdue = find_overdue(connection, now - GRACE, limit=_BATCH) or _find_unheard(connection, now - GRACE)
        if not overdue:
            break
        for tenant_id, alert_id in overdue:
            try:
                repaired += repair(tenant_id, alert_id, now)
            except (psycopg.Error, BotoCoreError, ClientError, ValueError, LookupError):
                logger.exception("escalation_repair_failed", tenant_id=tenant_id, alert_id=str(alert_id))
                failed += 1
                with ingest_session() as connection:
                    put_off(connection, tenant_id, alert_id, until=now + _PUT_OFF)
    metrics.count("EscalationsRepaired", repaired)
    if not failed:
        _tell_dead_man_switch()
    return Audit(repaired, failed)


def _find_unheard(connection: Connection, since: datetime) -> list[tuple[str, UUID]]:
    """Those that wait for the end of a silence that has ended: the bus told of it, and was not heard."""
    waiting = find_waiting_for_silence(connection)
    return sorted(alerts_in_need(connection, waiting, since=since))[:_BATCH] if waiting else []


def _tell_dead_man_switch() -> None:
    url = settings().dead_man_url
    if not url:
        return
    try:
        send_or_fail(HttpRequest(method="POST", url=url, headers={}, body=b""))
    except (OutboundError, RefusedDestinationError):
        logger.exception("dead_man_switch_not_told")
