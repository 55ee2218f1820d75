"""The API over a million assets: what `million.py` has made, served, and nginx beside it.

What the server does not have is told as "not there", and the rest is measured all the same.
"""

import http.client
import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from figure import Figure, Target, at_most, times_at_least, times_at_most
from ingest import Bench
from load import median_load, wrk
from peers import Nginx, has
from server import MeasureError, Reply, Server

STARTS = 3
REPEATS = 9
QUERIES = 1_000
POINTS = 300
SAMPLE = 20_000  # digests that are asked about
LOOKED_UP = 10_000
CHANGES = 1_000
LOADS = 3
LARGE_BYTES = 1_000_000_000
RANGES = 200
RANGE_SIZES_MB = (1, 4, 16)
BLOCK_BYTES = 1 << 20
DIGEST = re.compile(rb'"([0-9a-f]{64})":')
API = "/api/v1"
PACKED = {"Accept-Encoding": "gzip"}
NGINX = "nginx, same bytes"
WIDEST_ZOOM, CLOSEST_ZOOM = 0, 20
PLACES = ((48.0, 7.85), (48.86, 2.29), (35.66, 139.7), (-33.9, 18.4), (40.76, -73.99), (0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Library:
    """What is served: the data dir and its storage folders."""

    data_dir: Path
    roots: tuple[Path, ...]

    @classmethod
    def at(cls, data_dir: Path) -> "Library":
        """What `million.py` has made."""
        roots = sorted((data_dir / "away").iterdir())
        if not (data_dir / "million.json").exists():
            raise SystemExit(f"{data_dir} was not made by million.py, or not to its end")
        return cls(data_dir, tuple(roots))

    def served(self, bench: Bench) -> Server:
        """Start the server on it."""
        first, *others = self.roots
        words = [word for root in others for word in ("--storage_dir", str(root))]
        return bench.serve(first, self.data_dir, *words, "--rescan_interval", "0")


class Client:
    """Asks one thing after another on one connection, and takes the time."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        *,
        body: bytes | None = None,
        fine: Sequence[int] = (200,),
    ) -> tuple[float, Reply]:
        """Milliseconds until the last byte, and the answer.

        Raises:
            MeasureError: it is not there, or the answer is none of those that are fine.
        """
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = "application/json"
        begun = time.perf_counter()
        self._connection.request("POST" if body is not None else "GET", path, body, sent)
        response = self._connection.getresponse()
        received = response.read()
        took_ms = (time.perf_counter() - begun) * 1e3
        named = {name.lower(): value for name, value in response.getheaders()}
        if response.status == 404 and 404 not in fine:
            raise MeasureError(f"{path.partition('?')[0]}: not there")
        if response.status not in fine:
            raise MeasureError(f"{path} gave {response.status}: {received[:300]!r}")
        return took_ms, Reply(response.status, named, received)

    def stream(self, path: str, headers: dict[str, str] | None = None) -> tuple[float, float, int]:
        """Milliseconds until the first and the last byte of a body that is not kept; its size."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=headers or {})
        response = self._connection.getresponse()
        size = len(response.read(1))
        first_ms = (time.perf_counter() - begun) * 1e3
        while block := response.read(BLOCK_BYTES):
            size += len(block)
        if response.status not in (200, 206):
            raise MeasureError(f"{path} gave {response.status}")
        return first_ms, (time.perf_counter() - begun) * 1e3, size


def p99(values: Sequence[float]) -> float:
    """What 99 of 100 stay below."""
    return sorted(values)[int(len(values) * 0.99) - 1] if len(values) >= 100 else max(values)


def spread(name: str, took_ms: Sequence[float], half: Target, most: Target) -> Iterator[Figure]:
    """Median and 99th percentile."""
    yield Figure(f"{name}, p50", "ms", [statistics.median(took_ms)], half)
    yield Figure(f"{name}, p99", "ms", [p99(took_ms)], most)


def start_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """From the start of the process to the first answer."""
    listening = []
    for _ in range(STARTS):
        with library.served(bench) as server:
            listening.append(server.listening_s)
    yield Figure("start → first answer", "s", listening, at_most(1.5))


def list_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """`/list`: the first after a start, which is made while it is sent; then the kept one."""
    with library.served(bench) as server, closing(Client(server.port)) as client:
        first_ms, whole_ms, size = client.stream("/list")
        time.sleep(1)
        kept = [client.stream("/list") for _ in range(REPEATS)]
        nginx = _nginx_list(bench, server) if has("nginx") else []
        peak_mb = _largest_peak_mb(server)
    yield Figure("size of /list", "MB", [size / 1e6])
    yield Figure("/list made anew, first byte", "ms", [first_ms], at_most(100))
    yield Figure("/list made anew, whole", "ms", [whole_ms], None, NGINX, nginx)
    yield Figure("/list, first byte", "ms", [one[0] for one in kept], at_most(100))
    whole = [one[1] for one in kept]
    yield Figure("/list, whole", "ms", whole, times_at_most(5), NGINX, nginx)
    yield Figure("peak memory of a process meanwhile", "MB", [peak_mb], at_most(200))


def _nginx_list(bench: Bench, server: Server) -> list[float]:
    with Nginx(bench.work / "nginx") as nginx, closing(Client(nginx.port)) as client:
        (nginx.root / "list").write_bytes(server.get("/list").body)
        client.stream("/list")
        return [client.stream("/list")[1] for _ in range(REPEATS)]


def _largest_peak_mb(server: Server) -> float:
    """The most memory that any one process of the server has ever had (resident set)."""
    peaks = []
    for pid in server.watch.sample():
        status = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        peaks.append(int(found[1]) / 1e3 if found else 0.0)
    return max(peaks)


def timeline_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """The whole library's shape: the first time, again, and unchanged."""
    with library.served(bench) as server, closing(Client(server.port)) as client:
        cold_ms, reply = client.ask(f"{API}/timeline", PACKED)
        again = [client.ask(f"{API}/timeline", PACKED)[0] for _ in range(REPEATS)]
        tag = PACKED | {"If-None-Match": reply.headers.get("etag", "none")}
        unchanged = [client.ask(f"{API}/timeline", tag, fine=(304,))[0] for _ in range(3 * REPEATS)]
        day = "2019-07-14"
        items = [
            client.ask(f"{API}/timeline/items?day={day}&offset={10 * at}&limit=100")[0]
            for at in range(REPEATS)
        ]
    yield Figure("timeline's shape, on the wire", "MB", [len(reply.body) / 1e6], at_most(2))
    yield Figure("timeline's shape, cold", "ms", [cold_ms], at_most(300))
    yield Figure("timeline's shape, again", "ms", again)
    yield Figure("timeline's shape, 304", "ms", unchanged, at_most(10))
    yield Figure("100 items of a day", "ms", items)


def point_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """One asset, which of many are lacking, and what has changed."""
    with library.served(bench) as server, closing(Client(server.port)) as client:
        known = sample(server)
        assets = [client.ask(f"{API}/assets/{one}")[0] for one in known[:POINTS]]
        asked = known[: LOOKED_UP // 2] + [f"{at:064x}" for at in range(LOOKED_UP // 2)]
        body = json.dumps({"digests": asked}).encode()
        lookups = [client.ask(f"{API}/assets/lookup", body=body)[0] for _ in range(REPEATS)]
        yield Figure("one asset", "ms", assets, at_most(2))
        yield Figure("lookup of 10,000 digests", "ms", lookups, at_most(200))
        yield Figure("1,000 changes", "ms", _changes(client), at_most(20))


def _changes(client: Client) -> list[float]:
    took, since = [], ""
    for _ in range(2 * REPEATS):
        query = urlencode({"limit": CHANGES} | ({"since": since} if since else {}))
        took_ms, reply = client.ask(f"{API}/changes?{query}")
        took.append(took_ms)
        since = json.loads(reply.body)["cursor"]
    return took


def sample(server: Server) -> list[str]:
    """Digests from all over the library, in random order, always the same."""
    found = [one.decode() for one in DIGEST.findall(server.get("/list").body)]
    return random.Random(2).sample(found, min(SAMPLE, len(found)))


def queries(seed: int, count: int) -> Iterator[str]:
    """Two terms and a date, as people type them."""
    from life import FIRST_YEAR, JOURNEYS, KEYWORDS, LAST_YEAR, PEOPLE

    rng = random.Random(seed)
    terms = [*KEYWORDS, *PEOPLE, *(place.name.split()[0] for place in JOURNEYS)]
    terms += ["iphone", "pixel", "canon", "sony", "IMG", "DSC", "2019-07"]
    months = ["january", "march", "july", "august", "october", "december"]
    for _ in range(count):
        year = rng.randint(FIRST_YEAR, LAST_YEAR)
        date = rng.choice((f"{year}", f"{rng.choice(months)} {year}", f"{year - 2}..{year}"))
        yield f"{rng.choice(terms)} {rng.choice(terms)} {date}"


def search_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """Two terms and a date; facets; suggestions."""
    with library.served(bench) as server, closing(Client(server.port)) as client:
        took = [client.ask(f"{API}/search?q={quote(one)}")[0] for one in queries(1, QUERIES)]
        yield from spread("search, two terms and a date", took, at_most(15), at_most(60))
        few = list(queries(2, POINTS // 3))
        took = [client.ask(f"{API}/search/facets?q={quote(one)}")[0] for one in few]
        yield from spread("facets of a search", took, at_most(100), at_most(100))
        took = [client.ask(f"{API}/search/facets?q=")[0] for _ in range(REPEATS)]
        yield Figure("facets of everything", "ms", took, at_most(100))
        words = [one[:3] for one in few]
        took = [client.ask(f"{API}/search/suggestions?q={quote(one)}")[0] for one in words]
        yield from spread("suggestions", took, at_most(100), at_most(100))


def map_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """Viewports of a screen's size at each zoom, here and there; the slowest zoom counts."""
    with library.served(bench) as server, closing(Client(server.port)) as client:
        by_zoom = [
            statistics.median(client.ask(f"{API}/map?{_viewport(place, zoom)}")[0]
                              for place in PLACES for _ in range(3))
            for zoom in range(WIDEST_ZOOM, CLOSEST_ZOOM + 1)
        ]  # fmt: skip
    yield Figure("map viewport, the slowest zoom", "ms", [max(by_zoom)], at_most(50))
    yield Figure("map viewport, all zooms", "ms", by_zoom, at_most(50))


def _viewport(place: tuple[float, float], zoom: int) -> str:
    """A screen of 1,500 by 900 pixels, where a tile of the world is 256 at zoom 0."""
    latitude, longitude = place
    wide, high = 360 * 1500 / 256 / 2**zoom, 170 * 900 / 256 / 2**zoom
    edges = {
        "west": max(-180.0, longitude - wide / 2),
        "east": min(180.0, longitude + wide / 2),
        "south": max(-85.0, latitude - high / 2),
        "north": min(85.0, latitude + high / 2),
    }
    return urlencode({name: f"{value:.6f}" for name, value in edges.items()} | {"zoom": zoom})


def grid_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """The timeline's pictures over 32 connections, in turns with nginx."""
    if not (has("wrk") and has("nginx")):
        return
    with library.served(bench) as server, Nginx(bench.work / "nginx") as nginx:
        paths = []
        with closing(Client(server.port)) as client:
            for digest in sample(server)[: SAMPLE // 4]:
                path = f"{API}/assets/{digest}/renditions/grid"
                picture = client.ask(path, fine=(200, 404, 409, 422))[1]
                if picture.status == 200:
                    target = nginx.root / path[1:]
                    target.parent.mkdir(parents=True)
                    target.write_bytes(picture.body)
                    paths.append(path)
        if not paths:
            raise MeasureError("renditions/grid: not there")
        own, peer = [], []
        for _ in range(LOADS):
            own.append(wrk(server.port, paths, bench.load_s, bench.work))
            peer.append(wrk(nginx.port, paths, bench.load_s, bench.work))
        yield Figure(
            "`renditions/grid`, 32 connections",
            "/s",
            [one.rps for one in own],
            times_at_least(0.3),
            NGINX,
            [one.rps for one in peer],
        )
        yield Figure("the same, p99", "ms", [median_load(own).p99_ms], None, NGINX,
                     [median_load(peer).p99_ms])  # fmt: skip
        yield Figure("peak memory of a process meanwhile", "MB", [_largest_peak_mb(server)],
                     at_most(200))  # fmt: skip


def original_figures(bench: Bench, library: Library) -> Iterator[Figure]:
    """A film of a gigabyte, whole and by ranges."""
    del library
    if not has("nginx"):
        return
    folder = bench.work / "large"
    film = folder / "film.mp4"
    _make_film(film)
    with (
        bench.serve(folder, bench.work / "large-data", "--rescan_interval", "0") as server,
        Nginx(bench.work / "nginx") as nginx,
        closing(Client(server.port)) as own,
        closing(Client(nginx.port)) as peer,
    ):
        for health in server.progress():
            if health.identified(1):
                break
        found = DIGEST.search(server.get("/list").body)
        assert found
        path = f"{API}/assets/{found[1].decode()}/original"
        own.ask(path, {"Range": "bytes=0-0"}, fine=(206,))
        (nginx.root / "film.mp4").symlink_to(film)
        yield from _speeds("1 GB original, whole", own, peer, path, lambda at: {}, 3)
        for size_mb in RANGE_SIZES_MB:
            name = f"1 GB original, by ranges of {size_mb} MB"
            yield from _speeds(name, own, peer, path, _ranges(size_mb * 1_000_000), RANGES)


def _ranges(size: int) -> Callable[[int], dict[str, str]]:
    """The header of the n-th request for so many bytes from anywhere."""
    rng = random.Random(3)
    starts = [rng.randrange(LARGE_BYTES - size) for _ in range(RANGES)]
    return lambda at: {"Range": f"bytes={starts[at]}-{starts[at] + size - 1}"}


def _make_film(film: Path) -> None:
    """The bytes of no film, of its size: only the name counts here."""
    if film.exists() and film.stat().st_size == LARGE_BYTES:
        return
    film.parent.mkdir(parents=True, exist_ok=True)
    block = random.Random(4).randbytes(1_000_000)
    with film.open("wb") as out:
        for at in range(LARGE_BYTES // len(block)):
            out.write(at.to_bytes(8, "big") + block[8:])


def _speeds(
    name: str,
    own: Client,
    peer: Client,
    path: str,
    headers: Callable[[int], dict[str, str]],
    times: int,
) -> Iterator[Figure]:
    """Megabytes a second, in turns."""
    speeds: tuple[list[float], list[float]] = ([], [])
    for at in range(times):
        for client, where, into in ((own, path, speeds[0]), (peer, "/film.mp4", speeds[1])):
            _, whole_ms, size = client.stream(where, headers(at))
            into.append(size / 1e3 / whole_ms)
    yield Figure(
        name,
        "MB/s",
        [statistics.median(speeds[0])],
        times_at_least(0.7),
        NGINX,
        [statistics.median(speeds[1])],
    )


def measure(bench: Bench, data_dir: Path) -> list[Iterator[Figure]]:
    """The parts, each by itself."""
    library = Library.at(data_dir)
    parts = (
        start_figures,
        list_figures,
        timeline_figures,
        point_figures,
        search_figures,
        map_figures,
        grid_figures,
        original_figures,
    )
    return [part(bench, library) for part in parts]


def recipe(data_dir: Path) -> dict[str, Any]:
    """What is in it."""
    found: dict[str, Any] = json.loads((data_dir / "million.json").read_text())
    return found


def ensure(data_dir: Path, assets: int, *, one_day: int = 0) -> Path:
    """The data dir, made now if it is not there yet."""
    if not (data_dir / "million.json").exists():
        script = str(Path(__file__).with_name("million.py"))
        options = [str(data_dir), "--assets", str(assets), "--one-day", str(one_day)]
        subprocess.run([sys.executable, script, *options], check=True)
    return data_dir
