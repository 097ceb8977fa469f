"""Tokens of devices that speak HTTP: `pd_<token id>_<secret>`.

A token is a credential like a certificate: it belongs to one device, and its id is what a message's principal names.
It is shown once. Checking one takes no query as long as it is remembered, and ingest judges the sender again from the
registry before anything is written.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

import psycopg

from pulse import clock
from pulse.database import ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.token_store import KnownToken, load_tokens
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal

_FORM: Final = re.compile(r"pd_([0-9a-f]{16})_([0-9a-f]{64})")
_REMEMBERED_FOR: Final = timedelta(seconds=60)
# A device that was suspended is heard again soon after it is resumed.
_REFUSAL_REMEMBERED_FOR: Final = timedelta(seconds=5)
_UNKNOWN_FOR: Final = timedelta(seconds=5)
# Without the database, what was known last is good enough for the door: ingest judges again when it is back.
_GOOD_WITHOUT_DATABASE: Final = timedelta(hours=1)
_MOST_REMEMBERED: Final = 10_000


class NewToken(NamedTuple):
    """A token that was just made; `text` is what the device sends, and is kept nowhere."""

    token_id: str
    text: str
    secret_hash: bytes


class Sender(NamedTuple):
    """The device that a token speaks for."""

    tenant_id: str
    device_id: str
    token_id: str


class _Remembered(NamedTuple):
    token: KnownToken
    read_at: datetime


_known: dict[str, _Remembered] = {}
_unknown: dict[str, datetime] = {}


def new_token() -> NewToken:
    """A fresh token, for `pulse.devices.credentials` to enter."""
    token_id, secret = secrets.token_hex(8), secrets.token_hex(32)
    return NewToken(token_id, f"pd_{token_id}_{secret}", _hash(secret))


def identify(texts: Iterable[str]) -> dict[str, Sender | Refusal]:
    """Whom each token speaks for, or why it is refused; one query for all that are not remembered.

    Raises psycopg.OperationalError when the database is away and a token was not seen within the last hour.
    """
    forms = {text: _FORM.fullmatch(text) for text in texts}
    known = _look_up({form.group(1) for form in forms.values() if form})
    return {
        text: _judge(known.get(form.group(1)), form.group(2)) if form else _invalid() for text, form in forms.items()
    }


def forget_tokens() -> None:
    """Forget what is remembered. For tests."""
    _known.clear()
    _unknown.clear()


def _judge(token: KnownToken | None, secret: str) -> Sender | Refusal:
    if token is None or not compare_digest(_hash(secret), token.token_hash):
        return _invalid()
    refusal = refuse_sender(token.device, token.token_id)
    return refusal or Sender(token.tenant_id, token.device_id, token.token_id)


def _look_up(token_ids: set[str]) -> dict[str, KnownToken]:
    now = clock.now()
    missing = {token_id for token_id in token_ids if not _is_fresh(token_id, now)}
    if missing:
        try:
            with ingest_session() as connection:
                found = load_tokens(connection, missing)
        except psycopg.OperationalError:
            if any(token_id not in _known or _is_stale(token_id, now) for token_id in missing):
                raise
            logger.warning("tokens_checked_from_memory", tokens=len(missing))
        else:
            for token_id in missing:
                _remember(token_id, found.get(token_id), now)
    return {token_id: _known[token_id].token for token_id in token_ids if token_id in _known}


def _is_fresh(token_id: str, now: datetime) -> bool:
    if token_id in _known:
        token, read_at = _known[token_id]
        refused = refuse_sender(token.device, token_id) is not None
        return now - read_at < (_REFUSAL_REMEMBERED_FOR if refused else _REMEMBERED_FOR)
    return token_id in _unknown and now - _unknown[token_id] < _UNKNOWN_FOR


def _is_stale(token_id: str, now: datetime) -> bool:
    return now - _known[token_id].read_at >= _GOOD_WITHOUT_DATABASE


def _remember(token_id: str, token: KnownToken | None, now: datetime) -> None:
    """Keep an answer in place of the oldest of its kind: invented tokens don't push out those that exist."""
    _known.pop(token_id, None)
    _unknown.pop(token_id, None)
    if token is None:
        _make_room(_unknown)
        _unknown[token_id] = now
    else:
        _make_room(_known)
        _known[token_id] = _Remembered(token, now)


def _make_room(kept: dict[str, _Remembered] | dict[str, datetime]) -> None:
    while len(kept) >= _MOST_REMEMBERED:
        del kept[next(iter(kept))]


def _invalid() -> Refusal:
    return Refusal(Reason.TOKEN_INVALID, "the token is not one of ours; a device's token looks like pd_…_…")


def _hash(secret: str) -> bytes:
    """One round is enough for 256 random bits."""
    return sha256(secret.encode()).digest()
