"""What the deployed stack consists of: its functions and queues by the names that the template gives them."""

import re
from collections.abc import Mapping

from local import aws
from local.instance import STACK_NAME, Instance

_NESTED_STACK = "AWS::CloudFormation::Stack"


def resources_of_type(instance: Instance, resource_type: str) -> Mapping[str, str]:
    """Physical by logical name, of one CloudFormation type, in the stack and in those nested in it."""
    found: dict[str, str] = {}
    stacks = [STACK_NAME]
    for stack in stacks:
        pages = aws.cloudformation(instance).get_paginator("list_stack_resources").paginate(StackName=stack)
        for resource in (resource for page in pages for resource in page["StackResourceSummaries"]):
            physical = resource.get("PhysicalResourceId", "")  # what failed to be made has none
            if resource["ResourceType"] == resource_type:
                found[resource["LogicalResourceId"]] = physical
            if resource["ResourceType"] == _NESTED_STACK and physical:
                stacks.append(physical)
    return found


def nested_stacks(instance: Instance) -> Mapping[str, str]:
    """Nested stacks' ids by their logical name."""
    return resources_of_type(instance, _NESTED_STACK)


def functions(instance: Instance) -> Mapping[str, str]:
    """Deployed name of each function by its folder's name, such as `ingest_telemetry`."""
    return {
        folder_name(logical): physical
        for logical, physical in resources_of_type(instance, "AWS::Lambda::Function").items()
    }


def folder_name(logical_name: str) -> str:
    """`IngestTelemetryFunction` as its folder is called: `ingest_telemetry`."""
    words = re.findall(r"[A-Z][a-z0-9]*", logical_name.removesuffix("Function"))
    return "_".join(words).lower()
