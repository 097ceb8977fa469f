"""Routes: one declaration carries method, paths, permission, models and description.

A route can't be declared without saying who may call it: `permission` has no default.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Final, Literal, get_args

from aws_lambda_powertools.event_handler.openapi.params import Body

from pulse.api.etags import IfMatch
from pulse.api.filters import Start
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName

type Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Public(Enum):
    """Stands in place of a permission where everybody may call, without a token."""

    PUBLIC = "public"


PUBLIC: Final = Public.PUBLIC
VERSION_PREFIX: Final = "/api/v1"
"""What is served below this is the same without it."""
JSON: Final = "application/json"
CSV: Final = "text/csv"
ZIP: Final = "application/zip"
CALENDAR: Final = "text/calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method on one path. `path` has its parameters in angle brackets, as `/customer/devices/<device_id>`."""

    method: Method
    path: str
    permission: Permission | Public
    function: Callable[..., Any]
    tag: str
    also: tuple[HTTPStatus, ...] = ()
    status: HTTPStatus = HTTPStatus.OK
    answers_secret: bool = False
    produces: str = JSON
    limits: tuple[LimitName, ...] = ()
    while_suspended: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Method and path as OpenAPI writes it."""
        return (self.method, self.path.replace("<", "{").replace(">", "}"))

    def is_at(self, path: str) -> bool:
        """Whether a request's path leads here."""
        pattern = re.sub(r"<\w+>", "[^/]+", self.path)
        return re.fullmatch(pattern, path.removeprefix(VERSION_PREFIX)) is not None

    @property
    def operation_id(self) -> str:
        """The function's name, and for a path of another version or plane that one."""
        version = "_v2" if self.path.startswith("/api/v2/") else ""
        plane = "operator_" if self.path.startswith("/operator/") else ""
        return f"{plane}{self.function.__name__}{version}"

    @property
    def summary(self) -> str:
        """First line of the function's docstring."""
        return self._documentation.partition("\n")[0].removesuffix(".")

    @property
    def description(self) -> str | None:
        """The rest of the function's docstring."""
        return self._documentation.partition("\n")[2].strip() or None

    @property
    def statuses(self) -> tuple[HTTPStatus, ...]:
        """The problems that a caller must expect; 503 of any route, while the database does not answer."""
        expected = {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE, *self.also}
        if self.permission is not PUBLIC:
            expected |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
        if self.limits:
            expected.add(HTTPStatus.TOO_MANY_REQUESTS)
        if self.takes_idempotency_key:
            expected.add(HTTPStatus.CONFLICT)
        if "<" in self.path:
            expected.add(HTTPStatus.NOT_FOUND)
        if self._takes(lambda annotation: annotation is IfMatch):
            expected.add(HTTPStatus.PRECONDITION_FAILED)
        if self._takes(lambda annotation: annotation is Start):
            expected.add(HTTPStatus.BAD_REQUEST)
        if self._takes(lambda annotation: any(isinstance(part, Body) for part in get_args(annotation))):
            expected |= {HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
        return tuple(sorted(expected))

    @property
    def needs_subscription(self) -> bool:
        """Whether it changes something of a tenant, which takes a subscription in force where there is any."""
        reads = self.method == "GET" or self.while_suspended
        return not (reads or isinstance(self.permission, Public) or self.permission.is_of_operators)

    @property
    def takes_idempotency_key(self) -> bool:
        """Whether the request may be marked as one that is to be carried out once (`pulse.api.idempotency`)."""
        return self.method == "POST" and self.permission is not PUBLIC

    def _takes(self, fits: Callable[[Any], bool]) -> bool:
        return any(fits(annotation) for annotation in inspect.get_annotations(self.function).values())

    @property
    def _documentation(self) -> str:
        return inspect.getdoc(self.function) or self.function.__name__


class Routes:
    """The routes of one concept, in the order of their declaration."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def get[F: Callable[..., Any]](
        self,
        *paths: str,
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...] = (),
        produces: str = JSON,
        limits: tuple[LimitName, ...] = (),
    ) -> Callable[[F], F]:
        """Declare a reading route.

        `also` names problems beyond those that follow from the declaration, `limits` those on a user beyond those of
        every request, which are counted when what was sent is in order. A route that `produces` something else than
        JSON returns a `Response` with a text.
        """
        return self._declare("GET", paths, permission, also, HTTPStatus.OK, produces=produces, limits=limits)

    def post[F: Callable[..., Any]](
        self,
        *paths: str,
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...] = (),
        status: HTTPStatus = HTTPStatus.OK,
        answers_secret: bool = False,
        produces: str = JSON,
        limits: tuple[LimitName, ...] = (),
        while_suspended: bool = False,
    ) -> Callable[[F], F]:
        """Declare a route that creates (`status` CREATED) or does something; `produces` and `limits` as for `get`.

        Limits of a public route are on the caller's address. An answer with a secret in it is not kept for a repeated
        `Idempotency-Key`, which then answers 409. `while_suspended` is for what a tenant may do without a subscription
        in force: what reads although it is a POST, leaving, and asking for a renewal.
        """
        return self._declare(
            "POST",
            paths,
            permission,
            also,
            status,
            answers_secret=answers_secret,
            produces=produces,
            limits=limits,
            while_suspended=while_suspended,
        )

    def put[F: Callable[..., Any]](
        self, *paths: str, permission: Permission | Public, also: tuple[HTTPStatus, ...] = ()
    ) -> Callable[[F], F]:
        """Declare a route that replaces something as a whole."""
        return self._declare("PUT", paths, permission, also, HTTPStatus.OK)

    def patch[F: Callable[..., Any]](
        self, *paths: str, permission: Permission | Public, also: tuple[HTTPStatus, ...] = ()
    ) -> Callable[[F], F]:
        """Declare a route that changes those fields of something that are sent."""
        return self._declare("PATCH", paths, permission, also, HTTPStatus.OK)

    def delete[F: Callable[..., None]](
        self,
        *paths: str,
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...] = (),
        while_suspended: bool = False,
    ) -> Callable[[F], F]:
        """Declare a route that takes something away and answers nothing (204); `while_suspended` as for `post`."""
        return self._declare("DELETE", paths, permission, also, HTTPStatus.NO_CONTENT, while_suspended=while_suspended)

    def _declare[F: Callable[..., Any]](
        self,
        method: Method,
        paths: tuple[str, ...],
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...],
        status: HTTPStatus,
        *,
        answers_secret: bool = False,
        produces: str = JSON,
        limits: tuple[LimitName, ...] = (),
        while_suspended: bool = False,
    ) -> Callable[[F], F]:
        def declare(function: F) -> F:
            self._routes += [
                Route(
                    method=method,
                    path=path,
                    permission=permission,
                    function=function,
                    tag=self.tag,
                    also=also,
                    status=status,
                    answers_secret=answers_secret,
                    produces=produces,
                    limits=limits,
                    while_suspended=while_suspended,
                )
                for path in paths
            ]
            return function

        return declare
