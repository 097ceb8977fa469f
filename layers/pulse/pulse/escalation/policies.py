"""Escalation policies: read, made, changed and taken away. Alerts that escalate already keep what they began with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.alerts.rules.queries import rules_of_policy
from pulse.database import Connection, tenant_session
from pulse.database.names import unique_name
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.escalation import policy_store
from pulse.escalation.policy import EscalationRules, Level, channels_in, schedules_in
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.notifications.references import unknown_channels
from pulse.oncall.schedules import existing_schedules
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match


class EscalationPolicy(Versioned):
    """Who is told of an alert that nobody takes, in which order and how soon."""

    policy_id: UUID
    name: str
    description: str
    is_default: bool = Field(description="Whether the tenant's new alerts escalate by it")
    levels: list[Level]
    repeat: int
    acknowledgement_timeout_minutes: int | None
    created_at: datetime
    updated_at: datetime


class PolicyDefinition(NamedTuple):
    """What people say of a policy."""

    name: str
    description: str
    is_default: bool
    rules: EscalationRules


class PolicyList(NamedTuple):
    """A page by name, the name that the next one follows (None after the last), and how long the list is."""

    policies: list[EscalationPolicy]
    next_position: str | None
    total: int


def list_policies(tenant_id: str, *, q: str | None, limit: int, after: str | None) -> PolicyList:
    """A page of the policies, by name, following `after`; `q` is a part of a name or description."""
    with tenant_session(tenant_id) as connection:
        rows, total = policy_store.list_policy_rows(connection, tenant_id, q=q, after=after, limit=limit + 1)
        policies = _complete(connection, rows[:limit])
    return PolicyList(policies, policies[-1].name if len(rows) > limit else None, total)


def get_policy(tenant_id: str, policy_id: UUID) -> EscalationPolicy:
    """One policy. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _known(connection, tenant_id, policy_id)


def create_policy(actor: Principal, wanted: PolicyDefinition, *, origin: Origin) -> EscalationPolicy:
    """Make a policy; as the default one it takes the place of another.

    Raises NotPermittedError, InvalidInputError for targets that are not there, ConflictError for a taken name.
    """
    tenant_id = actor.require(Permission.MANAGE_ESCALATION)
    with unique_name("an escalation policy", wanted.name), tenant_session(tenant_id) as connection:
        _check(connection, tenant_id, wanted)
        if wanted.is_default:
            _end_other_defaults(connection, actor, origin, tenant_id, None)
        row = policy_store.insert_policy_row(connection, tenant_id, _columns(wanted))
        policy_store.replace_levels(connection, tenant_id, row["policy_id"], wanted.rules.levels)
        [policy] = _complete(connection, [row])
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="escalation_policy.create",
            subject=str(policy.policy_id),
            after=_shown(policy),
        )
    return policy


def change_policy(
    actor: Principal, policy_id: UUID, wanted: PolicyDefinition, *, if_match: int | None, origin: Origin
) -> EscalationPolicy:
    """Replace a policy with its levels, for alerts that are opened from now on.

    Raises NotPermittedError, InvalidInputError, NotFoundError, StaleVersionError, ConflictError for a taken name.
    """
    tenant_id = actor.require(Permission.MANAGE_ESCALATION)
    with unique_name("an escalation policy", wanted.name), tenant_session(tenant_id) as connection:
        before = _known(connection, tenant_id, policy_id, lock=True)
        require_match(if_match, before.version)
        _check(connection, tenant_id, wanted)
        if wanted.is_default:
            _end_other_defaults(connection, actor, origin, tenant_id, policy_id)
        row = policy_store.update_policy_row(connection, tenant_id, policy_id, _columns(wanted))
        policy_store.replace_levels(connection, tenant_id, policy_id, wanted.rules.levels)
        [after] = _complete(connection, [row])
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="escalation_policy.change",
            subject=str(policy_id),
            before=_shown(before),
            after=_shown(after),
        )
    return after


def delete_policy(actor: Principal, policy_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a policy away; alerts that escalate by it go on doing so.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while alert rules name it.
    """
    tenant_id = actor.require(Permission.MANAGE_ESCALATION)
    with tenant_session(tenant_id) as connection:
        before = _known(connection, tenant_id, policy_id, lock=True)
        require_match(if_match, before.version)
        if rules := rules_of_policy(connection, tenant_id, policy_id):
            message = "alert rules escalate by this policy; give them another one first"
            raise ConflictError(
                message, errors=tuple(FieldError("policy_id", f"is named by the alert rule {name}") for name in rules)
            )
        policy_store.delete_policy_row(connection, tenant_id, policy_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="escalation_policy.delete",
            subject=str(policy_id),
            before=_shown(before),
        )


def policies_that_tell(connection: Connection, tenant_id: str, channel_id: UUID) -> list[str]:
    """Names of the policies that turn to a channel."""
    return policy_store.find_policies_of_channel(connection, tenant_id, channel_id)


def _known(connection: Connection, tenant_id: str, policy_id: UUID, *, lock: bool = False) -> EscalationPolicy:
    row = policy_store.read_policy_row(connection, tenant_id, policy_id, lock=lock)
    if row is None:
        message = f"there is no escalation policy {policy_id}"
        raise NotFoundError(message)
    return _complete(connection, [row])[0]


def _complete(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[EscalationPolicy]:
    levels = policy_store.find_levels(connection, [(row["tenant_id"], row["policy_id"]) for row in rows])
    return [
        EscalationPolicy.model_validate({**row, "levels": levels[row["tenant_id"], row["policy_id"]]}) for row in rows
    ]


def _check(connection: Connection, tenant_id: str, wanted: PolicyDefinition) -> None:
    named = list(schedules_in(wanted.rules.levels))
    known = existing_schedules(connection, tenant_id, [schedule_id for _, schedule_id in named])
    errors = [
        FieldError(field, f"there is no on-call schedule {schedule_id}")
        for field, schedule_id in named
        if schedule_id not in known
    ]
    errors += unknown_channels(connection, tenant_id, channels_in(wanted.rules.levels))
    if errors:
        raise InvalidInputError.of(errors)


def _end_other_defaults(
    connection: Connection, actor: Principal, origin: Origin, tenant_id: str, policy_id: UUID | None
) -> None:
    for former in policy_store.end_other_defaults(connection, tenant_id, policy_id):
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="escalation_policy.change",
            subject=str(former),
            before={"is_default": True},
            after={"is_default": False},
        )


def _columns(wanted: PolicyDefinition) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "description": wanted.description,
        "is_default": wanted.is_default,
        "repeat": wanted.rules.repeat,
        "acknowledgement_timeout_minutes": wanted.rules.acknowledgement_timeout_minutes,
    }


def _shown(policy: EscalationPolicy) -> dict[str, Any]:
    return policy.model_dump(
        mode="json",
        include={"name", "description", "is_default", "levels", "repeat", "acknowledgement_timeout_minutes"},
    )
