"""The page by which a person signs in with a browser: one form, no script."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse

from media_server.web.address import address
from media_server.web.gate import principal_of
from media_server.web.languages import wanted
from media_server.web.problem import Refusal, status_of
from media_server.web.request import read_form
from media_server.web.route import Route, always

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.web.gate import Gate
    from media_server.web.gate.arrival import Arrival
    from media_server.web.route import Call

_MOST_BYTES = 8_192

_STYLE: Final = """
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;
--page:#f4f5f7;--card:#fff;--text:#1b1d22;--soft:#5b6170;--line:#868c99;--edge:#dfe2e8;
--accent:#2563eb;--on-accent:#fff;--wrong:#b3161b}
@media(prefers-color-scheme:dark){:root{--page:#101114;--card:#1a1c21;--text:#eceef2;
--soft:#a4aab8;--line:#747b8a;--edge:#2c2f37;--accent:#8ab0ff;--on-accent:#0d1526;--wrong:#ff9d9a}}
*{box-sizing:border-box}
body{display:grid;min-height:100vh;min-height:100svh;align-content:center;justify-items:center;
margin:0;padding:1rem 1rem max(1rem,12vh);background:var(--page);color:var(--text)}
form{display:grid;width:min(24rem,100%);padding:2rem 1.75rem;background:var(--card);
border:1px solid var(--edge);border-radius:1rem}
h1{font-size:1.4rem;line-height:1.2;margin:0 0 .4rem}
p{margin:0;color:var(--soft)}
label{margin:1.5rem 0 .35rem;font-weight:600}
input,button{font:inherit;min-height:3rem;padding:.5rem .85rem;border-radius:.5rem}
input{width:100%;background:var(--card);color:inherit;border:1px solid var(--line)}
input[aria-invalid]{border-color:var(--wrong)}
#wrong{margin-top:.35rem;color:var(--wrong)}
button{margin-top:1.25rem;border:0;background:var(--accent);color:var(--on-accent);
font-weight:600;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
"""
_PAGE: Final = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Media Server: {title}</title>
<style>{style}</style>
<form method="post" action="{action}">
<h1>Media Server</h1>
<p>{text}</p>
<label for="token">{token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus\
{state}>
<input name="next" type="hidden" value="{following}">
{note}<button>{button}</button>
</form>
</html>
"""
_ENGLISH: Final[Mapping[str, str]] = {
    "title": "sign in",
    "text": "Sign in with the token that this server was given.",
    "token": "Access token",
    "button": "Sign in",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": _ENGLISH,
    "de": {
        "title": "Anmelden",
        "text": "Melde dich mit dem Token an, das diesem Server gegeben wurde.",
        "token": "Zugangstoken",
        "button": "Anmelden",
    },
}
# What may go wrong with a person's own doing; the rest is for who writes programs.
_REFUSED: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {
        "not_signed_in": "Das ist nicht das Token.",
        "too_many_requests": "Zu viele Versuche. Warte einen Augenblick.",
        "busy": "Der Server hat alle Hände voll zu tun. Versuche es gleich noch einmal.",
    },
}
_WRONG: Final = ' aria-invalid="true" aria-describedby="wrong"'
_AGAIN: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url={here}">
<title>Media Server</title>
<p><a href="{here}">Go on</a></p>
</html>
"""
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_HEADERS: Final = {
    **_NOT_KEPT,
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
        scope, following = call.scope, own_path(call.query.next)
        if principal_of(scope).may("read"):
            return RedirectResponse(address(scope, following), 303, _NOT_KEPT)
        arrival: Arrival = scope["arrival"]
        if "cross-site" in arrival.headers.get(b"sec-fetch-site", ()):
            return _once_more(scope, following)
        return _page(scope, following)

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
    headers = {**_NOT_KEPT, "Set-Cookie": cookie}
    return RedirectResponse(address(scope, path), 303, headers)


def _once_more(scope: Scope, following: str) -> Response:
    """Has the browser ask again, this time from a page of ours.

    Who follows a link of another site is signed in and still comes without a cookie: browsers keep
    one that is `SameSite=Strict` back then, through all redirects (RFC 6265bis, section 5.2).
    """
    here = escape(address(scope, f"/login?next={quote(following, safe='')}"))
    return HTMLResponse(_AGAIN.format(here=here), 200, _NOT_KEPT)


def _page(scope: Scope, following: str, refusal: Refusal | None = None) -> Response:
    language = wanted(Headers(scope=scope).getlist("accept-language"), _WORDS)
    note, state, status, headers = "", "", 200, dict(_HEADERS)
    if refusal is not None:
        said = _REFUSED.get(language, {}).get(refusal.code, refusal.detail)
        note, state = f'<p id="wrong" role="alert">{escape(said)}</p>\n', _WRONG
        status = status_of(refusal.code)
        headers |= _more_headers(refusal)
    body = _PAGE.format(
        **_WORDS[language],
        language=language,
        style=_STYLE,
        action=escape(address(scope, "/login")),
        following=escape(following),
        state=state,
        note=note,
    )
    return HTMLResponse(body, status, headers)


def _more_headers(refusal: Refusal) -> Mapping[str, str]:
    if refusal.code == "not_signed_in":
        return {"WWW-Authenticate": 'Bearer realm="Media Server"'}  # RFC 9110, section 15.5.2
    return refusal.headers
