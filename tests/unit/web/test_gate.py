"""Who gets to which route: the whole table, by every kind of client, in every method."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from media_server.model.access import Access
from media_server.web import contract
from media_server.web.application import Application
from media_server.web.gate import ANYONE, Gate, Principal, may_go_on, principal_of
from media_server.web.gate.arrival import Proxies
from media_server.web.gate.hosts import Hosts
from media_server.web.gate.sessions import LASTS_S, Sessions
from media_server.web.login import Login
from media_server.web.problem import Refusal
from media_server.web.route import NEEDS, Route, always
from media_server.web.router import Router
from support.asgi import Answer, ask
from support.site import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

    from media_server.web.route import Need
    from support.library import Served

TOKEN = "correct-horse-battery"
WITH_TOKEN = Access(sha256(TOKEN.encode()).digest())
OPEN = Access(open_to_network=True)
NAS = Hosts("0.0.0.0", ["nas.local"])
REACHED = 204
AWAY = "192.168.1.7"


class Clock:
    """Tells the time it is told."""

    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


def reached(routes: list[Route]) -> list[Route]:
    """The same table, where getting to a route is all that happens."""
    marker = always(Response(status_code=REACHED))
    return [replace(one, answer=marker, query=None, body=None) for one in routes]


@pytest.fixture
def table(served: Served) -> list[Route]:
    """The table that the program answers by."""
    served.run()
    stub = Response()
    return reached(
        [
            *contract.routes(stub, stub, stub),
            *Site(served).routes,
            *Login(Gate(WITH_TOKEN)).routes(),
        ]
    )


def address_of(route: Route) -> str:
    return route.path.replace("{", "").replace("}", "")


def tell(
    gate: Gate,
    routes: list[Route],
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    client: str = "127.0.0.1",
) -> Answer:
    application = Application(Router(routes), gate)
    return asyncio.run(ask(application, path, method=method, headers=headers, client=client))


def cookie_gate() -> tuple[Gate, dict[str, str], Clock]:
    """A gate, the header of somebody who has signed in there, and the clock of his session."""
    clock = Clock()
    sessions = Sessions("", b"key", now=clock)
    gate = Gate(WITH_TOKEN, hosts=NAS, sessions=sessions)
    cookie = f"media-server-{sessions.server}={sessions.begin()}"
    return gate, {"cookie": cookie}, clock


def refused_as(need: Need, rights: Need, status: int) -> int:
    return REACHED if NEEDS.index(need) <= NEEDS.index(rights) else status


CLIENTS: dict[str, tuple[Access, dict[str, str], str, Need, int]] = {
    "loopback": (Access(), {}, "127.0.0.1", "admin", 0),
    "loopback, IPv6": (Access(), {}, "::1", "admin", 0),
    "through a proxy": (Access(), {"x-forwarded-for": "10.0.0.1"}, "127.0.0.1", "open", 403),
    "open, from here": (OPEN, {}, "127.0.0.1", "admin", 0),
    "open, from away": (OPEN, {"host": "nas.local"}, "192.168.1.7", "change", 403),
    "open, a proxy": (OPEN, {"x-real-ip": "127.0.0.1"}, "127.0.0.1", "change", 403),
    "open, a silent proxy": (OPEN, {"host": "nas.local"}, "127.0.0.1", "change", 403),
    "no token": (WITH_TOKEN, {}, "127.0.0.1", "open", 401),
    "no token, from away": (WITH_TOKEN, {"host": "nas.local"}, "192.168.1.7", "open", 401),
    "right token": (WITH_TOKEN, {"authorization": f"bearer  {TOKEN}"}, "192.168.1.7", "admin", 0),
    "another scheme": (WITH_TOKEN, {"authorization": f"Basic {TOKEN}"}, "1.2.3.4", "open", 401),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_whole_table(client: str, table: list[Route]) -> None:
    access, headers, address, rights, status = CLIENTS[client]
    gate = Gate(access, hosts=NAS)
    assert {one.needs for one in table} == set(NEEDS)
    for route in table:
        path, expected = address_of(route), refused_as(route.needs, rights, status)
        methods = (route.method, "HEAD") if route.method == "GET" else (route.method,)
        for method in methods:
            answer = tell(gate, table, path, method=method, headers=headers, client=address)
            assert answer.status == expected, (method, path)
            assert ("www-authenticate" in answer.headers) == (answer.status == 401)
        for method, other in (("OPTIONS", 200), ("PATCH", 405)):
            answer = tell(gate, table, path, method=method, headers=headers, client=address)
            assert answer.status == other, (method, path)
            assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_whole_table_with_a_wrong_token(table: list[Route]) -> None:
    headers = {"authorization": "Bearer wrong", "accept": "text/html"}
    for route in table:
        for method in (route.method, "OPTIONS", "PATCH", "HEAD"):
            gate = Gate(WITH_TOKEN, hosts=NAS)
            answer = tell(gate, table, address_of(route), method=method, headers=headers)
            assert answer.status == 401, (method, route.path)
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_the_whole_table_with_a_cookie(table: list[Route]) -> None:
    for route in table:
        gate, headers, clock = cookie_gate()
        path, method = address_of(route), route.method
        assert tell(gate, table, path, method=method, headers=headers).status == REACHED
        clock.now_s += LASTS_S - 1
        assert tell(gate, table, path, method=method, headers=headers).status == REACHED
        clock.now_s += 1
        expected = refused_as(route.needs, "open", 401)
        assert tell(gate, table, path, method=method, headers=headers).status == expected


def test_nothing_is_said_that_has_not_passed(table: list[Route]) -> None:
    class Closed(Gate):
        def meet(self, scope: Scope) -> None:
            raise Refusal("misdirected")

    class Half(Gate):
        def admit(self, scope: Scope, route: Route) -> None:
            raise Refusal("not_allowed")

    paths = [*map(address_of, table), "/", "/nowhere", "*"]
    for path in paths:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            assert tell(Closed(), table, path, method=method).status == 421
            assert tell(Half(), table, path, method=method).status != REACHED


def test_rows_cannot_be_without_their_needs() -> None:
    with pytest.raises(TypeError, match="needs"):
        Route(method="GET", path="/x", answer=always(Response()))  # type: ignore[call-arg]


def test_who_has_not_come_through_the_gate_is_anyone() -> None:
    assert principal_of({"principal": "admin"}) is principal_of({}) is ANYONE
    assert Principal("x", "read").may("open")
    assert not Principal("x", "read").may("change")


@pytest.fixture
def rows() -> list[Route]:
    stub = Response()
    return reached(contract.routes(stub, stub, stub))


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/list", "%2Flist"),
        ("//list?a=%2F&b", "%2Flist%3Fa%3D%252F%26b"),
        ("/thumbnail/%0d%0aSet-Cookie:x", "%2Fthumbnail%2F%250D%250ASet-Cookie%253Ax"),
        ("/thumbnail/é", "%2Fthumbnail%2F%25C3%25A9"),
    ],
)
def test_people_are_sent_to_the_form(path: str, following: str, rows: list[Route]) -> None:
    headers = {"accept": "text/html,*/*"}
    for method in ("GET", "HEAD"):
        answer = tell(Gate(WITH_TOKEN), rows, path, method=method, headers=headers)
        assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
        assert answer.headers["location"] == f"/login?next={following}"
    assert tell(Gate(WITH_TOKEN), rows, path).status == 401


def test_a_session_that_is_unknown_or_of_another_name(rows: list[Route]) -> None:
    gate, headers, _ = cookie_gate()
    name, _, session = headers["cookie"].partition("=")
    for cookie in (f"{name}=", f"{name}={'0' * 64}", f"__Host-{name}={session}", f"x={session}"):
        assert tell(gate, rows, "/list", headers={"cookie": cookie}).status == 401
    # Another one that a page of the same host has put beside it takes nothing away.
    beside = f"{name}=evil; x=y; {name}={session}"
    assert tell(gate, rows, "/list", headers={"cookie": beside}).status == REACHED
    many = f"{name}=evil; " * 5_000 + headers["cookie"]
    assert tell(gate, rows, "/list", headers={"cookie": many}).status == 401


def test_guessing_is_slowed_down_for_who_guesses(rows: list[Route]) -> None:
    gate = Gate(WITH_TOKEN, hosts=NAS)
    wrong = {"authorization": "Bearer wrong"}
    right = {"authorization": f"Bearer {TOKEN}"}
    said = [tell(gate, rows, "/healthz", headers=wrong, client=AWAY).status for _ in range(8)]
    assert said == [401] * 5 + [429] * 3
    answer = tell(gate, rows, "/list", headers=right, client=AWAY)
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["code"] == "too_many_requests"
    assert tell(gate, rows, "/list", headers=right, client="192.168.1.8").status == REACHED
    # He who waits is no guesser, and may see what everyone may.
    assert tell(gate, rows, "/healthz", client=AWAY).status == REACHED


def let_in(gate: Gate, headers: Mapping[str, str], needs: Need = "read") -> Scope:
    """The scope of a request that the gate has let in."""
    route = Route(method="GET", path="/x", needs=needs, answer=always(Response()))
    scope: Scope = {
        "method": "GET",
        "client": (AWAY, 1),
        "headers": [(b"host", b"nas.local")],
    }
    scope["headers"] += [(name.encode(), value.encode()) for name, value in headers.items()]
    gate.meet(scope)
    assert gate.admit(scope, route) is None
    return scope


def test_what_takes_long_may_go_on_as_long_as_the_session() -> None:
    gate, cookie, clock = cookie_gate()
    scope = let_in(gate, cookie, "admin")
    clock.now_s += LASTS_S - 1
    assert may_go_on(scope)
    clock.now_s += 1
    assert not may_go_on(scope)


def test_what_takes_long_ends_with_the_session() -> None:
    gate, cookie, _ = cookie_gate()
    scope, other = let_in(gate, cookie), let_in(gate, cookie | {"x": "y"})
    assert may_go_on(scope)
    gate.sign_out(other["arrival"])
    assert not may_go_on(scope)
    assert not may_go_on(other)


def test_a_token_stays_and_others_who_guess_do_not_matter(rows: list[Route]) -> None:
    gate = Gate(WITH_TOKEN, hosts=NAS)
    scope = let_in(gate, {"authorization": f"Bearer {TOKEN}"}, "admin")
    wrong = {"authorization": "Bearer wrong"}
    for _ in range(6):
        assert may_go_on(scope)
        last = tell(gate, rows, "/list", headers=wrong, client=AWAY)
    # Those who share the address go on guessing no faster for it.
    assert last.status == 429
    assert may_go_on(scope)
    # An access token that is another one by now.
    gate._access = Access(sha256(b"something else entirely").digest())
    assert not may_go_on(scope)
    assert may_go_on(let_in(gate, {}, "open"))


def test_without_a_token_it_may_go_on_and_without_a_gate_never() -> None:
    assert may_go_on(let_in(Gate(OPEN, hosts=NAS), {}, "change"))
    assert not may_go_on({})


def test_a_wrong_token_is_logged_without_it(
    rows: list[Route], caplog: pytest.LogCaptureFixture
) -> None:
    tell(
        Gate(WITH_TOKEN),
        rows,
        "/list",
        headers={"authorization": "Bearer sesame\r\nx"},
        client=AWAY,
    )
    assert "192.168.1.7" in caplog.text
    assert "sesame" not in caplog.text


@pytest.mark.parametrize(
    ("headers", "version", "status"),
    [
        ([], "1.1", 400),
        ([b""], "1.1", 400),
        ([b"", b"localhost"], "1.1", 400),
        ([b"localhost", b"localhost"], "1.1", 400),
        ([b"localhost", b"evil.example"], "1.0", 400),
        ([], "1.0", REACHED),
        ([b""], "1", REACHED),
        ([b"evil.example"], "1", 421),
        ([b"localhost"], "1.1", REACHED),
        ([b"\xff"], "1.1", 421),
    ],
)
def test_host_headers(headers: list[bytes], version: str, status: int, rows: list[Route]) -> None:
    application = Application(Router(rows), Gate())

    async def asked() -> int:
        answer = Answer()
        scope = {
            "type": "http",
            "method": "GET",
            "http_version": version,
            "path": "/list",
            "query_string": b"",
            "client": ("127.0.0.1", 1),
            "headers": [(b"host", one) for one in headers],
        }

        async def receive() -> dict[str, object]:
            raise AssertionError

        await application(scope, receive, answer.take)
        return answer.status

    assert asyncio.run(asked()) == status


def test_what_a_trusted_proxy_says_counts(rows: list[Route]) -> None:
    names = Hosts("127.0.0.1", ["photos.example"])
    proxied = {"x-forwarded-for": "203.0.113.9", "x-forwarded-host": "photos.example"}
    trusting = Gate(WITH_TOKEN, hosts=names, proxies=Proxies(["127.0.0.1"]))
    wrong = {**proxied, "authorization": "Bearer wrong"}
    right = {"authorization": f"Bearer {TOKEN}"}
    for _ in range(6):
        last = tell(trusting, rows, "/list", headers=wrong)
    assert last.status == 429
    assert tell(trusting, rows, "/list", headers={**proxied, **right}).status == 429
    other = {**proxied, **right, "x-forwarded-for": "203.0.113.9, 203.0.113.10"}
    assert tell(trusting, rows, "/list", headers=other).status == REACHED
    evil = {**right, "x-forwarded-host": "evil.example", "x-forwarded-for": "203.0.113.10"}
    assert tell(trusting, rows, "/list", headers=evil).status == 421
    # A browser beside the proxy can be made to say what proxies say, but not another Host.
    rebound = {**other, "host": "evil.example"}
    assert tell(trusting, rows, "/list", headers=rebound).status == 421
    # From others it is not even heard.
    deaf = Gate(WITH_TOKEN, hosts=names)
    assert tell(deaf, rows, "/list", headers=evil).status == REACHED


def test_below_a_base_path(rows: list[Route]) -> None:
    application = Application(Router(rows), Gate(WITH_TOKEN), base_path="/photos")
    for path in ("/photos/list", "/list", "//photos//list"):
        answer = asyncio.run(ask(application, path, headers={"accept": "text/html"}))
        assert answer.headers["location"] == "/photos/login?next=%2Flist"
        right = {"authorization": f"Bearer {TOKEN}"}
        assert asyncio.run(ask(application, path, headers=right)).status == REACHED
        wrong = asyncio.run(ask(application, path, headers={"host": "evil.example"}))
        assert wrong.status == 421
    for path in ("/photos", "/photos/", "/photoslist", "/photos/photos/list"):
        assert asyncio.run(ask(application, path)).status == 404
