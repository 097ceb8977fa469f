"""Writes docs/openapi.json from the routes: `python -m local.openapi`, or `--check` to see whether it is current."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

import orjson
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Tag

from local.instance import REPOSITORY

if TYPE_CHECKING:
    from pulse.api.resolver import Api

DOCUMENT = REPOSITORY / "docs" / "openapi.json"

_DESCRIPTION = """\
What a customer's people and programs do with their fleet in Pulse, and what operators do for all customers.

Everything below `/customer` and `/api/v2` happens inside the tenant that the access token or API key names. What is
below `/operator` is for operators, across tenants, and audited. Paths below `/customer` and `/operator` are served
below `/api/v1` as well. Every answer carries `X-Request-Id`; every error is a problem after RFC 9457. Times are
ISO 8601 in UTC. Lists are paged: follow `next_cursor` until it is null.
`RateLimit` tells what is left of what `RateLimit-Policy` allows: 300 requests a minute for a caller and 1000 for a
tenant, unless an operator has set something else. Too much is answered with 429 and `Retry-After`. A device may send
20 messages at once and five a second in the long run, a tenant's devices together 1000 a second and 600000 an hour;
what is beyond is quarantined. Parameters and fields that are not known are refused with 422, methods that a path
doesn't have with 405 and `Allow`. 503 comes with `Retry-After` as well. A request without an `Authorization` header
reaches nobody here: API Gateway itself answers 401, with `{"message":"Unauthorized"}` and no problem.
"""
_TAGS = {
    "Health": "Is the system well?",
    "Profile": "Who am I?",
    "Device credentials": "What devices come in with: certificates for MQTT, tokens for HTTP",
    "Provisioning": "How the programs of a factory or an installer bring devices in",
    "Activation": "How a device fetches its own certificate",
    "Overview": "How the fleet is doing, in one answer",
    "Devices": "The fleet: registry entries and what is known of each device right now",
    "Telemetry": "What devices have measured",
    "Metrics": "What metrics mean, and under which names and units they are read",
    "Quarantine": "Messages of devices that were refused, each with its reason",
    "Tags": "Keys, with values or without, that devices are found and grouped by",
    "Claim tokens": "With which a factory's devices bring themselves in",
    "Commands": "What devices are told to do, one by one or as a group, and what they answer",
    "Device groups": "Devices that are handled together: entered one by one, or whatever a filter fits",
    "Device types": "Kinds of devices, and how often each is expected to be heard of",
    "Sites": "Places with devices",
    "Alerts": "What is wrong, and what people do about it",
    "Alert rules": "When something counts as wrong",
    "Maintenance": "Planned work, during which nobody is called",
    "Tenant": "How the own tenant is called, where its clocks are, and who may come in",
    "Digest": "A summary of alerts by mail, daily or weekly",
    "Reports": "Availability, alerts and maintenance of a time: made now, or by a schedule and sent by mail",
    "Exports": "Devices, alerts and telemetry as files: small ones at once, large ones in the background",
    "Subscriptions": "For how many devices and how long, what became of it, and asking for more",
    "Notification channels": "Ways to people and systems",
    "Escalation": "Who is told of an alert that nobody takes, and how far that has come",
    "Live updates": "What happens, told at once over a WebSocket",
    "On-call": "Who is to be reached when, and why it is them",
    "Notification routing": "Which alerts go to which channels",
    "Integrations": "Channels and their rules in the words of the API of old",
    "Addons": "How other systems' words become alerts",
    "Inbound sources": "Other systems that raise and clear alerts",
    "Targets": "Other systems that are asked",
    "Notification jobs": "What was sent to whom, and what became of it",
    "Users": "Who works in the tenant",
    "API keys": "What programs call with",
    "Audit log": "Who did what",
    "Operator: profile": "Who am I?",
    "Operator: tenants": "Customers of this installation",
    "Operator: subscriptions": "For how many devices and how long each tenant may use Pulse, and what they ask for",
    "Operator: users": "Users of all tenants, and the operators",
    "Operator: quarantine": "Refused messages of all tenants, and of none",
    "Operator: devices": "Devices of all tenants",
    "Operator: alerts": "Alerts of all tenants",
    "Operator: NOC": "What hangs on the wall of a network operations centre",
    "Operator: system": "How the installation itself does: health, metrics, capacity",
    "Operator: queues": "What waits and what failed, and the events not yet published",
    "Operator: usage": "What tenants use, and what that may be worth",
    "Operator: keys": "Keys for programs that scrape metrics and for wall screens",
    "Operator: settings": "How the installation is set up",
    "Operator: audit log": "Who did what, in all tenants and across them",
}
_TOKEN = "access_token"
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Marks the request as one to be carried out once: sent again within a day, it is answered as before, with "
        "`Idempotency-Replayed: true`"
    ),
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def generate() -> bytes:
    """The document, the same for the same code."""
    documents = [_describe(api) for api in _load_apis()]
    document = _merge(documents)
    _add_doors(document)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _load_apis() -> "list[Api]":
    """Import the functions, which check their environment at that moment; nothing of it is used here."""
    for folder in ("layers/pulse", "functions"):
        if str(REPOSITORY / folder) not in sys.path:
            sys.path.append(str(REPOSITORY / folder))
    from pulse.settings import Settings, settings

    before = dict(os.environ)
    texts = (name for name, field in Settings.model_fields.items() if field.annotation == str | None)
    os.environ.update({name.upper(): "unused" for name in texts})
    settings.cache_clear()
    try:
        import customer_api.app
        import operator_api.app
        import provision_api.app

        apis = [customer_api.app.api, operator_api.app.api, provision_api.app.api]
        for api in apis:
            api.load_all()
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
    return apis


def _merge(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One document of the functions' own; what two of them call by the same name must be the same thing."""
    merged = documents[0]
    paths, schemas = merged["paths"], merged["components"]["schemas"]
    for document in documents[1:]:
        for name, schema in document["components"]["schemas"].items():
            if schemas.setdefault(name, schema) != schema:
                message = f"two functions describe different things as {name}; give one of them another name"
                raise ValueError(message)
        paths |= document["paths"]
    merged["paths"] = dict(sorted(paths.items()))
    merged["components"]["schemas"] = dict(sorted(schemas.items()))
    return merged


