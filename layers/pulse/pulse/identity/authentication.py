"""From an Authorization header, or a connection's ticket, to the caller: the authorizer's verbs.

Nothing of it is remembered between calls but the pool's public keys: API Gateway keeps the answer for a while
(TokenAuthorizer in stacks/routes.yaml), so that what is decided here takes hold within that while and no longer.
"""

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.identity import sightings
from pulse.identity.access import Client, refuse_tenant, refuse_user
from pulse.identity.api_key import PREFIX, read_key
from pulse.identity.api_key_store import find_for_caller, note_use
from pulse.identity.errors import TicketRefusedError
from pulse.identity.principal import Principal
from pulse.identity.standing import Visitor, not_welcome
from pulse.identity.tickets import redeem_ticket
from pulse.identity.tokens import bearer_token, token_verifier
from pulse.tenants.status import read_standing


def authenticate(authorization: str, client: Client) -> Principal:
    """The caller whose token or API key it is.

    Raises TokenRefusedError and CallerRefusedError; KeysUnavailableError and psycopg.Error when it can't be told.
    """
    credential = bearer_token(authorization)
    return _by_api_key(credential, client) if credential.startswith(PREFIX) else _by_token(credential, client)


def authenticate_ticket(text: str, client: Client) -> Principal:
    """The caller to whom a connection's ticket was issued, if they are still let in, and from this address.

    Raises TicketRefusedError, CallerRefusedError; TransientUnavailableError and psycopg.Error when it can't be told.
    """
    redeemed = redeem_ticket(text)
    if redeemed is None or redeemed.caller.tenant_id is None:
        raise TicketRefusedError
    caller, now = redeemed.caller, clock.now()
    visitor = Visitor(
        redeemed.caller.tenant_id, caller.user_id, caller.session_id, str(client.address or ""), redeemed.issued_at
    )
    with ingest_session() as connection:
        if not_welcome(connection, {visitor}, now=now):
            raise TicketRefusedError
    return caller


def _by_token(text: str, client: Client) -> Principal:
    token = token_verifier().verify(text)
    now = clock.now()
    with ingest_session() as connection:
        _require_tenant(connection, token.principal, client)
        seen = sightings.look_up(connection, token)
        refusal = refuse_user(seen.user, seen.session, issued_at=token.issued_at)
        if refusal is not None:
            raise refusal
        sightings.note(connection, token, seen, client, now=now)
    return token.principal


def _by_api_key(text: str, client: Client) -> Principal:
    key_id, secret = read_key(text)
    now = clock.now()
    with ingest_session() as connection:
        principal = find_for_caller(connection, key_id, secret, now=now)
        _require_tenant(connection, principal, client)
        note_use(connection, key_id, client.address, now=now)
    return principal


def _require_tenant(connection: Connection, principal: Principal, client: Client) -> None:
    if principal.tenant_id is None:
        return
    refusal = refuse_tenant(read_standing(connection, principal.tenant_id), client.address)
    if refusal is not None:
        raise refusal
