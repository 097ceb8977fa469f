"""Warnings before a credential ends: 30, 7 and 1 days ahead, each once, as an event."""

from datetime import datetime
from typing import Final

from pulse.clock import format_instant
from pulse.database import ingest_session
from pulse.devices import credential_store
from pulse.events.outbox import Event, add_events

_BATCH: Final = 500


def warn_of_ends(now: datetime) -> int:
    """Warn of a batch of credentials that end before long; return how many it was."""
    with ingest_session() as connection:
        due = credential_store.claim_due_warnings(connection, now=now, limit=_BATCH)
        add_events(
            connection,
            [
                Event(
                    warning.tenant_id,
                    "credential.expiring",
                    {
                        "device_id": warning.device_id,
                        "credential_id": warning.credential_id,
                        "kind": warning.kind.value,
                        "label": warning.label,
                        "expires_at": format_instant(warning.expires_at),
                        "days_left": (warning.expires_at - now).days,
                    },
                )
                for warning in due
            ],
        )
    return len(due)
