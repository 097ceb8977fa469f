"""Ingest: a batch of messages becomes readings, device state, quarantine entries and, after the commit, alerts.

Nothing accepted is lost: a message leaves the queue only after the commit of the transaction that stored or
quarantined it. A batch that the database refuses for its content is halved until the poisonous message stands alone.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import psycopg

from pulse.alerts.evaluation.stream import evaluate_samples
from pulse.database import ingest_session
from pulse.events.outbox import publish_due
from pulse.logging import logger
from pulse.realtime.live_values import offer_values
from pulse.telemetry.batch import Written, write_batch
from pulse.telemetry.message import Envelope
from pulse.telemetry.progress import begin_batch, end_batch
from pulse.telemetry.samples import samples_of

# A failover or a deadlock is over in a moment: waiting here spares a batch its way back through the queue.
_PAUSES_SECONDS: Final = (0.1, 0.5)


class IngestReport(NamedTuple):
    """What became of a batch: counts, and the `message_id` of each message that the database would not take."""

    accepted: int
    refused: int
    readings: int
    failed: frozenset[str]


def ingest(envelopes: Sequence[Envelope]) -> IngestReport:
    """Take a batch. Raises psycopg.OperationalError when the database is away: the whole batch is to be retried."""
    if not envelopes:
        return IngestReport(0, 0, 0, frozenset())
    # Left standing when the database goes away: the messages are still on their way then.
    oldest = min(envelope.received_milliseconds for envelope in envelopes)
    batch_id = _patiently(lambda: begin_batch(oldest), messages=len(envelopes))
    try:
        written = _patiently(lambda: write_batch(envelopes, batch_id), messages=len(envelopes))
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        with ingest_session() as connection:
            end_batch(connection, batch_id)
        if len(envelopes) == 1:
            logger.exception("message_failed", message_id=envelopes[0].message_id, error=str(error))
            return IngestReport(0, 0, 0, frozenset({envelopes[0].message_id}))
        middle = len(envelopes) // 2
        return _add(ingest(envelopes[:middle]), ingest(envelopes[middle:]))
    _follow_up(written)
    return IngestReport(
        accepted=len(envelopes) - written.refused,
        refused=written.refused,
        readings=sum(map(len, written.new.values())),
        failed=frozenset(),
    )


def _patiently[T](work: Callable[[], T], *, messages: int) -> T:
    for pause in _PAUSES_SECONDS:
        try:
            return work()
        except psycopg.OperationalError as error:
            logger.warning("batch_retried", messages=messages, error=str(error))
            time.sleep(pause)
    return work()


def _follow_up(written: Written) -> None:
    """Evaluate and publish. What fails here is caught up by the sweep and the relay: the data are safe already."""
    recovered = [(transition.tenant_id, transition.device_id) for transition in written.transitions]
    samples = {key: samples_of(readings) for key, readings in written.new.items() if key[0] in written.watched_tenants}
    try:
        if samples or recovered:
            evaluate_samples(samples, recovered, written.devices)
            publish_due()
    except Exception:
        logger.exception("follow_up_failed", devices=len(written.devices))
    offer_values(written.new)


def _add(one: IngestReport, other: IngestReport) -> IngestReport:
    return IngestReport(
        one.accepted + other.accepted,
        one.refused + other.refused,
        one.readings + other.readings,
        one.failed | other.failed,
    )
