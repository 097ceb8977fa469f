"""What each tenant has sent, lately and in all: the table that its quota and its usage are measured by."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.telemetry.buckets import Meter, read_meter, store_meter


class Stored(NamedTuple):
    """Messages and readings that were stored."""

    messages: int
    readings: int


_NOTHING: Final = Stored(0, 0)
_READ: Final = "SELECT tenant_id, receipts FROM ingest_usage WHERE tenant_id = ANY(%(tenant_ids)s)"


def read_usage(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, Meter]:
    """As of the last commit; a tenant that has sent nothing yet is not there."""
    rows = connection.execute(_READ, {"tenant_ids": list(tenant_ids)})
    return {row["tenant_id"]: read_meter(row["receipts"]) for row in rows}


def lock_usage(connection: Connection, tenant_ids: Iterable[str]) -> Iterator[tuple[str, Meter]]:
    """The same, locked in the order of the tenants until the transaction ends, and made where it is missing.

    In a pipeline the rows are waited for when they are looked at.
    """
    wanted = sorted(tenant_ids)
    connection.execute(
        # An update that never applies locks the row and writes nothing.
        """
        INSERT INTO ingest_usage (tenant_id)
        SELECT tenant_id FROM unnest(%(tenant_ids)s::text[]) AS wanted (tenant_id) ORDER BY tenant_id
        ON CONFLICT (tenant_id) DO UPDATE
        SET receipts = excluded.receipts
        WHERE false
        """,
        {"tenant_ids": wanted},
    )
    rows = connection.execute(_READ, {"tenant_ids": wanted})
    return ((row["tenant_id"], read_meter(row["receipts"])) for row in rows)


def write_usage(connection: Connection, usage: Mapping[str, Meter], stored: Mapping[str, Stored]) -> None:
    """Write locked rows back, and count what was stored of each tenant."""
    connection.execute(
        """
        UPDATE ingest_usage
        SET receipts = written.receipts,
            messages = ingest_usage.messages + written.messages,
            readings = ingest_usage.readings + written.readings
        FROM jsonb_to_recordset(%(usage)s) AS written (tenant_id text, receipts json, messages bigint, readings bigint)
        WHERE ingest_usage.tenant_id = written.tenant_id
        """,
        {
            "usage": Jsonb(
                [
                    {
                        "tenant_id": tenant_id,
                        "receipts": store_meter(meter),
                        **stored.get(tenant_id, _NOTHING)._asdict(),
                    }
                    for tenant_id, meter in usage.items()
                ]
            )
        },
    )


def stored_so_far(connection: Connection) -> dict[str, Stored]:
    """What was stored of each tenant in all; who has never sent anything is not there."""
    rows = connection.execute("SELECT tenant_id, messages, readings FROM ingest_usage")
    return {row["tenant_id"]: Stored(row["messages"], row["readings"]) for row in rows}
