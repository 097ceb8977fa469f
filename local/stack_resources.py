"""What the deployed stack consists of: its functions and queues by the names that the template gives them."""

import re
from collections.abc import Collection, Mapping

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


def lost_resources(instance: Instance) -> list[str]:
    """Resources that the stack believes in and the emulator doesn't have; a file of its state was lost.

    One type stands for each service whose state telemetry and sign-in depend on.
    """
    present = {
        "AWS::Lambda::Function": _present_functions,
        "AWS::SQS::Queue": _present_queues,
        "AWS::IoT::TopicRule": _present_topic_rules,
        "AWS::Cognito::UserPool": _present_user_pools,
    }
    return [
        logical
        for resource_type, find_present in present.items()
        for logical in missing(resources_of_type(instance, resource_type), find_present(instance))
    ]


def missing(wanted: Mapping[str, str], present: Collection[str]) -> list[str]:
    """Queues are known by their address, of which only the name is the same from every side."""
    names = {physical.rpartition("/")[2] for physical in present}
    return [logical for logical, physical in wanted.items() if physical.rpartition("/")[2] not in names]


def _present_functions(instance: Instance) -> list[str]:
    pages = aws.functions(instance).get_paginator("list_functions").paginate()
    return [function["FunctionName"] for page in pages for function in page["Functions"]]


def _present_queues(instance: Instance) -> list[str]:
    pages = aws.queues(instance).get_paginator("list_queues").paginate()
    return [url for page in pages for url in page.get("QueueUrls", [])]


def _present_topic_rules(instance: Instance) -> list[str]:
    pages = aws.iot(instance).get_paginator("list_topic_rules").paginate()
    return [rule["ruleName"] for page in pages for rule in page["rules"]]


def _present_user_pools(instance: Instance) -> list[str]:
    pages = aws.cognito(instance).get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
    return [pool["Id"] for page in pages for pool in page["UserPools"]]


def folder_name(logical_name: str) -> str:
    """`IngestTelemetryFunction` as its folder is called: `ingest_telemetry`."""
    words = re.findall(r"[A-Z][a-z0-9]*", logical_name.removesuffix("Function"))
    return "_".join(words).lower()
