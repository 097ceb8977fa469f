"""DynamoDB in memory, for the few requests that `pulse.transient` makes.

It is held to the same tests as the real table (tests/transient_contract.py), and refuses what it does not know.
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

type Item = dict[str, dict[str, Any]]

_FREE = "attribute_not_exists(partition_key) OR expires_at <= :now"
_ROOM = ":by <= :most AND (attribute_not_exists(#count) OR #count <= :room)"
_WRITES_PER_CALL = 25
_COUNT = "ADD #count :by SET expires_at = :expires_at"


class ConditionFailedError(ClientError):
    """What the client raises when a condition does not hold."""


class _Exceptions:
    ConditionalCheckFailedException = ConditionFailedError


class InMemoryDynamoDB:
    """Stands for the client; `is_away` makes it behave like a table that can't be reached."""

    exceptions = _Exceptions

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self.is_away = False
        self.requests = 0

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool) -> dict[str, Any]:  # noqa: N803
        assert TableName
        assert ConsistentRead
        item = self._find(Key)
        return {} if item is None else {"Item": dict(item)}

    def put_item(
        self,
        *,
        TableName: str,  # noqa: N803
        Item: Item,  # noqa: N803
        ConditionExpression: str | None = None,  # noqa: N803
        ExpressionAttributeValues: Item | None = None,  # noqa: N803
        ReturnValuesOnConditionCheckFailure: str = "NONE",  # noqa: N803
    ) -> None:
        assert TableName
        before = self._find(Item)
        if ConditionExpression is not None:
            assert (ConditionExpression, ReturnValuesOnConditionCheckFailure) == (_FREE, "ALL_OLD")
            assert ExpressionAttributeValues is not None
            if before is not None and int(before["expires_at"]["N"]) > int(ExpressionAttributeValues[":now"]["N"]):
                raise self._refusal(before)
        self.items[_address(Item)] = dict(Item)

    def delete_item(self, *, TableName: str, Key: Item, ReturnValues: str = "NONE") -> dict[str, Any]:  # noqa: N803
        assert TableName
        self._find(Key)
        before = self.items.pop(_address(Key), None)
        return {"Attributes": dict(before)} if ReturnValues == "ALL_OLD" and before is not None else {}

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        for table, requests in RequestItems.items():
            assert len(requests) <= _WRITES_PER_CALL
            for request in requests:
                if "PutRequest" in request:
                    self.put_item(TableName=table, Item=request["PutRequest"]["Item"])
                else:
                    self.delete_item(TableName=table, Key=request["DeleteRequest"]["Key"])
        return {"UnprocessedItems": {}}

    def get_paginator(self, operation: str) -> "InMemoryDynamoDB":
        assert operation == "query"
        return self

    def paginate(
        self,
        *,
        TableName: str,  # noqa: N803
        KeyConditionExpression: str,  # noqa: N803
        ExpressionAttributeValues: Item,  # noqa: N803
        ConsistentRead: bool,  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        """One item on a page, so that who forgets to go on is found out."""
        assert TableName
        assert ConsistentRead
        assert KeyConditionExpression == "partition_key = :partition"
        partition = ExpressionAttributeValues[":partition"]["S"]
        self._find({"partition_key": {"S": partition}, "sort_key": {"S": ""}})
        found = [dict(item) for address, item in sorted(self.items.items()) if address[0] == partition]
        yield {"Items": []}
        yield from ({"Items": [item]} for item in found)

    def update_item(
        self,
        *,
        TableName: str,  # noqa: N803
        Key: Item,  # noqa: N803
        UpdateExpression: str,  # noqa: N803
        ConditionExpression: str,  # noqa: N803
        ExpressionAttributeNames: dict[str, str],  # noqa: N803
        ExpressionAttributeValues: Item,  # noqa: N803
        ReturnValues: str,  # noqa: N803
        ReturnValuesOnConditionCheckFailure: str,  # noqa: N803
    ) -> dict[str, Any]:
        assert TableName
        assert (UpdateExpression, ConditionExpression) == (_COUNT, _ROOM)
        assert ExpressionAttributeNames == {"#count": "count"}
        assert (ReturnValues, ReturnValuesOnConditionCheckFailure) == ("ALL_NEW", "ALL_OLD")
        before = self._find(Key)
        count = int(before["count"]["N"]) if before and "count" in before else 0
        by, most, room = (int(ExpressionAttributeValues[name]["N"]) for name in (":by", ":most", ":room"))
        if not (by <= most and (not count or count <= room)):
            raise self._refusal(before)
        item = {**Key, "count": {"N": str(count + by)}, "expires_at": ExpressionAttributeValues[":expires_at"]}
        self.items[_address(Key)] = item
        return {"Attributes": dict(item)}

    def _find(self, key: Item) -> Item | None:
        self.requests += 1
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="memory")
        return self.items.get(_address(key))

    @staticmethod
    def _refusal(item: Item | None) -> ConditionFailedError:
        answer: dict[str, Any] = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "refused"}}
        if item is not None:
            answer["Item"] = dict(item)
        return ConditionFailedError(answer, "memory")  # type: ignore[arg-type]


def _address(item: Item) -> tuple[str, str]:
    return item["partition_key"]["S"], item["sort_key"]["S"]
