"""The body of a request: base64 and gzip undone, never to more than a limit."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any, Final

from pulse.api.spoilt_text import reason_of_spoilt, spoilt_at

_GZIP: Final = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """The body is not taken."""


class BodyTooLargeError(BodyError):
    """The body has more bytes than the limit, or would have."""


class BodyUnreadableError(BodyError):
    """The body is not what its headers say."""


class EncodingUnsupportedError(BodyError):
    """The body is encoded in a way that is not understood here."""


class BodySpoiltError(BodyError):
    """The body was said to be text and is not UTF-8; the message says where."""


def read_body(event: Mapping[str, Any], *, max_bytes: int) -> bytes:
    """The plain body. Raises a BodyError of any kind.

    What comes as JSON or as text API Gateway takes for text, whatever its encoding, and spoils what is none. What comes
    under another name arrives byte for byte.
    """
    encoding = event["headers"].get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        if not event.get("isBase64Encoded"):
            raise EncodingUnsupportedError
        return inflate(_received(event), max_bytes=max_bytes)
    if encoding not in ("", "identity"):
        raise EncodingUnsupportedError
    data = _received(event)
    if len(data) > max_bytes:
        raise BodyTooLargeError
    return data


def inflate(data: bytes, *, max_bytes: int) -> bytes:
    """Undo gzip, and stop as soon as there are more bytes than the limit.

    Raises BodyTooLargeError, BodyUnreadableError, also for what follows the compressed data: many small members one
    after another would cost much time and few bytes.
    """
    member = zlib.decompressobj(_GZIP)
    try:
        plain = member.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise BodyUnreadableError from error
    if len(plain) > max_bytes:
        raise BodyTooLargeError
    if not member.eof or member.unused_data:
        raise BodyUnreadableError
    return plain


def _received(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        if place := spoilt_at(body):
            message = f"the body {reason_of_spoilt(place)}; send it as UTF-8"
            raise BodySpoiltError(message)
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise BodyUnreadableError from error
