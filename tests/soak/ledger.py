"""What was sent, and what has become of it: compared message by message."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg
from psycopg.rows import dict_row


class Kind(StrEnum):
    """What a message is; all but the first are to be quarantined, each for its reason."""

    GOOD = "GOOD"
    GARBAGE = "INVALID_JSON"
    AHEAD = "BAD_TIMESTAMP"


@dataclass(slots=True)
class Ledger:
    """The messages that the queue has taken, by id."""

    tenant_id: str
    sent: dict[str, Kind] = field(default_factory=dict)

    def of(self, kind: Kind) -> set[str]:
        """The ids of a kind."""
        return {message_id for message_id, sent in self.sent.items() if sent is kind}


@dataclass(frozen=True, slots=True)
class Account:
    """What the database holds of the ledger's messages."""

    sent: int
    stored: int
    quarantined: int
    counted: int
    rows: int
    lost: frozenset[str]
    strange: frozenset[str]

    @property
    def is_exact(self) -> bool:
        """Whether every message is where it belongs, once, and nothing else is there."""
        return (
            self.sent == self.stored + self.quarantined
            and self.rows == self.stored
            and self.counted == self.quarantined
            and not self.lost
            and not self.strange
        )

    def __str__(self) -> str:
        """As a person reads it."""
        return (
            f"sent {self.sent} = stored {self.stored} + quarantined {self.quarantined}; rows {self.rows}, refusals "
            f"counted {self.counted}, lost {sorted(self.lost)[:5]}, strange {sorted(self.strange)[:5]}"
        )


def settle(ledger: Ledger, owner_url: str) -> Account:
    """Compare the ledger with the database."""
    with psycopg.connect(owner_url, row_factory=dict_row) as owner:
        stored = _rows(owner, "SELECT message_id FROM telemetry WHERE tenant_id = %s", ledger.tenant_id)
        refused = _rows(
            owner, "SELECT message_id, reason FROM quarantine_events WHERE tenant_id = %s", ledger.tenant_id
        )
        counted = _rows(
            owner, "SELECT sum(messages)::bigint AS sum FROM quarantine_counts WHERE tenant_id = %s", ledger.tenant_id
        )
    found = {row["message_id"]: Kind.GOOD for row in stored} | {row["message_id"]: row["reason"] for row in refused}
    return Account(
        sent=len(ledger.sent),
        stored=len({row["message_id"] for row in stored}),
        quarantined=len(refused),
        counted=counted[0]["sum"] or 0,
        rows=len(stored),
        lost=frozenset(ledger.sent.keys() - found.keys()),
        strange=frozenset(message_id for message_id, kind in found.items() if ledger.sent.get(message_id) != kind),
    )


def _rows(owner: psycopg.Connection[Any], query: str, tenant_id: str) -> list[dict[str, Any]]:
    return list(owner.execute(query.encode(), (tenant_id,)).fetchall())
