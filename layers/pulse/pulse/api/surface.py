"""What a function answers to, imported when it is asked for: a cold start waits for one request's modules alone."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from pulse.api.routes import VERSION_PREFIX, Routes

type Areas = tuple[str, ...]
"""Paths that a module has routes at or below, without the version prefix: `/customer/devices`."""


class Surface:
    """The route modules of a package, each with its areas. A module's `routes` are handed out once."""

    def __init__(self, package: str, modules: Mapping[str, Areas]) -> None:
        self.package = package
        self.modules = modules
        self._waiting = dict(modules)

    def at(self, path: str) -> Iterator[Routes]:
        """Import whatever may have a route for a request's path and has not been handed out yet."""
        path = path.removeprefix(VERSION_PREFIX)
        return self._take([name for name, areas in self._waiting.items() if _is_in(path, areas)])

    def rest(self) -> Iterator[Routes]:
        """Import all that has not been handed out yet."""
        return self._take(list(self._waiting))

    def _take(self, names: list[str]) -> Iterator[Routes]:
        for name in names:
            routes: Routes = import_module(f"{self.package}.{name}").routes
            areas = self._waiting.pop(name)
            for route in routes:
                if not _is_in(route.path, areas):
                    message = f"{route.path} is in none of the areas that {self.package}.{name} is declared with"
                    raise ValueError(message)
            yield routes


def _is_in(path: str, areas: Areas) -> bool:
    return any(path == area or path.startswith(f"{area}/") for area in areas)
