"""Rules as an execution environment remembers them: thousands are read with every batch and hardly ever written.

What is remembered is believed for as long as the row has not been written since, which the database says of each row
(`xmin`). So a change counts at once, by whatever way it came.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from pulse.alerts.evaluation.store import read_rule
from pulse.alerts.rules.alert_rule import AlertRule
from pulse.database import Connection

_MOST_REMEMBERED: Final = 50_000


class _Memory(NamedTuple):
    rule: AlertRule
    written_by: str


_memories: OrderedDict[UUID, _Memory] = OrderedDict()


def load_rules(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, list[AlertRule]]:
    """The enabled rules of the tenants."""
    rows = connection.execute(
        """
        SELECT tenant_id, rule_id, xmin::text AS written_by
        FROM alert_rules
        WHERE tenant_id = ANY(%(tenant_ids)s) AND enabled
        ORDER BY tenant_id, rule_id
        """,
        {"tenant_ids": sorted(set(tenant_ids))},
    ).fetchall()
    _read(connection, [row["rule_id"] for row in rows if not _is_known(row["rule_id"], row["written_by"])])
    rules: dict[str, list[AlertRule]] = {}
    for row in rows:
        if (memory := _memories.get(row["rule_id"])) is not None:
            _memories.move_to_end(row["rule_id"])
            rules.setdefault(row["tenant_id"], []).append(memory.rule)
    while len(_memories) > _MOST_REMEMBERED:
        _memories.popitem(last=False)
    return rules


def _is_known(rule_id: UUID, written_by: str) -> bool:
    memory = _memories.get(rule_id)
    return memory is not None and memory.written_by == written_by


def _read(connection: Connection, rule_ids: list[UUID]) -> None:
    if not rule_ids:
        return
    for rule_id in rule_ids:
        _memories.pop(rule_id, None)
    for row in connection.execute(
        """
        SELECT tenant_id, rule_id, name, criterion, severity, scope, message, xmin::text AS written_by
        FROM alert_rules
        WHERE rule_id = ANY(%(rule_ids)s) AND enabled
        """,
        {"rule_ids": rule_ids},
    ):
        _memories[row["rule_id"]] = _Memory(read_rule(row), row["written_by"])
