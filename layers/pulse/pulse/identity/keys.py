"""The pool's public keys: fetched once, again when a token names one that is not known, and hourly."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from jwt import PyJWK, PyJWTError

from pulse import clock
from pulse.identity.errors import UnknownKeyError
from pulse.logging import logger

# Tokens with made-up key ids must not turn into requests to the pool.
_MINIMUM_INTERVAL = timedelta(seconds=30)
# A key that the pool has withdrawn is believed for no longer than this.
_MAXIMUM_AGE = timedelta(hours=1)


class KeysUnavailableError(RuntimeError):
    """The pool's keys can't be fetched, so that no token can be judged."""


class PublicKeys:
    """Keys by their id. `fetch` returns the pool's JSON Web Key Set or raises KeysUnavailableError."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]]) -> None:
        self._fetch = fetch
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: datetime | None = None

    def find(self, key_id: str) -> PyJWK:
        """The key of that id. Raises UnknownKeyError, KeysUnavailableError."""
        believed_for = _MAXIMUM_AGE if key_id in self._keys else _MINIMUM_INTERVAL
        if self._fetched_at is None or clock.now() - self._fetched_at >= believed_for:
            self._refresh()
        if key_id not in self._keys:
            raise UnknownKeyError
        return self._keys[key_id]

    def _refresh(self) -> None:
        try:
            document = self._fetch()
        except KeysUnavailableError:
            if not self._keys:
                raise
            logger.exception("keys_unavailable")
        else:
            self._keys = dict(_read_keys(document))
        self._fetched_at = clock.now()


def _read_keys(document: Mapping[str, Any]) -> list[tuple[str, PyJWK]]:
    """The RSA signing keys of a set; a kind of key that we can't use is not an error of the set."""
    keys: list[tuple[str, PyJWK]] = []
    for entry in document.get("keys", []):
        if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig" or not entry.get("kid"):
            continue
        try:
            keys.append((entry["kid"], PyJWK(entry, algorithm="RS256")))
        except PyJWTError:
            logger.exception("key_unreadable", key_id=entry["kid"])
    return keys


def fetch_keys(url: str) -> Mapping[str, Any]:
    """Fetch a JSON Web Key Set. Raises KeysUnavailableError."""
    try:
        document = httpx.get(url, timeout=3.0).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        message = f"the public keys at {url} can't be fetched"
        raise KeysUnavailableError(message) from error
    if not isinstance(document, dict):
        message = f"there are no public keys at {url}"
        raise KeysUnavailableError(message)
    return document
