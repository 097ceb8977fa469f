"""A POST that is sent again is carried out once, and whoever sends it gets the first answer again."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict

from pulse import clock
from pulse.api.resolver import Api
from pulse.api.routes import Routes
from pulse.errors import ConflictError
from pulse.identity.permissions import Permission
from pulse.versions import Versioned
from tests.dynamodb import InMemoryDynamoDB
from tests.unit.api.gateway import CALLER, make_context, make_event

KEY = "8c6fd7a2-1d2b-4a5c-9a59-0d0d1f6a1f10"


class Order(Versioned):
    """Something that must not be made twice."""

    number: int
    text: str


class NewOrder(BaseModel):
    """What it is made of."""

    model_config = ConfigDict(extra="forbid")

    text: str


class Shop:
    """Carries out orders, and counts them."""

    def __init__(self) -> None:
        self.orders = 0
        self.error: Exception | None = None
        self.api = Api(self._routes())

    def _routes(self) -> Routes:
        routes = Routes("Orders")

        @routes.post("/customer/orders", permission=Permission.HANDLE_ALERTS, status=HTTPStatus.CREATED)
        def create_order(body: Annotated[NewOrder, Body()]) -> Order:
            """Create an order."""
            return self._create(body.text)

        @routes.post("/customer/orders/<name>/repeat", permission=Permission.HANDLE_ALERTS)
        def repeat_order(name: str) -> Order:
            """Repeat an order."""
            return self._create(name)

        @routes.post("/customer/secrets", permission=Permission.HANDLE_ALERTS, answers_secret=True)
        def create_secret() -> Order:
            """Create a secret."""
            return self._create("hush")

        @routes.put("/customer/orders/<name>", permission=Permission.HANDLE_ALERTS)
        def replace_order(name: str) -> Order:
            """Replace an order."""
            return self._create(name)

        return routes

    def _create(self, text: str) -> Order:
        if self.error is not None:
            raise self.error
        self.orders += 1
        return Order(number=self.orders, text=text, version=1)

    def post(
        self, path: str = "/customer/orders", *, key: str | None = KEY, body: Any = None, **call: Any
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        if body is None and path == "/customer/orders":
            body = {"text": "ü"}
        event = make_event(
            call.pop("method", "POST"),
            path,
            body=body,
            headers={} if key is None else {"idempotency-key": key},
            authorizer={**CALLER, **call},
        )
        answer = self.api.handle(event, make_context())
        return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


@pytest.fixture
def shop(transient_table: InMemoryDynamoDB) -> Shop:
    assert transient_table
    return Shop()


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(shop: Shop) -> None:
    status, body, headers = shop.post()
    assert (status, body) == (201, {"version": 1, "number": 1, "text": "ü"})
    assert "Idempotency-Replayed" not in headers
    again_status, again, again_headers = shop.post()
    assert (again_status, again, shop.orders) == (201, body, 1)
    assert again_headers["Idempotency-Replayed"] == "true"
    assert again_headers["ETag"] == headers["ETag"] == '"1"'
    assert again_headers["Content-Type"] == "application/json"


def test_without_a_key_each_request_is_one_of_its_own(shop: Shop) -> None:
    assert [shop.post(key=None)[1]["number"] for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("body", [{"text": "other"}, '{"text":  "ü"}'])
def test_a_key_with_another_body_is_refused(shop: Shop, body: Any) -> None:
    shop.post()
    status, problem, _ = shop.post(body=body)
    assert (status, problem["errors"][0]["field"], shop.orders) == (422, "Idempotency-Key", 1)


def test_a_key_with_another_path_is_refused(shop: Shop) -> None:
    assert shop.post("/customer/orders/a/repeat")[0] == 200
    assert shop.post("/customer/orders/b/repeat")[0] == 422


def test_a_key_belongs_to_its_caller_and_its_route(shop: Shop) -> None:
    shop.post()
    assert shop.post(user_id="somebody-else")[1]["number"] == 2
    assert shop.post(tenant_id="other")[1]["number"] == 3
    assert shop.post("/customer/orders/a/repeat")[1]["number"] == 4


@pytest.mark.parametrize("error", [ConflictError("not now"), KeyError("bug")])
def test_what_failed_may_be_tried_again(shop: Shop, error: Exception) -> None:
    shop.error = error
    assert shop.post()[0] in (409, 500)
    shop.error = None
    assert shop.post()[0] == 201


def test_what_was_malformed_has_taken_no_key(shop: Shop) -> None:
    assert shop.post(body={"txet": "x"})[0] == 422
    assert shop.post()[0] == 201


def test_while_the_first_is_being_carried_out_the_second_is_told_to_wait(
    shop: Shop, transient_table: InMemoryDynamoDB
) -> None:
    shop.post()
    [item] = transient_table.items.values()
    item["status"] = {"N": "0"}
    status, problem, _ = shop.post()
    assert (status, shop.orders) == (409, 1)
    assert "being carried out" in problem["detail"]


def test_a_day_later_a_key_is_free_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    shop.post()
    now += timedelta(hours=23, minutes=59)
    assert shop.post()[1]["number"] == 1
    now += timedelta(minutes=1)
    assert shop.post()[1]["number"] == 2


def test_a_secret_is_answered_once_and_kept_nowhere(shop: Shop, transient_table: InMemoryDynamoDB) -> None:
    assert shop.post("/customer/secrets")[0] == 200
    assert "hush" not in str(list(transient_table.items.values()))
    status, problem, _ = shop.post("/customer/secrets")
    assert (status, shop.orders) == (409, 1)
    assert "not kept" in problem["detail"]


def test_a_long_answer_is_not_kept(shop: Shop) -> None:
    body = {"text": "x" * 400_000}
    assert shop.post(body=body)[0] == 201
    assert (shop.post(body=body)[0], shop.orders) == (409, 1)


@pytest.mark.parametrize("key", ["", " ", "ü", "a b", "x" * 256, "a\x00"])
def test_what_is_no_key_is_named(shop: Shop, key: str) -> None:
    status, problem, _ = shop.post(key=key)
    assert (status, problem["errors"][0]["field"], shop.orders) == (422, "Idempotency-Key", 0)


def test_other_methods_are_repeatable_by_nature(shop: Shop) -> None:
    numbers = [shop.post("/customer/orders/a", method="PUT")[1]["number"] for _ in range(2)]
    assert numbers == [1, 2]


def test_a_promise_that_cannot_be_kept_is_not_given(shop: Shop, transient_table: InMemoryDynamoDB) -> None:
    transient_table.is_away = True
    status, _, headers = shop.post()
    assert (status, shop.orders) == (503, 0)
    assert headers["Retry-After"]
    assert shop.post(key=None)[0] == 201
