"""What the server answers: a table of routes, each with what it needs, takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Scope

    from media_server.web.problem import ProblemCode

Need = Literal["open", "read", "change", "admin"]
"""What a route asks of whoever uses it, each of them including the one before."""

NEEDS: Final[tuple[Need, ...]] = ("open", "read", "change", "admin")

Query = TypeVar("Query")
Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """One request, checked for form.

    Attributes:
        scope: of the ASGI request.
        path: the parts of the path that the route names, percent-decoded.
        query: the route's `query`, None where it has none.
        body: the route's `body`, None where it has none.
    """

    scope: Scope
    path: Mapping[str, str]
    query: Query
    body: Body


@dataclass(frozen=True, slots=True)
class Media:
    """A body that is no JSON, as the description of the API names it."""

    mime: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the table.

    Attributes:
        method: GET (which answers HEAD too) or a method that changes something.
        path: with `{name}` for a segment that is not fixed.
        needs: what whoever asks must have.
        answer: takes the call and gives what sends the answer. A plain function is called in a
            thread and may wait for the disk; an `async` one must not.
        group: under which heading the description shows it; empty for what is no part of it.
        summary: one line, without a full stop. detail: more about it, as Markdown paragraphs.
        query, body: msgspec Structs; what is not in them is refused.
        max_body_bytes: of the request.
        gives: type of the JSON answer, or a `Media`; None for an answer without a body.
        status: of the answer when all is well.
        elsewhere: what a 303 leads to, a short phrase; empty where there is none.
        refuses: codes of the problems that this route may answer with, besides those of all.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    needs: Need
    answer: Callable[[Call[Any, Any]], ASGIApp] | Callable[[Call[Any, Any]], Awaitable[ASGIApp]]
    group: str = ""
    summary: str = ""
    detail: str = ""
    query: type[Any] | None = None
    body: type[Any] | None = None
    max_body_bytes: int = 1 << 20
    gives: Any = None
    status: int = 200
    elsewhere: str = ""
    refuses: tuple[ProblemCode, ...] = field(default=())


def always(app: ASGIApp) -> Callable[[Call[Any, Any]], Awaitable[ASGIApp]]:
    """What answers each call with the same application."""

    async def answer(call: Call[Any, Any]) -> ASGIApp:
        del call
        return app

    return answer
