"""Dead letters of a deployed stack: how many there are, what they say, and back to the queue that they came from.

`.local/venv/bin/python -m local.dead_letters --stack pulse-prod`, with the account's credentials in the environment.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

_KIND: Final = re.compile(r"(DeadLetter|Error)Queue$")
_AT_ONCE: Final = 10
_LOOKED_AT_SECONDS: Final = 30
_UNDER_WAY_SECONDS: Final = 60
_PATIENCE_SECONDS: Final = 1

type Queues = Mapping[str, str]
"""Addresses by the names that the template gives queues."""


class NoWayBackError(Exception):
    """The queue is none of the stack's, or nothing reads what is in it a second time."""


def find_queues(cloudformation: "CloudFormationClient", stack: str) -> Queues:
    """The queues of a stack and of those nested in it."""
    found: dict[str, str] = {}
    stacks = [stack]
    for name in stacks:
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=name):
            for resource in page["StackResourceSummaries"]:
                physical = resource.get("PhysicalResourceId", "")
                if resource["ResourceType"] == "AWS::SQS::Queue":
                    found[resource["LogicalResourceId"]] = physical
                elif resource["ResourceType"] == "AWS::CloudFormation::Stack":
                    stacks.append(physical)
    return found


def count(sqs: "SQSClient", queues: Queues) -> dict[str, int]:
    """How many letters there are in each queue that is for them, about."""
    return {
        name: int(
            sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"][
                "ApproximateNumberOfMessages"
            ]
        )
        for name, address in sorted(queues.items())
        if _KIND.search(name)
    }


def show(sqs: "SQSClient", queues: Queues, name: str) -> list[str]:
    """Up to ten letters as JSON: `body` and `attributes`. They stay where they are, out of sight for half a minute."""
    return [
        json.dumps(
            {
                "body": _read(letter["Body"]),
                "attributes": {
                    attribute: value.get("StringValue")
                    for attribute, value in letter.get("MessageAttributes", {}).items()
                },
            }
        )
        for letter in _receive(sqs, _address(queues, name), hidden_seconds=_LOOKED_AT_SECONDS)
    ]


def redrive(sqs: "SQSClient", queues: Queues, name: str) -> int:
    """Put every letter back on the queue that it came from, and only then away; return how many.

    Whoever reads that queue takes a message once that comes twice, so that this can be broken off and begun anew.
    Raises NoWayBackError.
    """
    source, target = _address(queues, name), way_back(queues, name)
    if target is None:
        message = f"nothing reads {name} a second time; purge it when the reason is gone"
        raise NoWayBackError(message)
    moved = 0
    while letters := _receive(sqs, source, hidden_seconds=_UNDER_WAY_SECONDS):
        for letter in letters:
            body = restore(letter["Body"], letter["Attributes"]["SentTimestamp"])
            sqs.send_message(QueueUrl=target, MessageBody=body)
            sqs.delete_message(QueueUrl=source, ReceiptHandle=letter["ReceiptHandle"])
            moved += 1
    return moved


def way_back(queues: Queues, name: str) -> str | None:
    """The address of the queue that letters came from, if there is one: the scheduler's come from none."""
    return queues.get(_KIND.sub("Queue", name))


def restore(body: str, sent_timestamp: str) -> str:
    """A letter as its queue's reader takes it.

    What a topic rule could not hand on has no time of receipt, which the rule would have put in: it is when it came.
    """
    document = _read(body)
    if not isinstance(document, dict) or "failures" not in document or "received_at" in document:
        return body
    return json.dumps({**document, "received_at": int(sent_timestamp)})


def _read(body: str) -> Any:
    """What is in a body, which is JSON unless somebody else has written to the queue."""
    try:
        return json.loads(body)
    except ValueError:
        return body


def _address(queues: Queues, name: str) -> str:
    if name not in queues or not _KIND.search(name):
        message = f"there is no {name}, but {', '.join(sorted(filter(_KIND.search, queues)))}"
        raise NoWayBackError(message)
    return queues[name]


def _receive(sqs: "SQSClient", address: str, *, hidden_seconds: int) -> "Sequence[MessageTypeDef]":
    answer = sqs.receive_message(
        QueueUrl=address,
        MaxNumberOfMessages=_AT_ONCE,
        VisibilityTimeout=hidden_seconds,
        WaitTimeSeconds=_PATIENCE_SECONDS,
        MessageSystemAttributeNames=["SentTimestamp"],
        MessageAttributeNames=["All"],
    )
    return answer.get("Messages", [])


def main(arguments: Sequence[str] | None = None) -> int:
    """List the queues; or show, redrive or purge one of them."""
    parser = argparse.ArgumentParser(prog="python -m local.dead_letters", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("action", nargs="?", choices=["list", "show", "redrive", "purge"], default="list")
    parser.add_argument("queue", nargs="?", default="", help="as the template calls it: TelemetryDeadLetterQueue")
    chosen = parser.parse_args(arguments)
    queues = find_queues(boto3.client("cloudformation"), chosen.stack)
    try:
        for line in _do(boto3.client("sqs"), queues, chosen.action, chosen.queue):
            print(line)
    except NoWayBackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(sqs: "SQSClient", queues: Queues, action: str, name: str) -> Iterator[str]:
    match action:
        case "show":
            yield from show(sqs, queues, name)
        case "redrive":
            yield f"{redrive(sqs, queues, name)} put back"
        case "purge":
            sqs.purge_queue(QueueUrl=_address(queues, name))
            yield "purged"
        case _:
            yield from (f"{letters:>7} {queue}" for queue, letters in count(sqs, queues).items())


if __name__ == "__main__":
    sys.exit(main())
