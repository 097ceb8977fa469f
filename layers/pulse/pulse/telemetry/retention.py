"""How long telemetry and its summaries are kept, and how that is done in either edition of TimescaleDB.

The Community edition compresses and drops by policies, its own background jobs, which are only put in place here. The
Apache edition has no policies and no compression: what is too old is dropped here.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse.database import Connection, ingest_session
from pulse.settings import settings
from pulse.telemetry.repeats import forget_receipts
from pulse.telemetry.rollup import RETENTION_MARGIN

_COMPRESS_TELEMETRY_AFTER: Final = timedelta(days=7)


class Keeping(NamedTuple):
    """How a hypertable's chunks are kept; `order_by` says how rows lie within a compressed chunk of one device."""

    hypertable: str
    order_by: str
    compress_after: timedelta
    drop_after: timedelta


def keep_telemetry(now: datetime) -> int:
    """Do what is due by the retention of telemetry and its summaries; return how many chunks were dropped."""
    return sum(_keep(keeping, now) for keeping in keepings())


def forget_message_ids(now: datetime) -> int:
    """Forget the ids of messages without a time that can't be repeated any more; return how many."""
    with ingest_session() as connection:
        return forget_receipts(connection, now)


def keepings() -> tuple[Keeping, ...]:
    """The retention in force.

    Telemetry stays a day longer than late readings are taken, so that their hour can still be summarized; a summary
    is compressed once nothing can change it any more.
    """
    telemetry_kept = timedelta(days=settings().telemetry_retention_days) + RETENTION_MARGIN
    return (
        Keeping("telemetry", "time DESC, message_id", _COMPRESS_TELEMETRY_AFTER, telemetry_kept),
        Keeping("telemetry_hourly", "hour DESC", telemetry_kept, timedelta(days=settings().rollup_retention_days)),
    )


def _keep(keeping: Keeping, now: datetime) -> int:
    with ingest_session() as connection:
        if _has_policies(connection):
            _set_policies(connection, keeping)
            return 0
        return _drop_chunks(connection, keeping, now)


def _has_policies(connection: Connection) -> bool:
    row = connection.execute("SELECT current_setting('timescaledb.license') AS license").fetchone()
    assert row is not None
    return bool(row["license"] == "timescale")


def _set_policies(connection: Connection, keeping: Keeping) -> None:
    connection.execute(
        """
        SELECT pulse_keep_policies(%(hypertable)s, 'tenant_id, device_id', %(order_by)s, %(compress_after)s,
                                   %(drop_after)s)
        """,
        keeping._asdict(),
    )


def _drop_chunks(connection: Connection, keeping: Keeping, now: datetime) -> int:
    return connection.execute(
        "SELECT pulse_drop_chunks(%(hypertable)s, %(older_than)s)",
        {"hypertable": keeping.hypertable, "older_than": now - keeping.drop_after},
    ).rowcount
