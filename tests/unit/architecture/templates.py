"""The template and those nested in it, as the tests read them."""

from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref X` as {"!Ref": "X"}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{suffix}": loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{suffix}": loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {f"!{suffix}": loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a subclass of the safe loader


TEMPLATE = _load(Path("template.yaml"))
NESTED: dict[str, dict[str, Any]] = {path.stem: _load(path) for path in sorted(Path("stacks").glob("*.yaml"))}
RESOURCES: dict[str, dict[str, Any]] = {
    name: resource for template in (*NESTED.values(), TEMPLATE) for name, resource in template["Resources"].items()
}
"""Every resource by its logical name."""


def of_type(kind: str) -> list[str]:
    """Logical names of the resources of a type."""
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


def parameters_of(stack: str) -> dict[str, Any]:
    """What the template gives to a nested stack."""
    [parameters] = [
        resource["Properties"]["Parameters"]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::CloudFormation::Stack"
        and resource["Properties"]["TemplateURL"] == f"stacks/{stack}.yaml"
    ]
    return dict(parameters)


def statements_of(function: str) -> list[dict[str, Any]]:
    """What a function's policies say in full, those that are managed among them."""
    statements: list[dict[str, Any]] = []
    for policy in RESOURCES[function]["Properties"].get("Policies", []):
        if "!Ref" in policy:
            statements += RESOURCES[policy["!Ref"]]["Properties"]["PolicyDocument"]["Statement"]
        else:
            statements += policy.get("Statement", [])
    return statements


def http_routes() -> list[str]:
    """Logical names of the routes of the HTTP API."""
    resources = NESTED["routes"]["Resources"]
    return [name for name, resource in resources.items() if resource["Type"] == "AWS::ApiGatewayV2::Route"]


def function_behind(integration: str) -> str:
    """The function that an integration of the HTTP API calls."""
    parameter = RESOURCES[integration]["Properties"]["IntegrationUri"]["!Ref"]
    return str(parameters_of("routes")[parameter]["!GetAtt"]).removesuffix(".Arn")
