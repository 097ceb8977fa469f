"""Sessions: the only ways into the database.

A session is one transaction. Role, tenant and timeouts are set locally to it (`set_config(…, is_local => true)`), so
that a pooler in transaction mode may hand the connection to somebody else afterwards. The login itself
(`pulse_service`) inherits nothing: whoever forgets to open a session sees no table at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow

from pulse.database.connection import connect
from pulse.settings import settings

type Connection = psycopg.Connection[DictRow]
type Role = Literal["pulse_app", "pulse_ingest", "pulse_operator_read", "pulse_operator_write"]

_connection: Connection | None = None

# set_config('role', …, true) is SET LOCAL ROLE, in the same round trip as the rest.
_BEGIN_SESSION = """
    SELECT set_config('statement_timeout', %(statement_timeout)s, true),
           set_config('lock_timeout', %(lock_timeout)s, true),
           set_config('timezone', 'UTC', true),
           set_config('app.tenant_id', %(tenant_id)s, true),
           set_config('role', %(role)s, true)
"""


@contextmanager
def tenant_session(tenant_id: str) -> Iterator[Connection]:
    """A transaction inside one tenant: row-level security shows and accepts that tenant's rows only."""
    if not tenant_id:
        message = "a tenant session needs a tenant id"
        raise ValueError(message)
    with _session("pulse_app", tenant_id) as connection:
        yield connection


@contextmanager
def tenant_snapshot(tenant_id: str) -> Iterator[Connection]:
    """A transaction inside one tenant that sees one state of its data for as long as it lasts, and changes nothing.

    It has a connection of its own, so that other sessions may be opened and committed while it is read from.
    """
    connection = connect()
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(_BEGIN_SESSION, _parameters("pulse_app", tenant_id))
        yield connection
    finally:
        connection.close()


@contextmanager
def ingest_session() -> Iterator[Connection]:
    """A transaction of the machine plane (ingest, sweeps, relay), which works across tenants in set-based statements.

    Its role has grants on the tables of that plane alone; each statement carries the tenant in its keys.
    """
    with _session("pulse_ingest", "") as connection:
        yield connection


@contextmanager
def operator_session(
    *,
    user_id: str,
    reason: str,
    write: bool = False,
    name: str = "",
    subject: str = "",
    tenant_id: str | None = None,
    ip_address: str | None = None,
    request_id: str | None = None,
) -> Iterator[Connection]:
    """A transaction across tenants for an operator. Its first statement is the audit row; without it nothing is read.

    `reason` is what the operator does, in the words of the audit log (`devices.list`); `subject` and `tenant_id` name
    what it is done to, if that is one thing or one tenant. Requests open it by `pulse.operations.audit`.
    """
    with _session("pulse_operator_write" if write else "pulse_operator_read", "") as connection:
        connection.execute(
            """
            INSERT INTO audit_log (tenant_id, actor, actor_name, action, subject, ip_address, request_id, cross_tenant)
            VALUES (%(tenant_id)s, %(actor)s, %(name)s, %(action)s, %(subject)s, %(ip_address)s, %(request_id)s, true)
            """,
            {
                "tenant_id": tenant_id,
                "actor": user_id,
                "name": name or user_id,
                "action": reason,
                "subject": subject,
                "ip_address": ip_address,
                "request_id": request_id,
            },
        )
        yield connection


@contextmanager
def _session(role: Role, tenant_id: str) -> Iterator[Connection]:
    connection = _begin(_parameters(role, tenant_id))
    try:
        yield connection
        connection.commit()
    except BaseException:
        _roll_back(connection)
        raise


def _parameters(role: Role, tenant_id: str) -> dict[str, str]:
    return {
        "role": role,
        "tenant_id": tenant_id,
        "statement_timeout": f"{settings().statement_timeout_milliseconds}ms",
        "lock_timeout": f"{settings().lock_timeout_milliseconds}ms",
    }


def _begin(parameters: dict[str, str]) -> Connection:
    """Begin on the process's one connection; a connection that died since its last use is replaced once."""
    global _connection
    if _connection is not None and not _connection.closed:
        if _connection.info.transaction_status is not TransactionStatus.IDLE:
            message = "a session is open already: sessions do not nest, pass the connection on"
            raise RuntimeError(message)
        try:
            _connection.execute(_BEGIN_SESSION, parameters)
        except psycopg.OperationalError:
            _connection.close()
        except psycopg.Error:
            _roll_back(_connection)
            raise
        else:
            return _connection
    _connection = connect()
    try:
        _connection.execute(_BEGIN_SESSION, parameters)
    except psycopg.Error:
        _connection.close()
        raise
    return _connection


def _roll_back(connection: Connection) -> None:
    """Leave the connection idle, or closed when even that is impossible; the next session opens a new one."""
    try:
        connection.rollback()
    except psycopg.Error:
        connection.close()


def close_connection() -> None:
    """Close the process's connection; the next session opens a new one. For tests and tools."""
    global _connection
    if _connection is not None:
        _connection.close()
        _connection = None
