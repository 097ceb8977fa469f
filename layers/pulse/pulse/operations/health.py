"""Can we serve? Asked without a token, so it tells nothing of anybody's data."""

from datetime import datetime
from typing import Literal

import psycopg
from pydantic import Field

from pulse import clock
from pulse.database import ingest_session
from pulse.errors import UnavailableError
from pulse.logging import logger
from pulse.models import Model


class Health(Model):
    """The system can serve."""

    status: Literal["ok"] = "ok"
    migration: str | None = Field(description="Newest migration of the database; null before the first")
    time: datetime = Field(description="The server's time")


def check_health() -> Health:
    """Ask the database. Raises UnavailableError when it does not answer."""
    try:
        with ingest_session() as connection:
            row = connection.execute("SELECT max(name) AS migration FROM schema_migrations").fetchone()
    except psycopg.Error as error:
        logger.exception("database_unavailable")
        message = "the database does not answer"
        raise UnavailableError(message) from error
    return Health(migration=row["migration"] if row else None, time=clock.now())
