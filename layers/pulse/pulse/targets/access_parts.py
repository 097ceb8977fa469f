"""A target's access in two parts: what may be shown, and its secrets, which are kept encrypted."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson
from pydantic import TypeAdapter, ValidationError

from pulse.errors import FieldError, InvalidInputError
from pulse.input_errors import field_errors
from pulse.masking import masked, take_apart, unmasked
from pulse.models import WHEN_USED
from pulse.polling.access import Access, HttpAccess, SnmpAccess, SshAccess
from pulse.polling.target import PollTarget
from pulse.secrets import decrypt_secrets, encrypt_secrets
from pulse.targets.target_store import TargetKey, TargetRow

type AnyAccess = SnmpAccess | HttpAccess | SshAccess

_ACCESS: Final[TypeAdapter[AnyAccess]] = TypeAdapter(Access, config=WHEN_USED)


class KeptAccess(NamedTuple):
    """Both parts as they stand in the table."""

    access: dict[str, Any]
    secrets: bytes | None


def read_access(document: Mapping[str, Any], kept: Mapping[str, Any]) -> AnyAccess:
    """The access that somebody wishes; `***` stands for the secret that is kept. Raises InvalidInputError."""
    whole = unmasked(document, kept, field="access")
    try:
        return _ACCESS.validate_json(orjson.dumps(whole), strict=True)
    except ValidationError as error:
        wrong = [FieldError(f"access.{it.field}".rstrip("."), it.reason) for it in field_errors(error, whole)]
        raise InvalidInputError.of(wrong) from error


def keep_access(key: TargetKey, access: AnyAccess) -> KeptAccess:
    """Both parts of an access. Raises UnavailableError when KMS does not answer."""
    secrets = encrypt_secrets(key.tenant_id, key.target_id, take_apart(access).secret, field="access")
    return KeptAccess(shown_access(access), secrets)


def shown_access(access: AnyAccess) -> dict[str, Any]:
    """An access as people see it: without what is not set, secrets as `***`."""
    parts = take_apart(access)
    return masked({name: value for name, value in parts.shown.items() if value is not None}, parts.secret)


def kept_secrets(row: TargetRow) -> dict[str, Any]:
    """The secrets of a target. Raises UnavailableError when KMS does not answer."""
    return decrypt_secrets(row["tenant_id"], row["target_id"], row["secrets"])


def poll_target(row: TargetRow, questions: Any, *, address: str | None = None) -> PollTarget:
    """A target as a poller gets it, with its secrets. Raises UnavailableError when KMS does not answer."""
    access = {**row["access"], **kept_secrets(row)}
    if access["kind"] == "ssh" and access.get("host_key") is None and row["host_key"] is not None:
        access["host_key"] = row["host_key"]
    return PollTarget.model_validate(
        {
            "target_id": row["target_id"],
            "version": row["version"],
            "name": row["name"],
            "host": row["host"],
            "address": address,
            "access": access,
            "questions": questions,
            "interval_seconds": row["interval_seconds"],
            "timeout_seconds": row["timeout_seconds"],
        }
    )
