"""Queues, their dead letters, and the outbox."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.operations import queues
from pulse.operations.queues import OutboxHealth, QueueList, QueueSample, Redriven

routes = Routes("Operator: queues")
_CONFLICT = (HTTPStatus.CONFLICT,)


class RedriveQueue(Input):
    """How much to put back."""

    most: int = Field(1000, ge=1, le=10_000, description="Most messages")


@routes.get("/operator/queues", permission=Permission.OPERATOR_READ_QUEUES)
def list_queues() -> QueueList:
    """List queues with what waits in them, those of failures first."""
    return queues.list_queues(principal(), origin=origin())


@routes.get("/operator/queues/<queue_name>/messages", permission=Permission.OPERATOR_READ_QUEUES, also=_CONFLICT)
def sample_queue(
    queue_name: Name, limit: Annotated[int, Query(ge=1, le=10, description="Most messages")] = 10
) -> QueueSample:
    """Look at some messages of a queue of failures; they stay there."""
    return queues.sample_queue(principal(), queue_name, limit=limit, origin=origin())


@routes.post("/operator/queues/<queue_name>/redrive", permission=Permission.OPERATOR_MANAGE_QUEUES, also=_CONFLICT)
def redrive_queue(queue_name: Name, body: Annotated[RedriveQueue | None, Body()] = None) -> Redriven:
    """Put messages of a queue of failures back to where they failed.

    It ends after 15 seconds, with what is left in the answer. The body may be left out.
    """
    most = (body or RedriveQueue(most=1000)).most
    return queues.redrive_queue(principal(), queue_name, most=most, origin=origin())


@routes.post(
    "/operator/queues/<queue_name>/purge",
    permission=Permission.OPERATOR_MANAGE_QUEUES,
    status=HTTPStatus.NO_CONTENT,
    also=_CONFLICT,
)
def purge_queue(queue_name: Name) -> None:
    """Delete everything in a queue of failures, for good."""
    queues.purge_queue(principal(), queue_name, origin=origin())


@routes.get("/operator/outbox", permission=Permission.OPERATOR_READ_QUEUES)
def get_outbox() -> OutboxHealth:
    """Read how many events wait to be published, for how long, and which the bus turns down."""
    return queues.get_outbox(principal(), origin=origin())
