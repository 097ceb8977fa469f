"""The stack that an instance has deployed, for programs that are no tests: benchmarks and the soak."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import orjson

from local import aws
from local.instance import Instance
from pulse.database.sessions import close_connection
from pulse.settings import settings
from tests.integration.stack import Stack


@contextmanager
def deployed_stack(instance: Instance) -> Iterator[Stack]:
    """The stack of an instance that is up; this process's AWS calls and sessions go to it meanwhile."""
    stack = Stack(json.loads(instance.stack_file.read_text()))
    before = dict(os.environ)
    os.environ.update(aws.environment(instance))
    try:
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=stack.outputs["DatabaseServiceSecretArn"])
        os.environ["DATABASE_URL"] = orjson.loads(secret["SecretString"])["url"]
        settings.cache_clear()
        yield stack
    finally:
        close_connection()
        stack.close()
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
