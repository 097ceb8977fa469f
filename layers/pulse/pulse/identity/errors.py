"""Why a caller was refused: one type for each reason, whose code stands in the log and in the authorizer's context.

The message is for the caller and tells nothing that helps to forge a token.
"""

from typing import ClassVar, Final

from pulse.errors import NotAuthenticatedError, NotPermittedError, UnavailableError


class TokenRefusedError(NotAuthenticatedError):
    """The token says nothing that we believe."""

    reason: ClassVar[str] = "token_refused"

    def __init__(self, message: str = "the access token is not valid; sign in again") -> None:
        super().__init__(message)


class MalformedTokenError(TokenRefusedError):
    """Not `Bearer` and a JSON Web Token, or its parts can't be read."""

    reason = "token_malformed"


class AlgorithmRefusedError(TokenRefusedError):
    """Signed by anything but RS256: unsigned, or by HMAC with a public key as its secret."""

    reason = "algorithm_refused"


class UnknownKeyError(TokenRefusedError):
    """Signed with a key that the pool does not publish."""

    reason = "key_unknown"


class WrongSignatureError(TokenRefusedError):
    """Changed after it was signed."""

    reason = "signature_wrong"


class ForeignIssuerError(TokenRefusedError):
    """Issued by another pool."""

    reason = "issuer_foreign"


class ForeignClientError(TokenRefusedError):
    """Issued to another application."""

    reason = "client_foreign"


class WrongTokenUseError(TokenRefusedError):
    """An identity token in place of the access token."""

    reason = "token_use_wrong"


class ExpiredTokenError(TokenRefusedError):
    """Its time is over."""

    reason = "token_expired"

    def __init__(self) -> None:
        super().__init__("the access token has expired; sign in again")


class NotYetValidTokenError(TokenRefusedError):
    """Its time has not come."""

    reason = "token_not_yet_valid"


class ClaimMissingError(TokenRefusedError):
    """A claim is missing, or is not of its type."""

    reason = "claim_missing"


class OutdatedTokenError(TokenRefusedError):
    """Issued before the user's role was changed or before they were signed out. A refresh brings a new one, or not."""

    reason = "token_outdated"

    def __init__(self) -> None:
        super().__init__("the access token is outdated; refresh it, or sign in again")


class SessionEndedError(TokenRefusedError):
    """Of a sign-in that was ended by its user or an administrator."""

    reason = "session_ended"

    def __init__(self) -> None:
        super().__init__("this session was ended; sign in again")


class ApiKeyRefusedError(TokenRefusedError):
    """An API key that is not one of ours: unknown, or with another secret."""

    reason = "api_key_refused"

    def __init__(self, message: str = "the API key is not valid") -> None:
        super().__init__(message)


class ApiKeyEndedError(ApiKeyRefusedError):
    """An API key that was good once: revoked, expired, or rotated longer ago than the overlap."""

    reason = "api_key_ended"

    def __init__(self) -> None:
        super().__init__("the API key has expired or was revoked; ask a tenant administrator for a new one")


class CallerRefusedError(NotPermittedError):
    """The caller is known, and is let in nowhere."""

    reason: ClassVar[str] = "caller_refused"

    def __init__(self, message: str = "you are not let in") -> None:
        super().__init__(message)


class TicketRefusedError(CallerRefusedError):
    """A connection's ticket is unknown, was used or is too old, or its holder is no longer let in."""

    reason = "ticket_refused"

    def __init__(self) -> None:
        super().__init__("the ticket is not valid; fetch another one")


class TenantInactiveError(CallerRefusedError):
    """The caller's tenant is suspended, deleted or unknown."""

    reason = "tenant_inactive"

    def __init__(self) -> None:
        super().__init__("your tenant is suspended; ask your operator")


class UserDisabledError(CallerRefusedError):
    """The caller's account is disabled or deleted."""

    reason = "user_disabled"

    def __init__(self) -> None:
        super().__init__("your account is disabled; ask an administrator")


class AddressRefusedError(CallerRefusedError):
    """The caller's address is not on the tenant's allowlist."""

    reason = "address_refused"

    def __init__(self) -> None:
        super().__init__("your tenant does not allow calls from your network address; ask a tenant administrator")


class CallerNotJudgedError(UnavailableError):
    """Nobody can say who is calling while the database or the pool's keys are away, so nobody is let in.

    API Gateway keeps this answer of the authorizer for as long as any other.
    """

    reason: ClassVar[str] = "caller_not_judged"
    retry_after_seconds = 30

    def __init__(self) -> None:
        super().__init__("who is calling can't be told right now; try again in half a minute")


type Refusal = TokenRefusedError | CallerRefusedError

_REFUSALS: Final[dict[str, type[TokenRefusedError] | type[CallerRefusedError] | type[CallerNotJudgedError]]] = {
    error.reason: error
    for error in (
        MalformedTokenError,
        AlgorithmRefusedError,
        UnknownKeyError,
        WrongSignatureError,
        ForeignIssuerError,
        ForeignClientError,
        WrongTokenUseError,
        ExpiredTokenError,
        NotYetValidTokenError,
        ClaimMissingError,
        OutdatedTokenError,
        SessionEndedError,
        ApiKeyRefusedError,
        ApiKeyEndedError,
        TicketRefusedError,
        TenantInactiveError,
        UserDisabledError,
        AddressRefusedError,
        CallerNotJudgedError,
    )
}


def refusal_for(reason: str) -> Refusal | CallerNotJudgedError:
    """The refusal with that code; one that is not known is a refused token."""
    return _REFUSALS.get(reason, TokenRefusedError)()
