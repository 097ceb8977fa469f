"""What can go wrong on the way to somebody else's host."""


class OutboundError(Exception):
    """Something was not delivered. `permanent` says that trying again changes nothing.

    The message is for the person who looks after the destination, and has no secret in it. `status` is the protocol's
    own code, `answer` the beginning of what came back, `retry_after_seconds` the wish of the other side.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        status: int | None = None,
        answer: str = "",
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.status = status
        self.answer = answer
        self.retry_after_seconds = retry_after_seconds


class RefusedDestinationError(OutboundError):
    """The door does not open for this host; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)
