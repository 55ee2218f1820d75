"""Finding the route of a request: a tree of segments, so that a long table costs nothing."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from media_server.web.route import Route


class Found(NamedTuple):
    """What the table has for a path.

    Attributes:
        route: its row.
        names: of the segments that are not fixed, from the left.
        waits: whether its answer may wait for the disk, and is called in a thread.
    """

    route: Route
    names: tuple[str, ...]
    waits: bool


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    free: _Node | None = None  # any segment that is not among the fixed ones
    routes: dict[str, Found] = field(default_factory=dict)


class Router:
    """The table of routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Take the table.

        Raises:
            ValueError: two rows answer the same.
        """
        self.routes = tuple(routes)
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path[1:].split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.free = node = node.free or _Node()
            else:
                node = node.fixed.setdefault(segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"two routes answer {route.method} {route.path}")
        waits = not inspect.iscoroutinefunction(route.answer)
        node.routes[route.method] = Found(route, tuple(names), waits)

    def find(self, method: str, path: str) -> tuple[Found, Mapping[str, str]]:
        """The row for a request, and the segments it names.

        Raises:
            Refusal: there is none, or none for this method.
        """
        node, values = self._walk(path)
        if node is None:
            raise Refusal("not_found")
        found = node.routes.get("GET" if method == "HEAD" else method)
        if found is None:
            raise Refusal("method_not_allowed", headers={"Allow": _allowed(node)})
        return found, dict(zip(found.names, values, strict=True))

    def allowed(self, path: str) -> str | None:
        """The methods that a path answers, as `Allow` lists them; None for no such path."""
        node, _ = self._walk(path)
        return None if node is None else _allowed(node)

    def _walk(self, path: str) -> tuple[_Node | None, list[str]]:
        node, values = self._root, []
        for segment in path[1:].split("/"):
            following = node.fixed.get(segment)
            if following is None:
                following = node.free
                if following is None or not segment:
                    return None, []
                values.append(segment)
            node = following
        return (node if node.routes else None), values


def _allowed(node: _Node) -> str:
    methods = [one for method in node.routes for one in _with_head(method)]
    return ", ".join([*methods, "OPTIONS"])


def _with_head(method: str) -> tuple[str, ...]:
    return ("GET", "HEAD") if method == "GET" else (method,)
