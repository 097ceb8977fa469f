"""Access tokens of the user pool and what is checked before anything in one is believed (RFC 8725)."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import jwt

from pulse.identity.errors import (
    AlgorithmRefusedError,
    ClaimMissingError,
    ExpiredTokenError,
    ForeignClientError,
    ForeignIssuerError,
    MalformedTokenError,
    NotYetValidTokenError,
    TokenRefusedError,
    WrongSignatureError,
    WrongTokenUseError,
)
from pulse.identity.keys import PublicKeys, fetch_keys
from pulse.identity.permissions import known_roles
from pulse.identity.principal import Principal
from pulse.settings import settings

_ALGORITHM = "RS256"
_LEEWAY_SECONDS = 30
# `origin_jti` names the sign-in; without it a session could not be ended.
_REQUIRED_CLAIMS = ["exp", "iat", "iss", "sub", "client_id", "token_use", "origin_jti"]

# The first entry that fits decides, so that a special error stands before the general one.
_REASONS: tuple[tuple[type[jwt.PyJWTError], type[TokenRefusedError]], ...] = (
    (jwt.InvalidAlgorithmError, AlgorithmRefusedError),
    (jwt.InvalidSignatureError, WrongSignatureError),
    (jwt.ExpiredSignatureError, ExpiredTokenError),
    (jwt.ImmatureSignatureError, NotYetValidTokenError),
    (jwt.InvalidIssuerError, ForeignIssuerError),
    (jwt.MissingRequiredClaimError, ClaimMissingError),
    (jwt.PyJWTError, MalformedTokenError),
)


class VerifiedToken(NamedTuple):
    """Whom a token speaks for; `username` is the pool's name of them, `issued_at` has whole seconds."""

    principal: Principal
    username: str
    is_federated: bool
    issued_at: datetime


class TokenVerifier:
    """Judges the tokens of one application of one pool."""

    def __init__(self, *, issuer: str, client_id: str, keys: PublicKeys) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._keys = keys

    def verify(self, token: str) -> VerifiedToken:
        """Whom an access token speaks for. Raises TokenRefusedError, KeysUnavailableError."""
        try:
            claims = self._decode(token)
        except jwt.PyJWTError as error:
            reason = next(ours for theirs, ours in _REASONS if isinstance(error, theirs))
            raise reason from error
        if claims["token_use"] != "access":  # noqa: S105 - a kind of token, not a token
            raise WrongTokenUseError
        if claims["client_id"] != self._client_id:
            raise ForeignClientError
        return _read(claims)

    def _decode(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != _ALGORITHM:
            raise AlgorithmRefusedError
        if "crit" in header:
            # It names extensions that whoever reads the token must understand, and we understand none.
            raise MalformedTokenError
        key_id = header.get("kid")
        if not isinstance(key_id, str):
            raise MalformedTokenError
        return jwt.decode(
            token,
            self._keys.find(key_id),
            algorithms=[_ALGORITHM],
            issuer=self._issuer,
            leeway=_LEEWAY_SECONDS,
            # The pool's access tokens name their application as `client_id` and have no audience.
            options={"require": _REQUIRED_CLAIMS, "verify_aud": False},
        )


def _read(claims: dict[str, Any]) -> VerifiedToken:
    email, tenant_id, session_id = claims.get("email", ""), claims.get("tenant_id"), claims["origin_jti"]
    if not isinstance(email, str) or not isinstance(tenant_id, str | None) or not isinstance(session_id, str):
        raise ClaimMissingError
    try:
        user_id = str(UUID(claims["sub"]))
    except ValueError as error:
        raise ClaimMissingError from error
    principal = Principal(
        user_id=user_id,
        email=email,
        # The trigger states the roles in a claim of its own; pulse.identity.claims says why.
        roles=known_roles(claims.get("roles", claims.get("cognito:groups"))),
        tenant_id=tenant_id or None,
        session_id=session_id,
    )
    return VerifiedToken(
        principal,
        username=str(claims.get("username") or user_id),
        is_federated=claims.get("federated") is True,
        issued_at=datetime.fromtimestamp(int(claims["iat"]), UTC),
    )


def bearer_token(authorization: str) -> str:
    """The token in an Authorization header. Raises MalformedTokenError for any other scheme."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise MalformedTokenError
    return token.strip()


@cache
def token_verifier() -> TokenVerifier:
    """The verifier of this deployment's pool; its keys are kept for the life of the process."""
    known = settings().require("token_issuer", "user_pool_client_id", "jwks_url")
    jwks_url = str(known.jwks_url)
    return TokenVerifier(
        issuer=str(known.token_issuer),
        client_id=str(known.user_pool_client_id),
        keys=PublicKeys(lambda: fetch_keys(jwks_url)),
    )
