"""Signatures of webhooks after Standard Webhooks, version 1. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"


def key_of(secret: str) -> bytes:
    """The key in a secret: base64 after `whsec_`, otherwise the text itself. Raises ValueError."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        message = "what follows whsec_ is not base64"
        raise ValueError(message) from error


def signature_headers(message_id: str, time: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers that vouch for a body: one signature for each secret, the current one first."""
    timestamp = str(int(time.timestamp()))
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp}
    if secrets:
        signed = b".".join((message_id.encode(), timestamp.encode(), body))
        digests = [hmac.digest(key_of(secret), signed, hashlib.sha256) for secret in secrets]
        headers["webhook-signature"] = " ".join(f"v1,{b64encode(digest).decode()}" for digest in digests)
        headers["X-Signature-SHA256"] = hmac.new(key_of(secrets[0]), body, hashlib.sha256).hexdigest()
    return headers
