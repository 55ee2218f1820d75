"""The API over a library, in this process: what the web process builds, without a socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from media_server.catalog.database import Catalog
from media_server.catalog.lookup import Lookup
from media_server.library.status import StatusBoard
from media_server.model.settings import Settings
from media_server.store.small import SmallStore
from media_server.web.api import table
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.metrics import Tally
from media_server.web.on_demand import OnDemand
from media_server.web.router import Router
from support.asgi import Answer, ask

if TYPE_CHECKING:
    from media_server.web.route import Route
    from support.library import Served


class Site:
    """Asks the API about a library."""

    def __init__(self, served: Served, **settings: Any) -> None:
        """Build the API over what is there now, with some settings of its own."""
        self.rung = 0
        catalog = Catalog(served.catalog_path, time_limit_s=10.0)
        large = served.large()
        tally = Tally()
        self.parts = table.Parts(
            catalog=catalog,
            lookup=Lookup(catalog),
            small=SmallStore(served.small_path),
            large=large,
            on_demand=OnDemand(catalog, SmallStore(served.small_path), large, served.jails),
            board=StatusBoard(),
            settings=Settings(storage_dir=served.roots, **settings),
            scan_now=self._ring,
            tally=tally,
        )
        self.routes: list[Route] = table.routes(self.parts)
        self.application = Application(Router(self.routes), Gate(), tally=tally)

    def _ring(self) -> None:
        self.rung += 1

    def ask(self, path: str, *, method: str = "GET", body: object = None, **headers: str) -> Answer:
        """Ask one thing; a body is sent as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else msgspec.json.encode(body)
            sent.setdefault("content-type", "application/json")
        return asyncio.run(ask(self.application, path, method=method, headers=sent, body=data))

    def get(self, path: str) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self.ask(path)
        assert answer.status == 200, answer.body
        return answer.json()

    def refused(self, path: str, **asked: Any) -> tuple[int, str]:
        """Status and code of an answer that must be a problem."""
        answer = self.ask(path, **asked)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status, answer.json()["code"]
