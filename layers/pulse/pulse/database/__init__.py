"""The way to PostgreSQL: three kinds of session, each one transaction with its own role."""

from pulse.database.sessions import Connection, ingest_session, operator_session, tenant_session

__all__ = ["Connection", "ingest_session", "operator_session", "tenant_session"]
