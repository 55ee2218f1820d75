"""All routes of `/api/v1`, from the parts that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.catalog.database import Catalog
from media_server.library.places import find_place
from media_server.web.api.assets import Assets
from media_server.web.api.changes import ChangesApi
from media_server.web.api.description import Description
from media_server.web.api.downloads import Downloads
from media_server.web.api.folders import Folders
from media_server.web.api.health import HealthApi
from media_server.web.api.libraries import LibrariesApi
from media_server.web.api.manifest import Manifest
from media_server.web.api.map_file import MapFileApi
from media_server.web.api.originals import Originals
from media_server.web.api.pending import PendingApi
from media_server.web.api.places import PlacesApi
from media_server.web.api.renditions import Renditions
from media_server.web.api.search import SearchApi
from media_server.web.api.timeline import Timeline
from media_server.web.metrics import Metrics
from media_server.web.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.catalog.lookup import Lookup
    from media_server.library.status import StatusBoard
    from media_server.model.settings import Settings
    from media_server.store.large import LargeStore
    from media_server.store.small import SmallStore
    from media_server.web.metrics import Tally
    from media_server.web.on_demand import OnDemand
    from media_server.web.route import Route


# For what reads a whole library at once, and is asked for seldom.
_WHOLE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the API answers with.

    Attributes:
        catalog: with a limit on the time of each question.
        lookup: point questions on the event loop.
        small: for the event loop alone. large: of this process.
        on_demand: makes pictures that are asked for.
        board: what the library process is doing.
        settings: in force.
        scan_now: has the libraries scanned soon.
        tally: of requests answered.
    """

    catalog: Catalog
    lookup: Lookup
    small: SmallStore
    large: LargeStore
    on_demand: OnDemand
    board: StatusBoard
    settings: Settings
    scan_now: Callable[[], None]
    tally: Tally


def routes(parts: Parts) -> list[Route]:
    """The rows of the table."""
    transfers = Transfers()
    patient = Catalog(parts.catalog.path, time_limit_s=_WHOLE_S)
    searching = SearchApi(parts.catalog, find_place)
    # In the order in which the description tells them.
    found = [
        *Timeline(parts.catalog, searching.tree).routes(),
        *Assets(parts.catalog).routes(),
        *Renditions(parts.lookup, parts.small, parts.large, parts.on_demand).routes(),
        *Originals(parts.catalog, transfers).routes(),
        *PendingApi(parts.catalog, parts.on_demand).routes(),
        *Downloads(patient, transfers, searching.tree).routes(),
        *Manifest(patient, transfers, searching.tree).routes(),
        *searching.routes(),
        *ChangesApi(parts.catalog, parts.lookup).routes(),
        *Folders(parts.catalog).routes(),
        *PlacesApi(parts.catalog).routes(),
        *MapFileApi(parts.settings.map_file, transfers).routes(),
        *HealthApi(parts.catalog).routes(),
        *LibrariesApi(parts.catalog, parts.board, parts.settings, parts.scan_now).routes(),
        *Metrics(parts.catalog, parts.board, parts.large, parts.tally).routes(),
    ]
    return [*found, *Description(found, parts.settings.base_path).routes()]
