"""Routes: one declaration carries method, paths, permission, models and description.

A route can't be declared without saying who may call it: `permission` has no default.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Final, Literal

from pulse.api.etags import IfMatch
from pulse.identity.permissions import Permission

type Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Public(Enum):
    """Stands in place of a permission where everybody may call, without a token."""

    PUBLIC = "public"


PUBLIC: Final = Public.PUBLIC


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

    @property
    def key(self) -> tuple[str, str]:
        """Method and path as OpenAPI writes it."""
        return (self.method, self.path.replace("<", "{").replace(">", "}"))

    @property
    def operation_id(self) -> str:
        """The function's name, and for a path of another version that version."""
        version = "_v2" if self.path.startswith("/api/v2/") else ""
        return f"{self.function.__name__}{version}"

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
        """The problems that a caller must expect, apart from those of the server."""
        expected = set(self.also)
        if self.permission is not PUBLIC:
            expected |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        if "<" in self.path:
            expected.add(HTTPStatus.NOT_FOUND)
        parameters = inspect.signature(self.function).parameters.values()
        if parameters:
            expected.add(HTTPStatus.UNPROCESSABLE_ENTITY)
        if any(parameter.annotation is IfMatch for parameter in parameters):
            expected.add(HTTPStatus.PRECONDITION_FAILED)
        return tuple(sorted(expected))

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
        self, *paths: str, permission: Permission | Public, also: tuple[HTTPStatus, ...] = ()
    ) -> Callable[[F], F]:
        """Declare a reading route; `also` names problems beyond those that follow from the declaration."""
        return self._declare("GET", paths, permission, also, HTTPStatus.OK)

    def post[F: Callable[..., Any]](
        self,
        *paths: str,
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...] = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Callable[[F], F]:
        """Declare a route that creates (`status` CREATED) or does something."""
        return self._declare("POST", paths, permission, also, status)

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
        self, *paths: str, permission: Permission | Public, also: tuple[HTTPStatus, ...] = ()
    ) -> Callable[[F], F]:
        """Declare a route that takes something away and answers nothing (204)."""
        return self._declare("DELETE", paths, permission, also, HTTPStatus.NO_CONTENT)

    def _declare[F: Callable[..., Any]](
        self,
        method: Method,
        paths: tuple[str, ...],
        permission: Permission | Public,
        also: tuple[HTTPStatus, ...],
        status: HTTPStatus,
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
                )
                for path in paths
            ]
            return function

        return declare
