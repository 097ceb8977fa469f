"""One connection per execution environment, opened on first use with the address from the secret."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
import orjson
import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def connect() -> psycopg.Connection[DictRow]:
    """Open the services' connection. Raises psycopg.OperationalError when the database can't be reached in 5 s."""
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
    """The `url` in a Secrets Manager secret."""
    secret = _secrets_manager().get_secret_value(SecretId=secret_arn)["SecretString"]
    url = orjson.loads(secret)["url"]
    if not isinstance(url, str):
        message = f"secret {secret_arn} has no text under 'url'"
        raise TypeError(message)
    return url


@cache
def _secrets_manager() -> "SecretsManagerClient":
    return boto3.client("secretsmanager")
