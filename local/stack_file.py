"""Reads `stack.json`: where everything of an instance is and how to get in. It is there once `make up` was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from local.errors import LocalError
from local.instance import Instance


@dataclass(frozen=True, slots=True)
class StackFile:
    """What the commands after `make up` need of it."""

    database_url: str
    user_pool_id: str
    client_id: str
    users: tuple[Mapping[str, str], ...]
    operators: tuple[Mapping[str, str], ...]
    outputs: Mapping[str, str]


def read(instance: Instance) -> StackFile:
    """Read the file. Raises LocalError when the instance was never brought up."""
    try:
        content = json.loads(instance.stack_file.read_text())
        return StackFile(
            database_url=content["database_url"],
            user_pool_id=content["user_pool_id"],
            client_id=content["client_id"],
            users=tuple(content["users"]),
            operators=tuple(content["operator"]),
            outputs=content["stack_outputs"],
        )
    except (OSError, ValueError, KeyError) as error:
        message = f"{instance.stack_file} is missing or unreadable; run `make up` first."
        raise LocalError(message) from error
