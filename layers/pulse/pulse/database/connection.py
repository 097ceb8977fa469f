"""One connection per execution environment, opened on first use with the address from the secret."""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
import orjson
import psycopg
from botocore.config import Config
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


# A caller waits for the answer, and who judges callers has ten seconds for all of it.
_CONNECT_SECONDS: Final = 1
_READ_SECONDS: Final = 2
_ATTEMPTS: Final = 2
ADDRESS_SECONDS: Final = _ATTEMPTS * (_CONNECT_SECONDS + _READ_SECONDS)
"""How long the address is tried to be read, at most."""


class AddressUnavailableError(psycopg.OperationalError):
    """The database can't be reached, for its address can't be read right now."""


def connect() -> psycopg.Connection[DictRow]:
    """Open the services' connection.

    Raises psycopg.OperationalError when the database can't be reached in 5 s, or its address can't be read.
    """
    return psycopg.connect(
        service_url(),
        row_factory=dict_row,
        connect_timeout=5,
        # Prepared statements belong to a server connection, which a transaction-mode pooler changes under us.
        prepare_threshold=None,
        application_name="pulse",
        # A server that has vanished without a word shows itself before the caller gives up, whether an answer is
        # waited for (probes) or what was sent is not even acknowledged (the user timeout, in milliseconds).
        keepalives_idle=5,
        keepalives_interval=3,
        keepalives_count=3,
        tcp_user_timeout=14_000,
    )


def service_url() -> str:
    """Address of the services' login: given directly, else from the secret that the migration wrote.

    Read anew for each connection (a connection is rare), so that a changed password needs no new deploy.
    """
    if settings().database_url:
        return str(settings().database_url)
    settings().require("database_secret_arn")
    return read_secret_url(str(settings().database_secret_arn))


def read_secret_url(secret_arn: str) -> str:
    """The `url` in a Secrets Manager secret. Raises AddressUnavailableError."""
    try:
        secret = _secrets_manager().get_secret_value(SecretId=secret_arn)["SecretString"]
    except (NoConnectionError, HTTPClientError) as error:
        message = "the secret with the database's address can't be read"
        raise AddressUnavailableError(message) from error
    url = orjson.loads(secret)["url"]
    if not isinstance(url, str):
        message = f"secret {secret_arn} has no text under 'url'"
        raise TypeError(message)
    return url


@cache
def _secrets_manager() -> "SecretsManagerClient":
    config = Config(
        connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": _ATTEMPTS}
    )
    return boto3.client("secretsmanager", config=config)
