"""Secrets at rest: encrypted with the installation's KMS key, for one owner (channel, source, target) of one tenant."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.errors import FieldError, InvalidInputError, UnavailableError
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

_MAXIMUM_BYTES: Final = 4096  # what KMS encrypts directly


def encrypt_secrets(
    tenant_id: str, owner_id: UUID, secrets: Mapping[str, Any], *, field: str = "config"
) -> bytes | None:
    """The secrets as they are kept; None for none. Raises InvalidInputError when they are too long."""
    if not secrets:
        return None
    text = orjson.dumps(secrets)
    if len(text) > _MAXIMUM_BYTES:
        reason = f"its secrets together are longer than {_MAXIMUM_BYTES} bytes"
        raise InvalidInputError(reason, errors=(FieldError(field, reason),))
    key = settings().require("notification_key_arn").notification_key_arn
    try:
        answer = _client().encrypt(KeyId=str(key), Plaintext=text, EncryptionContext=_context(tenant_id, owner_id))
    except (BotoCoreError, ClientError) as error:
        raise _unavailable() from error
    return answer["CiphertextBlob"]


def decrypt_secrets(tenant_id: str, owner_id: UUID, kept: bytes | None) -> dict[str, Any]:
    """The secrets of an owner. Raises UnavailableError when KMS does not answer."""
    if kept is None:
        return {}
    try:
        answer = _client().decrypt(CiphertextBlob=kept, EncryptionContext=_context(tenant_id, owner_id))
    except (BotoCoreError, ClientError) as error:
        raise _unavailable() from error
    secrets: dict[str, Any] = orjson.loads(answer["Plaintext"])
    return secrets


def _context(tenant_id: str, owner_id: UUID) -> dict[str, str]:
    """What belongs to a ciphertext: moved to another tenant or owner, it can't be read.

    `channel_id` stands in every ciphertext that there is, whoever its owner.
    """
    return {"tenant_id": tenant_id, "channel_id": str(owner_id)}


def _unavailable() -> UnavailableError:
    return UnavailableError("the key service does not answer; try again in a moment")


@cache
def _client() -> "KMSClient":
    return boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))
