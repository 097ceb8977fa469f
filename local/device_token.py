"""`make token DEVICE=…`: a fresh token of a device, for curl to the HTTP door."""

import os
from datetime import timedelta
from typing import Final

import psycopg

from local import aws, stack_file
from local.errors import LocalError
from local.instance import Instance
from pulse import clock
from pulse.database.sessions import close_connection
from pulse.devices.credential import CredentialKind
from pulse.devices.credentials import CredentialRequest, Issuer, issue
from pulse.errors import NotFoundError

_LIFETIME: Final = timedelta(hours=1)


def issue_device_token(instance: Instance, device: str) -> str:
    """Issue a token of `tenant/device` for an hour. Raises LocalError when there is no such device."""
    stack = stack_file.read(instance)
    tenant_id, _, device_id = device.partition("/")
    if not tenant_id or not device_id:
        message = f"{device!r} is no tenant/device, such as acme-cold-chain/rtm-cold-01."
        raise LocalError(message)
    os.environ.update(aws.environment(instance))
    os.environ["DATABASE_SECRET_ARN"] = stack.outputs["DatabaseServiceSecretArn"]
    try:
        wanted = CredentialRequest(kind=CredentialKind.TOKEN, label="make token", expires_at=clock.now() + _LIFETIME)
        token = issue(tenant_id, device_id, wanted, Issuer("make token")).token
    except NotFoundError as error:
        message = f"There is no device {device_id} in tenant {tenant_id}."
        raise LocalError(message) from error
    except psycopg.OperationalError as error:
        message = "The database does not answer; run `make up`."
        raise LocalError(message) from error
    finally:
        close_connection()
    assert token is not None
    return token
