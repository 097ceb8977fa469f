"""`make token DEVICE=…`: a fresh token of a device, for curl to the HTTP door."""

import os

from local import aws, stack_file
from local.errors import LocalError
from local.instance import Instance
from pulse.database.sessions import close_connection
from pulse.devices.tokens import issue_token
from pulse.errors import NotFoundError


def issue_device_token(instance: Instance, device: str) -> str:
    """Issue a token of `tenant/device`. Raises LocalError when there is no such device."""
    stack = stack_file.read(instance)
    tenant_id, _, device_id = device.partition("/")
    if not tenant_id or not device_id:
        message = f"{device!r} is no tenant/device, such as acme-cold-chain/rtm-cold-01."
        raise LocalError(message)
    os.environ.update(aws.environment(instance))
    os.environ["DATABASE_SECRET_ARN"] = stack.outputs["DatabaseServiceSecretArn"]
    try:
        return issue_token(tenant_id, device_id, label="make token", actor="make token").text
    except NotFoundError as error:
        message = f"There is no device {device_id} in tenant {tenant_id}."
        raise LocalError(message) from error
    finally:
        close_connection()
