"""The services' login: its password comes from the stack's secret, its address from the owner's.

The template generates the password; the migration gives it to `pulse_service` and completes the secret with the URL
that every other function connects with. So a deployer names one address, the owner's, and no function but the
migration can read that one.
"""

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

import boto3
import orjson

from pulse.database.connection import read_secret_url
from pulse.database.migrations import set_service_password

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

SERVICE_LOGIN = "pulse_service"


def service_url(owner_url: str, password: str, pooler_address: str = "") -> str:
    """The owner's address with the services' name and password, through the pooler if there is one.

    `pooler_address` is `host:port`, or `host:port/database` where the pool has a name of its own.
    """
    parts = urlsplit(owner_url)
    pooler, _, pool_name = pooler_address.partition("/")
    address = pooler or parts.netloc.rpartition("@")[2]
    path = f"/{pool_name}" if pool_name else parts.path
    login = f"{SERVICE_LOGIN}:{quote(password, safe='')}"
    return urlunsplit((parts.scheme, f"{login}@{address}", path, parts.query, ""))


def provision_service_login(owner_secret_arn: str, service_secret_arn: str, *, pooler_address: str = "") -> None:
    """Give `pulse_service` the password in its secret, and the secret its URL. Repeating it changes nothing."""
    owner_url = read_secret_url(owner_secret_arn)
    client: SecretsManagerClient = boto3.client("secretsmanager")
    secret = orjson.loads(client.get_secret_value(SecretId=service_secret_arn)["SecretString"])
    set_service_password(owner_url, secret["password"])
    url = service_url(owner_url, secret["password"], pooler_address)
    if secret.get("url") != url:
        client.put_secret_value(SecretId=service_secret_arn, SecretString=orjson.dumps({**secret, "url": url}).decode())
