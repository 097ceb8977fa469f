"""Policies that others refer to: known when they are named, and there as long as somebody needs them."""

from uuid import UUID

from pulse.database import Connection
from pulse.errors import FieldError, InvalidInputError
from pulse.escalation.policy_store import hold_policy


def require_policy(connection: Connection, tenant_id: str, policy_id: UUID | None) -> None:
    """Have a policy that is named stay until the transaction ends. Raises InvalidInputError when there is none such."""
    if policy_id is not None and not hold_policy(connection, tenant_id, policy_id):
        reason = f"there is no escalation policy {policy_id}"
        raise InvalidInputError(reason, errors=(FieldError("escalation_policy_id", reason),))
