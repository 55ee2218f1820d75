"""The routes of the specification, and `/healthz`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.web.route import Route, always

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def routes(listed: ASGIApp, pictured: ASGIApp, health: ASGIApp) -> list[Route]:
    """The rows of the table: who answers `/list`, `/thumbnail/…` and `/healthz`."""
    return [
        Route(method="GET", path="/list", needs="read", answer=always(listed)),
        Route(method="GET", path="/thumbnail/{digest}", needs="read", answer=always(pictured)),
        Route(method="GET", path="/healthz", needs="open", answer=always(health)),
    ]
