"""The way to PostgreSQL: the kinds of session, each one transaction with its own role."""

from pulse.database.sessions import Connection, ingest_session, operator_session, tenant_session, tenant_snapshot

__all__ = ["Connection", "ingest_session", "operator_session", "tenant_session", "tenant_snapshot"]
