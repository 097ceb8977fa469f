"""From an Authorization header, or a connection's ticket, to the caller: the authorizer's verbs.

Nothing of it is remembered between calls but the pool's public keys: API Gateway keeps the answer for a while
(TokenAuthorizer in stacks/routes.yaml), so that what is decided here takes hold within that while and no longer.
"""

from dataclasses import replace

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.identity import operator_key_store, sightings
from pulse.identity.access import Client, refuse_user
from pulse.identity.api_key import PREFIX, read_key
from pulse.identity.api_key_store import find_for_caller
from pulse.identity.errors import TenantInactiveError, TicketRefusedError
from pulse.identity.key_lists import note_use
from pulse.identity.operator_key import OPERATOR_PREFIX
from pulse.identity.principal import Principal
from pulse.identity.standing import Visitor, not_welcome
from pulse.identity.tickets import redeem_ticket
from pulse.identity.tokens import bearer_token, token_verifier
from pulse.tenants.status import TenantStatus, read_standing


def authenticate(authorization: str, client: Client) -> Principal:
    """The caller whose token or API key it is, with the networks that they may call from.

    Whether this call comes from one of them is asked for each request (`pulse.api.request`): the answer given here is
    kept for a while, and callers behind one edge of the distribution share it.

    Raises TokenRefusedError and CallerRefusedError; KeysUnavailableError and psycopg.Error when it can't be told.
    """
    credential = bearer_token(authorization)
    if credential.startswith(OPERATOR_PREFIX):
        return _by_operator_key(credential, client)
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
        principal = _within_tenant(connection, token.principal)
        seen = sightings.look_up(connection, token)
        refusal = refuse_user(seen.user, seen.session, issued_at=token.issued_at)
        if refusal is not None:
            raise refusal
        sightings.note(connection, token, seen, client, now=now)
    return principal


def _by_api_key(text: str, client: Client) -> Principal:
    key_id, secret = read_key(text)
    now = clock.now()
    with ingest_session() as connection:
        principal = _within_tenant(connection, find_for_caller(connection, key_id, secret, now=now))
        note_use(connection, "api_keys", key_id, client.address, now=now)
    return principal


def _by_operator_key(text: str, client: Client) -> Principal:
    key_id, secret = read_key(text, prefix=OPERATOR_PREFIX)
    now = clock.now()
    with ingest_session() as connection:
        principal = operator_key_store.find_for_caller(connection, key_id, secret, now=now)
        note_use(connection, "operator_keys", key_id, client.address, now=now)
    return principal


def _within_tenant(connection: Connection, principal: Principal) -> Principal:
    if principal.tenant_id is None:
        return principal
    standing = read_standing(connection, principal.tenant_id)
    if standing is None or standing.status is not TenantStatus.ACTIVE:
        raise TenantInactiveError
    return replace(principal, networks=standing.ip_allowlist)
