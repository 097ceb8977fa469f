"""What the request at hand has changed, so that those who look can be told: whose it is and its kind, no values."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Change(NamedTuple):
    """Something of a tenant was made, changed or deleted: `kind` as in `alert_rule`. A thousand of a kind are one."""

    tenant_id: str
    kind: str


_noted: ContextVar[set[Change] | None] = ContextVar("changes", default=None)


@contextmanager
def noted_changes() -> Iterator[set[Change]]:
    """Collect what is changed meanwhile."""
    changes: set[Change] = set()
    token = _noted.set(changes)
    try:
        yield changes
    finally:
        _noted.reset(token)


def note_change(tenant_id: str | None, action: str) -> None:
    """Note an action of the audit log (`alert_rule.change`), if somebody collects. What is no tenant's is left out."""
    changes = _noted.get()
    if changes is not None and tenant_id is not None:
        changes.add(Change(tenant_id, action.partition(".")[0]))
