"""A user pool's keys and tokens, made on the spot."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE"
CLIENT_ID = "1example23456789"
KEY_ID = "key-1"


@cache
def private_key(name: str) -> RSAPrivateKey:
    """One key for each name."""
    assert name
    return generate_private_key(public_exponent=65537, key_size=2048)


def key_set(*names: str) -> dict[str, Any]:
    """What the pool publishes."""
    return {
        "keys": [
            {
                **jwt.algorithms.RSAAlgorithm.to_jwk(private_key(name).public_key(), as_dict=True),
                "kid": name,
                "use": "sig",
                "alg": "RS256",
            }
            for name in names or (KEY_ID,)
        ]
    }


def make_claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good access token; a change to None leaves the claim out."""
    now = int(time.time())
    claims = {
        "sub": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "token_use": "access",
        "iat": now,
        "exp": now + 3600,
        "origin_jti": "0b6f5a1e-7c43-4d2a-9e58-d41c7f2a9b60",
        "username": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
        "cognito:groups": ["customer"],
        "roles": ["customer"],
        "tenant_id": "acme",
        "email": "customer@acme.example",
    }
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def make_token(*, key: str = KEY_ID, key_id: str | None = KEY_ID, **changes: Any) -> str:
    """A token of the pool; `key` signs it and `key_id` is what its header says."""
    return sign(make_claims(**changes), key=key, key_id=key_id)


def sign(
    claims: dict[str, Any],
    *,
    key: str = KEY_ID,
    key_id: str | None = KEY_ID,
    algorithm: str = "RS256",
    **headers: Any,
) -> str:
    """A token with exactly these claims, and these headers beside the usual ones."""
    if key_id is not None:
        headers["kid"] = key_id
    return jwt.encode(claims, private_key(key), algorithm=algorithm, headers=headers)


def sign_bytes(payload: bytes, **headers: Any) -> str:
    """A token whose payload is exactly this, with these headers beside the usual ones."""
    return jwt.api_jws.encode(payload, private_key(KEY_ID), algorithm="RS256", headers={"kid": KEY_ID, **headers})


def make_unsigned_token(**changes: Any) -> str:
    """A token that says `alg: none`."""
    header = _encode(json.dumps({"alg": "none", "typ": "JWT", "kid": KEY_ID}).encode())
    return f"{header}.{_encode(json.dumps(make_claims(**changes)).encode())}."


def make_confused_token(**changes: Any) -> str:
    """A token signed by HMAC with the public key as the secret: what everybody could make."""
    header = _encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": KEY_ID}).encode())
    signed = f"{header}.{_encode(json.dumps(make_claims(**changes)).encode())}"
    secret = private_key(KEY_ID).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{signed}.{_encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def tamper(token: str, **changes: Any) -> str:
    """The same token with other claims and its old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{_encode(json.dumps({**claims, **changes}).encode())}.{signature}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
