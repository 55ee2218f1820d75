"""The gate: what a request may do. Nothing is answered that has not passed it."""

from __future__ import annotations

import hmac
import logging
import math
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from media_server.model.access import Access
from media_server.web.address import address
from media_server.web.gate.arrival import Arrival, Proxies
from media_server.web.gate.hosts import Hosts
from media_server.web.gate.origin import refuse_cross_site
from media_server.web.gate.principal import ANYONE, LOCAL, NETWORK, OWNER, principal_of
from media_server.web.gate.sessions import LASTS_S, Sessions
from media_server.web.gate.throttle import Throttle
from media_server.web.headers import header
from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Scope

    from media_server.web.gate.principal import Principal
    from media_server.web.route import Route

_log = logging.getLogger(__name__)

_OLD_VERSIONS = ("1", "1.0")
# A page of another port or subdomain can set cookies of the same name beside ours (RFC 6265bis,
# section 8.6): the right one is looked for among so many.
_MOST_COOKIES = 8
_CHALLENGE = 'Bearer realm="Media Server"'


class Gate:
    """Decides on each request: by which name it came, who asks, and whether his rights suffice.

    Without an access token the user of this computer has all rights, and where the server is open
    to the network everybody else may read and change. With one, everybody needs it.
    """

    def __init__(
        self,
        access: Access | None = None,
        *,
        hosts: Hosts | None = None,
        proxies: Proxies | None = None,
        sessions: Sessions | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        """Take the parts; without any, this is the gate of a server for this computer alone."""
        self._access = access or Access()
        self._hosts = hosts or Hosts("127.0.0.1")
        self._at_home = Hosts("127.0.0.1")
        self._proxies = proxies or Proxies()
        self._sessions = sessions or Sessions("", self._access.token_digest or b"")
        self._throttle = throttle or Throttle()

    @property
    def has_token(self) -> bool:
        """Whether there is an access token, and so something to sign in with."""
        return self._access.token_digest is not None

    def meet(self, scope: Scope) -> None:
        """Find out who asks, before anything is looked for or said.

        Notes `principal` and `arrival` in the scope.

        Raises:
            Refusal: the request is meant for another server, another site's page has a hand in
                it, or the token it brings is wrong.
        """
        arrival = self._proxies.arrival(scope)
        self._refuse_other_names(scope, arrival)
        refuse_cross_site(scope["method"], arrival)
        scope["arrival"] = arrival
        scope["principal"] = self._who(arrival)

    def admit(self, scope: Scope, route: Route) -> ASGIApp | None:
        """Let a request go to its route.

        Notes in the scope what `may_go_on` asks again.

        Returns:
            What is answered instead, where a person has to sign in first; None otherwise.

        Raises:
            Refusal: whoever asks may not do that.
        """
        principal = principal_of(scope)
        if principal.may(route.needs):
            scope["gate"], scope["needs"] = self, route.needs
            return None
        if principal is not ANYONE:
            raise Refusal("not_allowed", "Only the user of the server's own computer may do that.")
        if not self.has_token:
            raise Refusal(
                "not_allowed",
                "This came through a proxy; for that the server needs an access token.",
            )
        if _wants_page(scope):
            query = scope["query_string"].decode("latin-1")
            asked = quote(scope["path"]) + (f"?{query}" if query else "")
            login = address(scope, f"/login?next={quote(asked, safe='')}")
            return RedirectResponse(login, 303, {"Cache-Control": "no-store"})
        raise Refusal("not_signed_in", headers={"WWW-Authenticate": _CHALLENGE})

    def still_admits(self, scope: Scope) -> bool:
        """Whether whoever asks may still do what he was let to do, minutes or days later.

        A token counts as long as it is the server's, a session until it ends. A token that is not
        right any more is no guess.
        """
        arrival = scope["arrival"]
        bearer = self._bearer(arrival)
        if bearer is None:
            who = self._who_without_bearer(arrival)
        else:
            who = OWNER if self._is_token(bearer) else ANYONE
        return who.may(scope["needs"])

    def sign_in(self, arrival: Arrival, token: str) -> str | None:
        """Begin a session. Waits for the disk.

        Returns:
            The `Set-Cookie` header; None where the token is wrong.

        Raises:
            Refusal: too many wrong ones came from there.
        """
        if not self._is_right(arrival.client, token):
            return None
        return self._cookie(arrival, self._sessions.begin(), LASTS_S)

    def sign_out(self, arrival: Arrival) -> str:
        """End the session of a request. Waits for the disk.

        Returns:
            The `Set-Cookie` header.
        """
        self._sessions.end(self._session_ids(arrival))
        return self._cookie(arrival, "", 0)

    def _refuse_other_names(self, scope: Scope, arrival: Arrival) -> None:
        lines = arrival.headers.get(b"host", ())
        if len(lines) > 1:
            raise Refusal("bad_request", "There is more than one Host header.")
        if not lines or not lines[0]:
            # Monitors speak so; browsers, whose trust this is about, do not (RFC 9112, 3.2).
            if scope.get("http_version") in _OLD_VERSIONS:
                return
            raise Refusal("bad_request", "A Host header is needed.")
        # Also where a trusted proxy tells another name: it may run beside a browser.
        if not (self._hosts.admit(lines[0]) and self._hosts.admit(arrival.host)):
            raise Refusal(
                "misdirected",
                "This server does not go by that name; the setting allowed_hosts gives it more.",
            )

    def _who(self, arrival: Arrival) -> Principal:
        bearer = self._bearer(arrival)
        if bearer is None:
            return self._who_without_bearer(arrival)
        if self._is_right(arrival.client, bearer):
            return OWNER
        raise Refusal(
            "not_signed_in",
            "The token is wrong.",
            headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
        )

    def _who_without_bearer(self, arrival: Arrival) -> Principal:
        if not self.has_token:
            return self._who_without_token(arrival)
        if any(map(self._sessions.is_live, self._session_ids(arrival))):
            return OWNER
        return ANYONE

    def _who_without_token(self, arrival: Arrival) -> Principal:
        is_open = self._access.open_to_network
        # What a proxy on this computer passes on does not come from its user.
        if arrival.here and arrival.direct and (not is_open or self._at_home.admit(arrival.host)):
            return LOCAL
        return NETWORK if is_open else ANYONE

    def _is_right(self, client: str, token: str) -> bool:
        wait_s = self._throttle.wait_s(client)
        if wait_s:
            raise Refusal(
                "too_many_requests",
                "Too many wrong tokens came from your address; wait a moment.",
                headers={"Retry-After": str(math.ceil(wait_s))},
            )
        if self._is_token(token):
            self._throttle.succeeded(client)
            return True
        _log.warning("a wrong access token came from %s", client)
        self._throttle.failed(client)
        return False

    def _bearer(self, arrival: Arrival) -> str | None:
        """The token of `Authorization: Bearer`, where there is one to compare it with.

        Other ways to sign in are meant for somebody else.
        """
        if not self.has_token:
            return None
        for line in arrival.headers.get(b"authorization", ()):
            scheme, _, token = line.strip().partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
        return None

    def _is_token(self, text: str) -> bool:
        # Of equal length whatever was sent, and compared in constant time.
        digest = sha256(text.encode("utf-8", "replace")).digest()
        return hmac.compare_digest(digest, self._access.token_digest or b"")

    def _cookie(self, arrival: Arrival, value: str, age_s: int) -> str:
        secure = "; Secure" if arrival.scheme == "https" else ""
        name = self._cookie_name(arrival)
        return f"{name}={value}; Max-Age={age_s}; Path=/; HttpOnly; SameSite=Strict{secure}"

    def _cookie_name(self, arrival: Arrival) -> str:
        # With the prefix browsers take it over TLS alone, from this host alone.
        prefix = "__Host-" if arrival.scheme == "https" else ""
        return f"{prefix}media-server-{self._sessions.server}"

    def _session_ids(self, arrival: Arrival) -> Iterable[str]:
        name = self._cookie_name(arrival)
        pairs = (
            pair.strip().partition("=")
            for line in arrival.headers.get(b"cookie", ())
            for pair in line.split(";")
        )
        return [value for one, _, value in pairs if one == name][:_MOST_COOKIES]


def may_go_on(scope: Scope) -> bool:
    """Whether an answer that takes long may go on: asks the gate again that let the request in.

    False where a request has come through no gate.
    """
    gate = scope.get("gate")
    return isinstance(gate, Gate) and gate.still_admits(scope)


def _wants_page(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and "text/html" in (header(scope, b"accept") or "")
