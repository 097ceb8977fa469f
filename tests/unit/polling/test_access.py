"""How a target lets itself be asked: what belongs together, and what is kept secret."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pulse.polling.access import Access, port_of

ACCESS: TypeAdapter[Any] = TypeAdapter(Access)
COMMUNITY = {"kind": "snmp", "version": "v2c", "community": "plant"}
USER = {"kind": "snmp", "version": "v3", "username": "pulse"}
SIGNED = {**USER, "auth_protocol": "SHA256", "auth_password": "authenticate"}
PASSWORD = {"kind": "ssh", "username": "pulse", "password": "secret"}
BASIC = {"kind": "http", "authentication": "basic", "username": "pulse", "password": "secret"}


@pytest.mark.parametrize(
    ("access", "port", "encrypts"),
    [
        (COMMUNITY, 161, False),
        (USER, 161, False),
        (SIGNED, 161, False),
        ({**SIGNED, "priv_protocol": "AES", "priv_password": "encrypt it"}, 161, True),
        (PASSWORD, 22, True),
        (BASIC, 443, True),
        ({**BASIC, "tls": False}, 80, False),
        ({**BASIC, "tls": False, "port": 8080}, 8080, False),
    ],
)
def test_a_way_in_has_a_port_and_is_encrypted_or_not(access: dict[str, Any], port: int, encrypts: bool) -> None:
    read = ACCESS.validate_python(access)
    assert (port_of(read), read.encrypts) == (port, encrypts)


@pytest.mark.parametrize(
    "access",
    [
        {"kind": "snmp"},
        {**COMMUNITY, "username": "pulse"},
        {**USER, "community": "plant"},
        {**USER, "auth_password": "authenticate"},
        {**USER, "priv_protocol": "AES", "priv_password": "encrypt it"},
        {**SIGNED, "priv_protocol": "AES"},
        {"kind": "http", "authentication": "basic", "username": "pulse"},
        {"kind": "http", "authentication": "bearer", "password": "secret"},
        {"kind": "http", "authentication": "header", "token": "secret"},
        {"kind": "http", "token": "secret"},
        {"kind": "ssh", "username": "pulse"},
        {**PASSWORD, "private_key": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"},
        {**PASSWORD, "passphrase": "secret"},
        {**PASSWORD, "host_key": "no key"},
        {"kind": "telnet"},
    ],
)
def test_what_does_not_belong_together_is_refused(access: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ACCESS.validate_python(access)


@pytest.mark.parametrize("access", [COMMUNITY, {**SIGNED, "auth_password": "secret-secret"}, PASSWORD, BASIC])
def test_no_text_of_it_holds_a_secret(access: dict[str, Any]) -> None:
    read = ACCESS.validate_python(access)
    secrets = [access[name] for name in read.secret_fields() if name in access]
    assert secrets
    assert not any(secret in repr(read) for secret in secrets)
