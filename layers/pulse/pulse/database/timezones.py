"""Names of time zones."""

from pulse.database.sessions import Connection
from pulse.errors import FieldError, InvalidInputError


def require_timezone(connection: Connection, timezone: str) -> None:
    """Raise InvalidInputError unless there is such a time zone."""
    # The database's list, as that is where the zone is used, and a function may come without one of its own.
    known = connection.execute("SELECT FROM pg_timezone_names WHERE name = %(name)s", {"name": timezone})
    if known.rowcount == 0:
        reason = "is not an IANA time zone, such as Europe/Amsterdam"
        message = f"timezone {reason}"
        raise InvalidInputError(message, errors=(FieldError("timezone", reason),))