def _add_doors(document: dict[str, Any]) -> None:
    """What devices and other systems call, which have doors and proofs of their own."""
    from local import device_api, hook_api  # import the domain, whose place is known by now

    components = document["components"]
    for door in (device_api, hook_api):
        document["paths"] = dict(sorted({**document["paths"], **door.paths()}.items()))
        components["schemas"] = dict(sorted({**components["schemas"], **door.SCHEMAS}.items()))
    components["securitySchemes"][device_api.TOKEN] = device_api.TOKEN_SCHEME
    document["tags"].append({"name": device_api.TAG, "description": "What devices hand in, ask for and answer"})
    document["tags"].append({"name": hook_api.TAG, "description": "What inbound sources hand in"})


def _describe(api: "Api") -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(
        api.resolver.get_openapi_json_schema(
            title="Pulse API",
            version="1",
            description=_DESCRIPTION,
            tags=[Tag(name=name, description=description) for name, description in _TAGS.items()],
            security_schemes={
                _TOKEN: HTTPBearer(
                    type="http",
                    scheme="bearer",
                    bearerFormat="JWT or API key",
                    description="Access token of the user pool, or an API key",
                )
            },
            security=[{_TOKEN: []}],
        )
    )
    for path in document["paths"].values():
        for method, operation in path.items():
            if operation["x-permission"] == "public":
                operation["security"] = []
            elif method == "post":
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            for parameter in operation.get("parameters", []):
                _leave_out_null(parameter["schema"])
    _drop_unused_schemas(document)
    return document


def _leave_out_null(schema: dict[str, Any]) -> None:
    """A parameter that has no value is not sent; the code's None says no more than that."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])
    elif choices:
        schema["anyOf"] = choices


def _drop_unused_schemas(document: dict[str, Any]) -> None:
    """The event handler describes its own error shapes, which no route answers with."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    used: set[str] = set()
    waiting = _references(document["paths"])
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting |= _references(schemas[name])
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _references(node: Any) -> set[str]:
    match node:
        case {"$ref": str(reference)}:
            return {reference.rpartition("/")[2]}
        case dict():
            return {name for value in node.values() for name in _references(value)}
        case list():
            return {name for value in node for name in _references(value)}
        case _:
            return set()


def main() -> int:
    """Write or check; 1 when the check fails."""
    parser = argparse.ArgumentParser(prog="python -m local.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when the document is stale")
    arguments = parser.parse_args()
    document = generate()
    if not arguments.check:
        DOCUMENT.write_bytes(document)
    elif not DOCUMENT.exists() or DOCUMENT.read_bytes() != document:
        print("docs/openapi.json is stale: run `python -m local.openapi` and commit it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
