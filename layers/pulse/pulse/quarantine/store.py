"""The quarantine's table."""

from collections.abc import Sequence

from pulse.database import Connection
from pulse.quarantine.reasons import Refusal
from pulse.telemetry.message import Envelope, split_topic

_KEPT_BYTES = 4096


def record_refusals(connection: Connection, refused: Sequence[tuple[Envelope, Refusal]]) -> None:
    """Keep refused messages with the start of their payload. A message that is delivered again is kept once."""
    if not refused:
        return
    addresses = [split_topic(envelope.topic) for envelope, _ in refused]
    connection.execute(
        """
        INSERT INTO quarantine_events (
            message_id, received_at, tenant_id, device_id, topic, principal, reason, detail, payload, payload_bytes
        )
        SELECT *
        FROM unnest(
            %(message_ids)s::text[], %(received_at)s::timestamptz[], %(tenant_ids)s::text[], %(device_ids)s::text[],
            %(topics)s::text[], %(principals)s::text[], %(reasons)s::text[], %(details)s::text[], %(payloads)s::bytea[],
            %(sizes)s::integer[]
        )
        ON CONFLICT (message_id) DO NOTHING
        """,
        {
            "message_ids": [envelope.message_id for envelope, _ in refused],
            "received_at": [envelope.received_at for envelope, _ in refused],
            "tenant_ids": [address.tenant_id if address else None for address in addresses],
            "device_ids": [address.device_id if address else None for address in addresses],
            "topics": [envelope.topic for envelope, _ in refused],
            "principals": [envelope.principal for envelope, _ in refused],
            "reasons": [refusal.reason.value for _, refusal in refused],
            "details": [refusal.detail for _, refusal in refused],
            "payloads": [envelope.payload[:_KEPT_BYTES] for envelope, _ in refused],
            "sizes": [len(envelope.payload) for envelope, _ in refused],
        },
    )
