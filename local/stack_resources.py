"""What the deployed stack consists of: its functions and queues by the names that the template gives them."""

import re
from collections.abc import Mapping

from local import aws
from local.instance import STACK_NAME, Instance


def resources_of_type(instance: Instance, resource_type: str) -> Mapping[str, str]:
    """Physical by logical name, of one CloudFormation type."""
    pages = aws.cloudformation(instance).get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == resource_type
    }


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
