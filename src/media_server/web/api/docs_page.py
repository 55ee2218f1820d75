"""The description of the API as a page for people: no script, no other request."""

from __future__ import annotations

import base64
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any, Final

import msgspec

from media_server.model.errors import BadQuery
from media_server.web.api import guide
from media_server.web.api.markup import blocks, inline
from media_server.web.problem import CODES, Refusal, problem, sentence, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.web.problem import ProblemCode

Json = dict[str, Any]

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#2458d3}
@media(prefers-color-scheme:dark){:root{--accent:#7aa7ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:82rem;font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,nav{padding:1.5rem clamp(1rem,4vw,3rem);min-width:0}
header{padding-bottom:0}
main{padding-top:0}
h1{margin:0 0 .25rem;font-size:1.9rem;line-height:1.2}
h2{margin:3rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{margin:2.5rem 0 .25rem;font-size:1.05rem}
h4{margin:1.25rem 0 .25rem;font-size:.85rem;opacity:.75}
h2+h3{margin-top:1.25rem}
h2,h3{scroll-margin-top:1rem}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
code{font:.9em ui-monospace,monospace;background:var(--soft);padding:.1em .3em;border-radius:.25rem}
h3 code{background:none;padding:0}
table{border-collapse:collapse;width:100%;margin:.25rem 0}
td{vertical-align:top;padding:.4rem 1rem .4rem 0;border-bottom:1px solid var(--line)}
td:nth-child(1){width:10rem;white-space:nowrap}
td:nth-child(2){width:13rem}
td:last-child{padding-right:0}
.told td:nth-child(n){width:auto;white-space:normal}
.told td:nth-child(1){width:38%}
.told code{white-space:nowrap}
li{margin:.4rem 0}
.method{font-weight:700;color:var(--accent)}
.needs{font-size:.8rem;border:1px solid var(--line);border-radius:1rem;padding:.1rem .6rem}
pre{background:var(--soft);padding:.75rem 1rem;border-radius:.5rem;white-space:pre-wrap}
pre code{background:none;padding:0}
nav{font-size:.9rem}
nav p{margin:1.1rem 0 0;font-weight:600}
nav li{margin:0}
nav ul{list-style:none;margin:.1rem 0 0;padding:0}
nav a{display:block;padding:.2rem 0;line-height:1.4}
@media(max-width:40rem){
nav a{padding:.5rem 0}
tr{display:flex;flex-wrap:wrap;column-gap:.75rem;padding:.5rem 0;
border-bottom:1px solid var(--line)}
td,td:nth-child(n){display:block;width:auto;padding:0;border:0}
td:last-child{flex-basis:100%}}
@media(min-width:64rem){
body{display:grid;grid-template-columns:18rem minmax(0,1fr);grid-template-rows:auto 1fr}
nav{grid-row:1/3;grid-column:1;position:sticky;top:0;height:100vh;overflow:auto;
border-right:1px solid var(--line)}}
"""
_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
# A limit above is that of a computer, and nobody comes near it.
_MANY: Final = 2**31
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of the page."""


def page(document: Json, site: str) -> bytes:
    """The page of an OpenAPI document, as HTML in UTF-8.

    Args:
        document: of this server.
        site: its address as whoever asks knows it, without a slash at the end; the examples begin
            with it.
    """
    info = document["info"]
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width,initial-scale=1">',
        f"<title>{escape(info['title'])}: API</title><style>{_STYLE}</style></head><body>",
        f"<header><h1>{escape(info['title'])}: API</h1><p>Version {escape(info['version'])}. ",
        'For programs: <a href="openapi.json">openapi.json</a>.</p>',
        f"<p>{inline(info['description'])}</p>",
        *_servers(document),
        "</header><nav aria-label=Contents><ul>",
        *guide.contents(),
        "</ul>",
        *_contents(document),
        "<p>Reference</p><ul><li><a href=#errors>Errors</a><li><a href=#schemas>Values</a></ul>",
        "</nav><main>",
        *guide.sections(site),
        *_groups(document),
        *_errors(),
        "<h2 id=schemas>Values</h2>",
        *_index(document),
        "</main></body></html>\n",
    ]
    return "".join(parts).encode()


def _servers(document: Json) -> Iterator[str]:
    for server in document.get("servers", ()):
        path = escape(server["url"])
        yield f"<p>All addresses on this page come behind <code>{path}</code>.</p>"


def _by_group(document: Json) -> Iterator[tuple[str, list[tuple[str, str, Json]]]]:
    for tag in document["tags"]:
        yield (
            tag["name"],
            [
                (method, path, one)
                for path, methods in document["paths"].items()
                for method, one in methods.items()
                if tag["name"] in one["tags"]
            ],
        )


def _contents(document: Json) -> Iterator[str]:
    for group, operations in _by_group(document):
        yield f"<p>{escape(group)}</p><ul>"
        for _, _, one in operations:
            yield f'<li><a href="#{one["operationId"]}">{escape(one["summary"])}</a></li>'
        yield "</ul>"


def _groups(document: Json) -> Iterator[str]:
    """The routes by group, each followed by the values that no group before it has told."""
    told: set[str] = set()
    for group, operations in _by_group(document):
        yield f"<h2>{escape(group)}</h2>"
        for method, path, one in operations:
            yield from _operation(document, method, path, one)
        for name in _named(document, [one for _, _, one in operations]):
            if name not in told:
                told.add(name)
                yield from _value(name, document["components"]["schemas"][name])
    for name, schema in document["components"]["schemas"].items():
        yield from () if name in told else _value(name, schema)


def _operation(document: Json, method: str, path: str, one: Json) -> Iterator[str]:
    yield (
        f'<h3 id="{one["operationId"]}"><span class=method>{method.upper()}</span> '
        f"<code>{escape(path)}</code></h3>"
        f"<p>{escape(one['summary'])}. "
        f"<span class=needs>{escape(one['x-needs'])}</span></p>"
    )
    yield from blocks(one.get("description", ""))
    yield from _parameters(one["parameters"])
    yield from _body(document, one)
    yield from _answers(one)


def _named(document: Json, part: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    """Names of the values that a part of the document is made of, from the outside in."""
    waiting, found = [part], set()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and isinstance(one.get("$ref"), str):
            name = one["$ref"].rpartition("/")[2]
            if name not in found and name != "Problem":
                found.add(name)
                yield name
                waiting.append(document["components"]["schemas"][name])
        elif isinstance(one, dict):
            waiting += one.values()


def _parameters(parameters: list[Json]) -> Iterator[str]:
    if not parameters:
        return
    yield "<h4>Parameters</h4><table>"
    for one in parameters:
        schema = one["schema"]
        told = one.get("description") or schema.get("description", "")
        needed = one["required"] and one["in"] != "path"
        yield _taken(one["name"], schema, told, needed=needed)
    yield "</table>"


def _body(document: Json, operation: Json) -> Iterator[str]:
    if "requestBody" not in operation:
        return
    reference = operation["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    yield f"<h4>Body</h4><p><code>application/json</code>: {_type(reference)}. "
    yield f"{inline(schema.get('description', ''))}</p><table>"
    for field, one in schema["properties"].items():
        needed = field in schema["required"]
        yield _taken(field, one, one.get("description", ""), needed=needed)
    yield "</table>"


def _taken(name: str, schema: Json, told: str, *, needed: bool) -> str:
    """The row of something that a request may say."""
    default = ""
    if schema.get("default") not in (None, "", []):
        default = f" Default: <code>{escape(_written(schema['default']))}</code>."
    end = "" if not told or told.endswith(".") else "."
    return (
        f"<tr><td><code>{escape(name)}</code><td>{_type(schema)}{_limits(schema)}"
        f"<td>{inline(told)}{end}{' <b>Required.</b>' if needed else ''}{default}"
    )


def _limits(schema: Json) -> str:
    """How much it may be, in a few words behind its type."""
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < _MANY:
        return f", {schema['minimum']:,} to {schema['maximum']:,}"
    if "minimum" in schema:
        return f", {schema['minimum']:,} or more"
    for least, most, what in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "of them"),
    ):
        if most in schema:
            least_of = f"{schema[least]:,} to " if least in schema else "at most "
            return f", {least_of}{schema[most]:,} {what}"
    some = (_limits(one) for one in schema.get("anyOf", ()))
    return next(filter(None, some), "")


def _written(value: object) -> str:
    """A value as it is written in an address."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _answers(operation: Json) -> Iterator[str]:
    """What comes back when all is well, and the errors of this address alone."""
    yield "<h4>Answers</h4><table>"
    for status, one in operation["responses"].items():
        if status[0] not in "23":
            continue
        shown = ""
        for mime, content in one.get("content", {}).items():
            schema = content.get("schema")
            shown = _type(schema) if schema else f"<code>{escape(mime)}</code>"
        yield f"<tr><td>{status}<td>{shown}<td>{inline(one['description'])}"
    for code in operation["x-refuses"]:
        yield _error(code)
    yield "</table>"


def _errors() -> Iterator[str]:
    yield "<h2 id=errors>Errors</h2><p>Each is <code>application/problem+json</code> with one of "
    yield "these codes. Those that any address may answer with are not told at each one. "
    yield "<code>at</code> and <code>reason</code> are there with <code>bad_query</code> alone.</p>"
    example = problem(Refusal("bad_query", wrong=BadQuery("open_quotation", 5)))
    yield f"<pre><code>{escape(bytes(example.body).decode().strip())}</code></pre><table>"
    for code in CODES:
        yield _error(code)
    yield "</table>"


def _error(code: ProblemCode) -> str:
    return f"<tr><td>{status_of(code)}<td><code>{code}</code><td>{escape(sentence(code))}"


def _index(document: Json) -> Iterator[str]:
    names = sorted(document["components"]["schemas"])
    links = (f'<a href="#value-{escape(name)}">{escape(name)}</a>' for name in names)
    yield f"<p>Each stands behind the routes that use it first: {', '.join(links)}.</p>"


def _value(name: str, schema: Json) -> Iterator[str]:
    yield f'<h3 id="value-{escape(name)}"><span class=method>Value</span> {escape(name)}</h3>'
    yield f"<p>{inline(schema.get('description', ''))}</p>"
    if "properties" not in schema:
        yield f"<p>{_type(schema)}</p>"
        return
    yield "<table>"
    for field, one in schema["properties"].items():
        told = one.get("description", "")
        yield f"<tr><td><code>{escape(field)}</code><td>{_type(one)}<td>{inline(told)}"
    yield "</table>"


def _type(schema: Json) -> str:
    """A type in a few words; types with a name lead to it."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#value-{name}">{name}</a>'
    for word in ("anyOf", "allOf", "oneOf"):
        if word in schema:
            return " or ".join(_type(one) for one in schema[word])
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if "prefixItems" in schema:
        return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"text → {_type(schema['additionalProperties'])}"
    if schema.get("format") == "date":
        return "<code>YYYY-MM-DD</code>"
    return escape(str(schema.get("type", "anything")))
