"""Short-lived state: one DynamoDB table, whose entries disappear by themselves some time after they expire.

An entry has a partition and a sort key. A partition starts with what it holds, in capitals:

    RATE#<limit>#<seconds>#<subject>   <start of the window>   requests counted in it    pulse.limits
    IDEMPOTENCY#<tenant>#<user>        <route>#<client's key>  what was answered         pulse.api
    TICKET#<hash>                      caller                  who may connect, once     pulse.realtime
    CONNECTION#<connection>            <channel>               what it follows           pulse.realtime
    CONNECTIONS                        <connection>            that it is open           pulse.realtime
    CHANNEL#<tenant>#<channel>         <connection>            who follows it            pulse.realtime
    WATCHED                            <tenant>#<device>       somebody looks at it      pulse.realtime
    HOOK#<tenant>#<source>             <message's mark>        who has brought it        pulse.inbound
    STORM#<tenant>#<source>            told                    who sends too much        pulse.inbound
    LIVE#<tenant>#<device>             turn#<second>           it was told of            pulse.realtime
    LIVE#<tenant>#<device>             look#<second>           what waits is looked at   pulse.realtime
    LIVE_WAITING#<tenant>#<device>     <time>#<at random>      values that wait          pulse.realtime
    CHANGES#<tenant>#<kind>            <every other second>    that it is told           pulse.realtime

A new kind takes a line here. Whatever may be asked for together shares a partition; a partition of its own for each
tenant, user or connection keeps all of them fast. Nothing is kept here that can't be lost: tickets are drawn anew,
counters start again, and a table that is away for a while is an inconvenience.

Every call answers within a fraction of a second or raises TransientUnavailableError; after a failure nobody asks
the table for some seconds, so that a table that is away costs one request its patience and not each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock
from pulse.logging import logger
from pulse.metrics import count
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestUnionTypeDef

type Value = str | int | bytes

_PAUSE: Final = timedelta(seconds=10)
_WRITES_PER_CALL: Final = 25  # DynamoDB's own limit
_ATTEMPTS: Final = 3
_paused_until = datetime.min.replace(tzinfo=UTC)


class TransientUnavailableError(RuntimeError):
    """The table does not answer, or was asked in vain a moment ago."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where an entry is: `partition` as in the list above."""

    partition: str
    sort: str


def read_entry(key: Key) -> dict[str, Value] | None:
    """The entry's values, or None when there is none or it has expired. Raises TransientUnavailableError."""
    with _asking() as (client, table):
        item = client.get_item(TableName=table, Key=_key(key), ConsistentRead=True).get("Item")
    if item is None:
        return None
    values = _values(item)
    return None if _has_expired(values) else values


def create_entry(key: Key, values: Mapping[str, Value], *, lifetime: timedelta) -> dict[str, Value] | None:
    """Write an entry unless there is one that has not expired; return the one that is in the way.

    Of several callers at once exactly one creates. Raises TransientUnavailableError.
    """
    now = clock.now()
    with _asking() as (client, table):
        try:
            client.put_item(
                TableName=table,
                Item={**_key(key), **_attributes(values), "expires_at": _expiry(now + lifetime)},
                ConditionExpression="attribute_not_exists(partition_key) OR expires_at <= :now",
                ExpressionAttributeValues={":now": _expiry(now)},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except client.exceptions.ConditionalCheckFailedException as error:
            return _values(_refused_by(error))
    return None


def write_entry(key: Key, values: Mapping[str, Value], *, lifetime: timedelta) -> None:
    """Write an entry in place of what is there. Raises TransientUnavailableError."""
    item = {**_key(key), **_attributes(values), "expires_at": _expiry(clock.now() + lifetime)}
    with _asking() as (client, table):
        client.put_item(TableName=table, Item=item)


def delete_entry(key: Key) -> None:
    """Take an entry away, if there is one. Raises TransientUnavailableError."""
    with _asking() as (client, table):
        client.delete_item(TableName=table, Key=_key(key))


def take_entry(key: Key) -> dict[str, Value] | None:
    """Take an entry away and return its values, or None when there is none or it has expired.

    Of several callers at once exactly one gets it. Raises TransientUnavailableError.
    """
    with _asking() as (client, table):
        item = client.delete_item(TableName=table, Key=_key(key), ReturnValues="ALL_OLD").get("Attributes")
    if not item:
        return None
    values = _values(item)
    return None if _has_expired(values) else values


def list_entries(partition: str) -> dict[str, dict[str, Value]]:
    """All entries of a partition that have not expired, by their sort keys. Raises TransientUnavailableError."""
    entries: dict[str, dict[str, Value]] = {}
    with _asking() as (client, table):
        pages = client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="partition_key = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
            ConsistentRead=True,
        )
        for page in pages:
            entries |= {item["sort_key"]["S"]: _values(item) for item in page["Items"]}
    return {sort: values for sort, values in entries.items() if not _has_expired(values)}


