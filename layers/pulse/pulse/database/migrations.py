"""Forward-only migrations: numbered SQL files, each applied once, in order, in a transaction of its own."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import scalar_row

_LOCK_KEY = 7_037_281  # any number, the same for every migrator of one database

_CREATE_LEDGER = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name       text PRIMARY KEY,
        checksum   text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


class MigrationChangedError(RuntimeError):
    """A migration that was applied has been edited since; write a new one instead."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `name` is its stem, which starts with its number."""

    name: str
    statements: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, to notice an edit after the fact."""
        return sha256(self.statements.encode()).hexdigest()


def read_migrations(folder: Path) -> list[Migration]:
    """The migrations of a folder in their order."""
    return [Migration(path.stem, path.read_text()) for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))]


def apply_migrations(owner_url: str, migrations: list[Migration]) -> list[str]:
    """Apply what is missing; return the names applied. Two migrators at once take turns.

    Raises MigrationChangedError when an applied file was edited, psycopg.Error when a statement fails (that file is
    rolled back, those before it stay).
    """
    applied: list[str] = []
    with psycopg.connect(owner_url, autocommit=True, row_factory=scalar_row, prepare_threshold=None) as connection:
        for migration in migrations:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK_KEY,))
                connection.execute(_CREATE_LEDGER)
                known = connection.execute(
                    "SELECT checksum FROM schema_migrations WHERE name = %s", (migration.name,)
                ).fetchone()
                if known is None:
                    connection.execute(migration.statements.encode())
                    connection.execute(
                        "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)",
                        (migration.name, migration.checksum),
                    )
                    applied.append(migration.name)
                elif known != migration.checksum:
                    message = f"{migration.name} was applied and has been edited since; write a new migration instead"
                    raise MigrationChangedError(message)
    return applied


def set_service_password(owner_url: str, password: str) -> None:
    """Give the services' login its password."""
    with psycopg.connect(owner_url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute(
            sql.SQL("ALTER ROLE pulse_service PASSWORD {password}").format(password=sql.Literal(password))
        )
