"""The quarantine's tables: refused messages, and how many there were in each minute.

The counts are of all refused messages, the rows a sample of them: the first of each minute, tenant and reason. A
message that is kept is counted once, however often it is delivered. In a flood, a message beyond the sample is counted
each time: twice, if it is delivered again although its batch was committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.devices.topics import owner_of_topic
from pulse.quarantine.reasons import Refusal
from pulse.telemetry.message import Envelope

KEPT_PER_MINUTE: Final = 200
_KEPT_BYTES: Final = 4096


class _Group(NamedTuple):
    """What is counted and sampled together. The tenant is the one that the topic claims, if any."""

    tenant_id: str | None
    minute: datetime
    reason: str


def record_refusals(connection: Connection, refused: Sequence[tuple[Envelope, Refusal]]) -> None:
    """Count refused messages, and keep the first of each group with the start of their payload."""
    if not refused:
        return
    known = _find_kept(connection, [envelope.message_id for envelope, _ in refused if envelope.redelivered])
    groups: dict[_Group, dict[str, tuple[Envelope, Refusal]]] = {}
    for envelope, refusal in refused:
        if envelope.message_id in known:
            continue
        tenant_id, _ = _owner(envelope.topic)
        minute = envelope.received_at.replace(second=0, microsecond=0)
        group = _Group(tenant_id, minute, refusal.reason)
        groups.setdefault(group, {})[envelope.message_id] = (envelope, refusal)

    counted = _read_counts(connection, groups)
    samples = {
        group: dict(list(messages.items())[: max(0, KEPT_PER_MINUTE - counted.get(group, 0))])
        for group, messages in groups.items()
    }
    kept = _keep(connection, [message for sample in samples.values() for message in sample.values()])
    _count(
        connection,
        {
            group: len(messages) - sum(message_id not in kept for message_id in samples[group])
            for group, messages in groups.items()
        },
    )


def _find_kept(connection: Connection, message_ids: list[str]) -> set[str]:
    if not message_ids:
        return set()
    rows = connection.execute(
        "SELECT message_id FROM quarantine_events WHERE message_id = ANY(%(message_ids)s)",
        {"message_ids": message_ids},
    )
    return {row["message_id"] for row in rows}


def _read_counts(connection: Connection, groups: Iterable[_Group]) -> dict[_Group, int]:
    rows = connection.execute(
        """
        SELECT quarantine_counts.tenant_id, quarantine_counts.minute, quarantine_counts.reason, messages
        FROM jsonb_to_recordset(%(groups)s) AS wanted (tenant_id text, minute timestamptz, reason text)
        JOIN quarantine_counts
          ON quarantine_counts.tenant_id IS NOT DISTINCT FROM wanted.tenant_id
         AND quarantine_counts.minute = wanted.minute
         AND quarantine_counts.reason = wanted.reason
        """,
        {"groups": Jsonb([group._asdict() for group in groups])},
    )
    return {_Group(row["tenant_id"], row["minute"], row["reason"]): row["messages"] for row in rows}


def _keep(connection: Connection, messages: Sequence[tuple[Envelope, Refusal]]) -> set[str]:
    """Keep messages, and return the ids of those that were not kept before."""
    rows = connection.execute(
        """
        INSERT INTO quarantine_events (
            message_id, received_at, tenant_id, device_id, topic, principal, reason, detail, payload, payload_bytes
        )
        SELECT message_id, received_at, tenant_id, device_id, topic, principal, reason, detail,
               decode(payload, 'hex'), payload_bytes
        FROM jsonb_to_recordset(%(messages)s) AS refused (
            message_id text, received_at timestamptz, tenant_id text, device_id text, topic text, principal text,
            reason text, detail text, payload text, payload_bytes integer
        )
        ORDER BY message_id
        ON CONFLICT (message_id) DO NOTHING
        RETURNING message_id
        """,
        {"messages": Jsonb([_row(envelope, refusal) for envelope, refusal in messages])},
    )
    return {row["message_id"] for row in rows}


def _row(envelope: Envelope, refusal: Refusal) -> dict[str, Any]:
    tenant_id, device_id = _owner(envelope.topic)
    return {
        "message_id": envelope.message_id,
        "received_at": envelope.received_at,
        "tenant_id": tenant_id,
        "device_id": device_id,
        "topic": envelope.topic,
        "principal": envelope.principal,
        "reason": refusal.reason,
        "detail": refusal.detail,
        "payload": envelope.payload[:_KEPT_BYTES].hex(),
        "payload_bytes": len(envelope.payload),
    }


def _owner(topic: str) -> tuple[str | None, str | None]:
    """Tenant and device that a topic claims; an inbound source (`hooks/{tenant_id}/{source_id}`) is no device."""
    match topic.split("/"):
        case ["hooks", str(tenant_id), _]:
            return tenant_id, None
        case _:
            return owner_of_topic(topic) or (None, None)


def _count(connection: Connection, counts: Mapping[_Group, int]) -> None:
    connection.execute(
        """
        INSERT INTO quarantine_counts (tenant_id, minute, reason, messages)
        SELECT tenant_id, minute, reason, messages
        FROM jsonb_to_recordset(%(counts)s) AS counted (
            tenant_id text, minute timestamptz, reason text, messages bigint
        )
        ORDER BY tenant_id, minute, reason
        ON CONFLICT (tenant_id, minute, reason) DO UPDATE
        SET messages = quarantine_counts.messages + excluded.messages
        """,
        {"counts": Jsonb([{**group._asdict(), "messages": count} for group, count in counts.items() if count])},
    )