def write_entries(entries: Mapping[Key, Mapping[str, Value]], *, lifetime: timedelta) -> None:
    """Write entries in place of what is there, not all at one instant. Raises TransientUnavailableError."""
    expires_at = _expiry(clock.now() + lifetime)
    _write_batches(
        [
            {"PutRequest": {"Item": {**_key(key), **_attributes(values), "expires_at": expires_at}}}
            for key, values in entries.items()
        ]
    )


def delete_entries(keys: Iterable[Key]) -> None:
    """Take entries away, those that there are. Raises TransientUnavailableError."""
    _write_batches([{"DeleteRequest": {"Key": _key(key)}} for key in keys])


def count_up(key: Key, *, by: int = 1, most: int, lifetime: timedelta) -> tuple[bool, int]:
    """Add to an entry's count unless it would be more than `most`; return whether it was added, and the count then.

    Callers at once never take the count past it. Raises TransientUnavailableError.
    """
    with _asking() as (client, table):
        try:
            answer = client.update_item(
                TableName=table,
                Key=_key(key),
                UpdateExpression="ADD #count :by SET expires_at = :expires_at",
                ConditionExpression=":by <= :most AND (attribute_not_exists(#count) OR #count <= :room)",
                ExpressionAttributeNames={"#count": "count"},
                ExpressionAttributeValues={
                    ":by": {"N": str(by)},
                    ":most": {"N": str(most)},
                    ":room": {"N": str(most - by)},
                    ":expires_at": _expiry(clock.now() + lifetime),
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except client.exceptions.ConditionalCheckFailedException as error:
            return False, _count(_refused_by(error))
    return True, _count(answer["Attributes"])


def forget_failures() -> None:
    """Ask the table again at once. For tests."""
    global _paused_until
    _paused_until = datetime.min.replace(tzinfo=UTC)


def _write_batches(requests: "Sequence[WriteRequestUnionTypeDef]") -> None:
    with _asking() as (client, table):
        for batch in batched(requests, _WRITES_PER_CALL, strict=False):
            waiting: Mapping[str, Sequence[WriteRequestUnionTypeDef]] = {table: batch}
            for _ in range(_ATTEMPTS):
                waiting = client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]
                if not waiting:
                    break
            else:
                count("TransientTableUnavailable")
                message = "the table takes less than is written"
                raise TransientUnavailableError(message)


@contextmanager
def _asking() -> Iterator[tuple["DynamoDBClient", str]]:
    global _paused_until
    if clock.now() < _paused_until:
        message = "the table did not answer a moment ago"
        raise TransientUnavailableError(message)
    table = settings().require("transient_table_name").transient_table_name
    try:
        yield _client(), str(table)
    except (BotoCoreError, ClientError) as error:
        _paused_until = clock.now() + _PAUSE
        logger.warning("transient_table_unavailable", reason=str(error))
        count("TransientTableUnavailable")
        message = "the table does not answer"
        raise TransientUnavailableError(message) from error


@cache
def _client() -> "DynamoDBClient":
    patience = settings().transient_timeout_milliseconds / 1000
    config = Config(connect_timeout=patience, read_timeout=patience, retries={"total_max_attempts": 1})
    return boto3.client("dynamodb", config=config)


def _key(key: Key) -> "dict[str, AttributeValueTypeDef]":
    return {"partition_key": {"S": key.partition}, "sort_key": {"S": key.sort}}


def _expiry(instant: datetime) -> "AttributeValueTypeDef":
    return {"N": str(int(instant.timestamp()))}


def _attributes(values: Mapping[str, Value]) -> "dict[str, AttributeValueTypeDef]":
    return {name: _attribute(value) for name, value in values.items()}


def _attribute(value: Value) -> "AttributeValueTypeDef":
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}


def _values(item: Mapping[str, Any]) -> dict[str, Value]:
    """An item without its key; `expires_at` is in seconds since 1970."""
    return {name: _value(attribute) for name, attribute in item.items() if name not in ("partition_key", "sort_key")}


def _value(attribute: Mapping[str, Any]) -> Value:
    match attribute:
        case {"N": str(digits)}:
            return int(digits)
        case {"S": str(text)}:
            return text
        case {"B": bytes(data)}:
            return data
        case _:
            message = f"an attribute of a kind that is not written here: {list(attribute)}"
            raise TypeError(message)


def _has_expired(values: Mapping[str, Value]) -> bool:
    """DynamoDB removes an entry up to days after its time."""
    expires_at = values["expires_at"]
    assert isinstance(expires_at, int)
    return expires_at <= clock.now().timestamp()


def _refused_by(error: ClientError) -> Mapping[str, Any]:
    """What was in the way, as the error brings it along."""
    response: Mapping[str, Any] = error.response
    item: Mapping[str, Any] = response.get("Item", {})
    return item


def _count(item: Mapping[str, Any]) -> int:
    return int(item["count"]["N"]) if "count" in item else 0
