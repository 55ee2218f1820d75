"""The page by which a person signs in with a browser: one form, no script."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Final

import msgspec
from anyio import to_thread
from starlette.responses import HTMLResponse, RedirectResponse

from media_server.web.address import address
from media_server.web.problem import Refusal, status_of
from media_server.web.request import read_form
from media_server.web.route import Route, always

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.web.gate import Gate
    from media_server.web.route import Call

_MOST_BYTES = 8_192

_STYLE: Final = """
:root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}
body{display:grid;min-height:90vh;place-items:center;margin:0;padding:1rem}
form{display:grid;gap:.75rem;width:min(22rem,100%)}
h1{font-size:1.4rem;margin:0}
input,button{font:inherit;padding:.5rem .75rem;border:1px solid;border-radius:.4rem}
p{margin:0}
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Media Server: sign in</title>
<style>{style}</style>
<form method="post" action="{action}">
<h1>Media Server</h1>
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<input name="next" type="hidden" value="{following}">
{note}<button>Sign in</button>
</form>
</html>
"""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # With `no-referrer` browsers send a form with `Origin: null` (Fetch, "append a request Origin
    # header"), which is what other sites' sandboxed pages send too.
    "Referrer-Policy": "same-origin",
}

# A path on this host. `//host` and `/\\host` are other hosts to a browser, and it passes over tabs
# and line ends wherever they stand (WHATWG URL, section 4.4).
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,2000}", re.ASCII)


class _LoginQuery(msgspec.Struct, frozen=True):
    next: str = "/"


class Login:
    """Answers `/login` and `/logout`."""

    def __init__(self, gate: Gate) -> None:
        """Take the gate that knows who has signed in."""
        self._gate = gate

    def routes(self) -> list[Route]:
        """The rows of the table; none where there is nothing to sign in with."""
        if not self._gate.has_token:
            return []
        return [
            Route(method="GET", path="/login", needs="open", answer=self._show, query=_LoginQuery),
            Route(method="POST", path="/login", needs="open", answer=always(self._enter)),
            Route(method="POST", path="/logout", needs="open", answer=always(self._leave)),
        ]

    async def _show(self, call: Call[_LoginQuery, None]) -> ASGIApp:
        return _page(call.scope, own_path(call.query.next))

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = await read_form(scope, receive, max_bytes=_MOST_BYTES)
        following = own_path(fields.get("next", "/"))
        try:
            cookie = await to_thread.run_sync(
                self._gate.sign_in, scope["arrival"], fields.get("token", "")
            )
        except Refusal as refusal:
            answer = _page(scope, following, refusal)
        else:
            if cookie is None:
                wrong = Refusal("not_signed_in", "That is not the token.")
                answer = _page(scope, following, wrong)
            else:
                answer = _go(scope, following, cookie)
        await answer(scope, receive, send)

    async def _leave(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = await to_thread.run_sync(self._gate.sign_out, scope["arrival"])
        await _go(scope, "/login", cookie)(scope, receive, send)


def own_path(text: str) -> str:
    """Where to go after signing in: a path of this host, `/` for everything else."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def _go(scope: Scope, path: str, cookie: str) -> Response:
    headers = {"Cache-Control": "no-store", "Set-Cookie": cookie}
    return RedirectResponse(address(scope, path), 303, headers)


def _page(scope: Scope, following: str, refusal: Refusal | None = None) -> Response:
    note, status, headers = "", 200, dict(_HEADERS)
    if refusal is not None:
        note = f'<p role="alert">{escape(refusal.detail)}</p>\n'
        status = status_of(refusal.code)
        headers |= _more_headers(refusal)
    body = _PAGE.format(
        style=_STYLE,
        action=escape(address(scope, "/login")),
        following=escape(following),
        note=note,
    )
    return HTMLResponse(body, status, headers)


def _more_headers(refusal: Refusal) -> Mapping[str, str]:
    if refusal.code == "not_signed_in":
        return {"WWW-Authenticate": 'Bearer realm="Media Server"'}  # RFC 9110, section 15.5.2
    return refusal.headers
