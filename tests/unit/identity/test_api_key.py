"""API keys: what one looks like, which secret opens it and until when, and what one may be given."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from pulse.errors import InvalidInputError
from pulse.identity.api_key import (
    StoredKey,
    grantable_scopes,
    new_key_id,
    new_secret,
    read_key,
    require_good,
    require_grantable,
)
from pulse.identity.errors import ApiKeyEndedError, ApiKeyRefusedError
from pulse.identity.permissions import PERMISSIONS, Permission, Role

NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_stored(**changes: Any) -> StoredKey:
    """A key with the secret `current`, good for an hour."""
    stored = StoredKey(
        secret_hash=sha256(b"current").digest(),
        former_secret_hash=None,
        former_secret_expires_at=None,
        expires_at=NOON + HOUR,
        revoked_at=None,
    )
    return stored._replace(**changes)


ROTATED = {"former_secret_hash": sha256(b"former").digest(), "former_secret_expires_at": NOON + HOUR}


def test_a_key_leads_back_to_its_id_and_secret() -> None:
    for _ in range(200):  # a secret may have underscores and hyphens in it
        key_id = new_key_id()
        secret = new_secret(key_id)
        assert secret.text.startswith(f"pulse_{key_id}_")
        read_id, read_secret = read_key(secret.text)
        assert read_id == key_id
        assert sha256(read_secret.encode()).digest() == secret.secret_hash


def test_no_two_keys_are_alike_and_none_can_be_guessed() -> None:
    secrets = {new_secret("abcdefghijkl").text for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(len(read_key(new_secret("abcdefghijkl").text)[1]) == 43 for _ in range(10))  # 256 bits


@pytest.mark.parametrize(
    "text", ["pulse_", "pulse_abcdefghijkl", "pulse_abcdefghijkl_", "pulse_short_secret", "pulse__secret", "other_a_b"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ApiKeyRefusedError):
        read_key(text)


def test_the_secret_opens_until_its_time_is_over() -> None:
    require_good(make_stored(), "current", now=NOON)
    for stored in (make_stored(expires_at=NOON), make_stored(revoked_at=NOON - HOUR)):
        with pytest.raises(ApiKeyEndedError):
            require_good(stored, "current", now=NOON)


@pytest.mark.parametrize("stored", [None, make_stored(), make_stored(**ROTATED), make_stored(revoked_at=NOON)])
@pytest.mark.parametrize("secret", ["other", "Current", "current ", "\x00" * 32])
def test_another_secret_opens_nothing_and_learns_nothing(stored: StoredKey | None, secret: str) -> None:
    with pytest.raises(ApiKeyRefusedError) as refusal:
        require_good(stored, secret, now=NOON)
    assert type(refusal.value) is ApiKeyRefusedError


def test_both_secrets_open_while_a_rotation_overlaps() -> None:
    stored = make_stored(**ROTATED)
    for secret in ("current", "former"):
        require_good(stored, secret, now=NOON)
    require_good(stored, "current", now=NOON + HOUR - timedelta(seconds=1))
    with pytest.raises(ApiKeyEndedError):
        require_good(stored._replace(former_secret_expires_at=NOON), "former", now=NOON)


def test_a_key_is_given_no_more_than_its_role_and_nothing_that_is_for_people() -> None:
    for role in (Role.VIEWER, Role.CUSTOMER, Role.TENANT_ADMIN):
        assert grantable_scopes(role) < PERMISSIONS[role]
        require_grantable(role, grantable_scopes(role))
    for role, scope in (
        (Role.VIEWER, Permission.HANDLE_ALERTS),
        (Role.TENANT_ADMIN, Permission.MANAGE_API_KEYS),
        (Role.TENANT_ADMIN, Permission.MANAGE_USERS),
        (Role.TENANT_ADMIN, Permission.OPERATOR_READ_TENANTS),
    ):
        with pytest.raises(InvalidInputError, match=scope.value):
            require_grantable(role, [Permission.READ_DEVICES, scope])


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OPERATOR_ADMIN])
def test_there_are_no_keys_for_operators(role: Role) -> None:
    with pytest.raises(InvalidInputError):
        require_grantable(role, [])
