"""Messages that leave a time out and carry an id of their own: known by that id for two days.

Their readings are dated by receipt, so that a repeated publish has another time and the telemetry's own index can't
tell that it is one. Messages with a time need none of this.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.telemetry.message import Envelope
from pulse.telemetry.store import Readings

REMEMBERED_FOR: Final = timedelta(days=2)


def drop_repeats(connection: Connection, undated: Sequence[Readings]) -> list[Readings]:
    """Claim the messages' ids; return the readings of those whose ids are new, of several the one received first."""
    if not undated:
        return []
    first: dict[tuple[str, str, str], Envelope] = {}
    for address, readings in undated:
        for reading in readings:
            claim = (*address.key, str(reading.undated_id))
            known = first.get(claim)
            if known is None or reading.envelope.received_milliseconds < known.received_milliseconds:
                first[claim] = reading.envelope
    rows = connection.execute(
        """
        INSERT INTO message_receipts (tenant_id, device_id, message_id, received_at)
        SELECT tenant_id, device_id, message_id, received_at
        FROM jsonb_to_recordset(%(receipts)s) AS claimed (
            tenant_id text, device_id text, message_id text, received_at timestamptz
        )
        ORDER BY tenant_id, device_id, message_id
        ON CONFLICT DO NOTHING
        RETURNING tenant_id, device_id, message_id
        """,
        {
            "receipts": Jsonb(
                [
                    {
                        "tenant_id": tenant_id,
                        "device_id": device_id,
                        "message_id": message_id,
                        "received_at": envelope.received_at,
                    }
                    for (tenant_id, device_id, message_id), envelope in first.items()
                ]
            )
        },
    )
    new = {first[row["tenant_id"], row["device_id"], row["message_id"]].message_id for row in rows}
    return [
        (address, [reading for reading in readings if reading.envelope.message_id in new])
        for address, readings in undated
    ]


def forget_receipts(connection: Connection, now: datetime) -> int:
    """Forget ids that are older than they are remembered for; return how many."""
    return connection.execute(
        "DELETE FROM message_receipts WHERE received_at < %(before)s", {"before": now - REMEMBERED_FOR}
    ).rowcount
