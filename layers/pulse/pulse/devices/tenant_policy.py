"""What a tenant's devices may do at the broker, as a policy of AWS IoT."""

from typing import Any, Final

MAXIMUM_CHARACTERS: Final = 2048
"""Of a policy document, blanks left out: AWS IoT takes no longer one."""


def tenant_policy(tenant_id: str, *, resources: str, rule_prefix: str) -> dict[str, Any]:
    """Connect as the thing that the certificate is attached to; use one's own topics, and nobody else's.

    The tenant is written out: thing attributes are no policy variable everywhere. `resources` is the ARN's start,
    `rule_prefix` that of the topic rules' names. Past the broker's messaging (Basic Ingest) a device reaches the rules
    for readings and heartbeats alone, and each by the topic that it would have there: any other rule would take
    whatever a device says for what AWS IoT says.
    """
    own = f"devices/{tenant_id}/${{iot:Certificate.Subject.CommonName}}"
    shadow = "$aws/things/${iot:ClientId}/shadow"  # whoever is connected has its thing's name as its client id
    topic, filter_ = f"{resources}:topic", f"{resources}:topicfilter"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "iot:Connect",
                "Resource": f"{resources}:client/${{iot:Connection.Thing.ThingName}}",
                "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
            },
            {
                "Effect": "Allow",
                "Action": "iot:Publish",
                "Resource": [
                    f"{topic}/{own}/telemetry",
                    f"{topic}/{own}/heartbeat",
                    f"{topic}/{own}/inbound",
                    f"{topic}/{own}/commands/*/ack",
                    f"{topic}/$aws/rules/{rule_prefix}_telemetry/{own}/telemetry",
                    f"{topic}/$aws/rules/{rule_prefix}_heartbeat/{own}/heartbeat",
                    f"{topic}/{shadow}/*",
                ],
            },
            {
                "Effect": "Allow",
                "Action": ["iot:Subscribe", "iot:Receive"],
                "Resource": [
                    f"{filter_}/{own}/*",
                    f"{filter_}/{shadow}/*",
                    f"{topic}/{own}/*",
                    f"{topic}/{shadow}/*",
                ],
            },
        ],
    }
