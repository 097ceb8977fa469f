"""What this installation is deployed as: its functions and queues, by the names that the template gives them.

CloudFormation is asked once for an execution environment; a deploy begins new ones.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import boto3

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

_QUEUES_STACK: Final = "Queues"
_DEAD_LETTERS: Final = ("_dead_letter", "_error")


class Queue(NamedTuple):
    """A queue; `name` is as in the template, such as `telemetry_dead_letter`."""

    name: str
    url: str

    @property
    def holds_failures(self) -> bool:
        """Whether it has what could not be worked on: nobody takes from it but a person."""
        return self.name.endswith(_DEAD_LETTERS)

    @property
    def source_name(self) -> str | None:
        """The queue that its messages come from and can go back to; None when they are of another form."""
        source = self.name.removesuffix("_dead_letter")
        return source if source not in (self.name, "schedule") else None


class StackParts(NamedTuple):
    """Deployed names of functions, and queues, by their names in the template."""

    functions: dict[str, str]
    queues: dict[str, Queue]


@cache
def stack_parts() -> StackParts:
    """Ask CloudFormation. Raises botocore's errors."""
    stack = str(settings().require("stack_name").stack_name)
    resources = _resources(stack)
    functions = {
        snake_case(logical.removesuffix("Function")): physical
        for logical, (kind, physical) in resources.items()
        if kind == "AWS::Lambda::Function"
    }
    queues = {
        name: Queue(name, physical)
        for logical, (kind, physical) in _resources(resources[_QUEUES_STACK][1]).items()
        if kind == "AWS::SQS::Queue"
        for name in [snake_case(logical.removesuffix("Queue"))]
    }
    return StackParts(functions, queues)


def snake_case(name: str) -> str:
    """`IngestTelemetry` as `ingest_telemetry`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _resources(stack: str) -> dict[str, tuple[str, str]]:
    """Type and physical id by logical id."""
    pages = _client().get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource["LogicalResourceId"]: (resource["ResourceType"], resource.get("PhysicalResourceId", ""))
        for page in pages
        for resource in page["StackResourceSummaries"]
    }


@cache
def _client() -> "CloudFormationClient":
    return boto3.client("cloudformation")
