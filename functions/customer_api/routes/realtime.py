"""The way in to live updates."""

from http import HTTPStatus

from pulse.api.request import principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.identity.tickets import Ticket, issue_ticket

routes = Routes("Live updates")


@routes.post(
    "/customer/realtime/tickets",
    permission=Permission.FOLLOW_LIVE,
    status=HTTPStatus.CREATED,
    answers_secret=True,
    while_suspended=True,
)
def create_ticket() -> Ticket:
    """Fetch a ticket for a WebSocket connection.

    Connect to its `url` within 30 seconds; a ticket is good for one connection. What may be said over the connection,
    and what is heard, is in docs/realtime.md.
    """
    return issue_ticket(principal())
