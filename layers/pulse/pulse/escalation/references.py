"""Policies that others refer to: known when they are named, and there as long as somebody needs them."""

from uuid import UUID

from pulse.database import Connection
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.escalation.policy_store import find_policies_of_schedule, hold_policy


def require_policy(connection: Connection, tenant_id: str, policy_id: UUID | None) -> None:
    """Have a policy that is named stay until the transaction ends. Raises InvalidInputError when there is none such."""
    if policy_id is not None and not hold_policy(connection, tenant_id, policy_id):
        reason = f"there is no escalation policy {policy_id}"
        raise InvalidInputError(reason, errors=(FieldError("escalation_policy_id", reason),))


def require_unused_schedule(connection: Connection, tenant_id: str, schedule_id: UUID) -> None:
    """Raise ConflictError naming the policies that turn to a schedule, which the caller has locked."""
    if policies := find_policies_of_schedule(connection, tenant_id, schedule_id):
        message = "escalation policies turn to this schedule; take it out of them first"
        reasons = (f"is named by the escalation policy {name}" for name in policies)
        raise ConflictError(message, errors=tuple(FieldError("schedule_id", reason) for reason in reasons))
