"""Access tokens of the user pool and what is checked before anything in one is believed (RFC 8725)."""

from functools import cache
from typing import Any

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
_REQUIRED_CLAIMS = ["exp", "iat", "iss", "sub", "client_id", "token_use"]

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


class TokenVerifier:
    """Judges the tokens of one application of one pool."""

    def __init__(self, *, issuer: str, client_id: str, keys: PublicKeys) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._keys = keys

    def verify(self, token: str) -> Principal:
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
        return _principal(claims)

    def _decode(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != _ALGORITHM:
            raise AlgorithmRefusedError
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


def _principal(claims: dict[str, Any]) -> Principal:
    email, tenant_id = claims.get("email", ""), claims.get("tenant_id")
    if not isinstance(email, str) or not isinstance(tenant_id, str | None):
        raise ClaimMissingError
    return Principal(
        user_id=claims["sub"],
        email=email,
        # The trigger states the roles in a claim of its own; pulse.identity.claims says why.
        roles=known_roles(claims.get("roles", claims.get("cognito:groups"))),
        tenant_id=tenant_id or None,
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
