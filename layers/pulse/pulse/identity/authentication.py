"""From an Authorization header to the caller; the authorizer's one verb."""

from pulse.identity.errors import TenantInactiveError
from pulse.identity.principal import Principal
from pulse.identity.tokens import bearer_token, token_verifier
from pulse.tenants.status import TenantStatus, tenant_status


def authenticate(authorization: str) -> Principal:
    """The caller whose token it is.

    Raises TokenRefusedError and TenantInactiveError; KeysUnavailableError and psycopg.Error when it can't be told.
    """
    principal = token_verifier().verify(bearer_token(authorization))
    if principal.tenant_id is not None and tenant_status(principal.tenant_id) is not TenantStatus.ACTIVE:
        raise TenantInactiveError
    return principal
