"""What the emulator's CloudFormation gets wrong and its other interfaces get right. Idempotent, after each deploy."""

from typing import Final

from local import aws, stack_resources
from local.instance import Instance

SENDER_DOMAIN: Final = "pulse.example"  # that of EmailSender in local/deploy.py


def correct_stack(instance: Instance) -> None:
    """Repair what the emulator made of the template."""
    _number_concurrency_limits(instance)
    _let_tables_forget(instance)
    _vouch_for_the_sender(instance)


def _number_concurrency_limits(instance: Instance) -> None:
    """A number that comes from a parameter stays text, and the emulator's SQS poller then stops at a comparison."""
    client = aws.functions(instance)
    for page in client.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            limit = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
            if limit is not None:
                client.update_event_source_mapping(
                    UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
                )


def _let_tables_forget(instance: Instance) -> None:
    """A table's TimeToLiveSpecification is not looked at."""
    client = aws.tables(instance)
    for table in stack_resources.resources_of_type(instance, "AWS::DynamoDB::Table").values():
        client.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True}
        )


def _vouch_for_the_sender(instance: Instance) -> None:
    """In the cloud its owner proves that the sender's domain is theirs, once, with records in the DNS."""
    client = aws.mail(instance)
    known = {identity.get("IdentityName") for identity in client.list_email_identities()["EmailIdentities"]}
    if SENDER_DOMAIN not in known:
        client.create_email_identity(EmailIdentity=SENDER_DOMAIN)
