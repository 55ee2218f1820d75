"""The gate: what a request may do. Nothing is answered that has not passed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from media_server.web.route import Route


class Gate:
    """Decides on each request before its route sees it."""

    def admit(self, scope: Scope, route: Route) -> None:
        """Let a request in.

        Raises:
            Refusal: it may not be answered.
        """
