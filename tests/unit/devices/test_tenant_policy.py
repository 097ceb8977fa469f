"""What a tenant's devices may do at the broker."""

from fnmatch import fnmatchcase

import orjson
import pytest

from pulse.devices.tenant_policy import MAXIMUM_CHARACTERS, tenant_policy

RESOURCES = "arn:aws:iot:ap-southeast-4:123456789012"
VARIABLES = {
    "${iot:Certificate.Subject.CommonName}": "freezer-1",
    "${iot:Connection.Thing.ThingName}": "acme:freezer-1",
    "${iot:ClientId}": "acme:freezer-1",
}


def allowed(action: str, resource: str) -> bool:
    """As AWS IoT judges for the device acme:freezer-1: a `*` stands for anything, slashes too."""
    for statement in tenant_policy("acme", resources=RESOURCES, rule_prefix="pulse")["Statement"]:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        patterns = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        for pattern in patterns:
            for variable, value in VARIABLES.items():
                pattern = pattern.replace(variable, value)
            if f"iot:{action}" in actions and fnmatchcase(f"{RESOURCES}:{resource}", pattern):
                return True
    return False


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("Connect", "client/acme:freezer-1"),
        ("Publish", "topic/devices/acme/freezer-1/telemetry"),
        ("Publish", "topic/devices/acme/freezer-1/heartbeat"),
        ("Publish", "topic/devices/acme/freezer-1/inbound"),
        ("Publish", "topic/devices/acme/freezer-1/commands/5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10/ack"),
        ("Publish", "topic/$aws/rules/pulse_telemetry/devices/acme/freezer-1/telemetry"),
        ("Publish", "topic/$aws/rules/pulse_heartbeat/devices/acme/freezer-1/heartbeat"),
        ("Publish", "topic/$aws/things/acme:freezer-1/shadow/update"),
        ("Subscribe", "topicfilter/devices/acme/freezer-1/commands"),
        ("Subscribe", "topicfilter/$aws/things/acme:freezer-1/shadow/update/delta"),
        ("Receive", "topic/devices/acme/freezer-1/commands"),
        ("Receive", "topic/$aws/things/acme:freezer-1/shadow/update/delta"),
    ],
)
def test_a_device_may_do_what_it_needs(action: str, resource: str) -> None:
    assert allowed(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("Connect", "client/acme:freezer-2"),
        ("Publish", "topic/devices/acme/freezer-2/telemetry"),
        ("Publish", "topic/devices/acme/freezer-11/telemetry"),
        ("Publish", "topic/devices/acme-2/freezer-1/telemetry"),
        ("Publish", "topic/devices/acme/freezer-1/commands"),
        ("Publish", "topic/devices/acme/freezer-1/commands/5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10"),
        ("Publish", "topic/devices/acme/freezer-1/anything"),
        ("Publish", "topic/devices/acme/freezer-2/inbound"),
        ("Publish", "topic/$aws/rules/pulse_inbound/devices/acme/freezer-1/inbound"),
        ("Publish", "topic/$aws/rules/pulse_telemetry/devices/acme/freezer-2/telemetry"),
        ("Publish", "topic/$aws/rules/pulse_telemetry/devices/acme/freezer-1/heartbeat"),
        ("Publish", "topic/$aws/rules/pulse_telemetry/devices/acme/freezer-1/anything"),
        ("Publish", "topic/$aws/rules/pulse_presence/devices/acme/freezer-1/telemetry"),
        ("Publish", "topic/$aws/rules/pulse_shadow_reports/devices/acme/freezer-1/telemetry"),
        ("Publish", "topic/$aws/rules/somebody_elses/devices/acme/freezer-1/telemetry"),
        ("Publish", "topic/$aws/events/presence/connected/acme:freezer-1"),
        ("Publish", "topic/$aws/things/acme:freezer-2/shadow/update"),
        ("Publish", "topic/$aws/things/acme:freezer-1/jobs/start-next"),
        ("Subscribe", "topicfilter/devices/acme/freezer-2/commands"),
        ("Subscribe", "topicfilter/devices/acme/+/commands"),
        ("Subscribe", "topicfilter/#"),
        ("Receive", "topic/devices/acme/freezer-2/commands"),
        ("Receive", "topic/$aws/things/acme:freezer-2/shadow/update/delta"),
        ("RetainPublish", "topic/devices/acme/freezer-1/telemetry"),
    ],
)
def test_and_nothing_else(action: str, resource: str) -> None:
    assert not allowed(action, resource)


def test_the_longest_tenant_id_leaves_a_policy_that_aws_iot_takes() -> None:
    document = tenant_policy("t" * 64, resources=RESOURCES, rule_prefix="pulse")
    assert len(orjson.dumps(document)) <= MAXIMUM_CHARACTERS
