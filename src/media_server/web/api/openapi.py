"""The description of the API: an OpenAPI document made from the table of routes and its types.

OpenAPI 3.1.0, whose schemas are JSON Schema 2020-12, as msgspec writes them.
"""

from __future__ import annotations

import inspect
import re
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import msgspec

from media_server.media.picture import GRID_EDGE_PX, PREVIEW_EDGE_PX, THUMBNAIL_EDGE_PX
from media_server.web.problem import Problem, ProblemCode, sentence, status_of
from media_server.web.route import Media

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from media_server.web.route import Route

Json = dict[str, Any]

_REFS: Final = "#/components/schemas/{name}"
_DIGEST: Final[Json] = {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}
_SEGMENTS: Final[dict[str, Json]] = {
    "digest": _DIGEST | {"description": "SHA-256 of the bytes, 64 hexadecimal digits"},
    "id": {"type": "integer", "minimum": 1, "description": "a number that an answer gave"},
    "kind": {
        "enum": ["grid", "preview", "thumbnail", "poster"],
        "description": f"`grid`: at most {GRID_EDGE_PX} pixels at the longer edge. `preview`: at "
        f"most {PREVIEW_EDGE_PX:,}. `thumbnail`: {THUMBNAIL_EDGE_PX} × {THUMBNAIL_EDGE_PX}, not of "
        "videos. `poster`: of videos alone, as large as `grid`",
    },
    "key": {"type": "string", "description": "the end of the `url` that was promised"},
}
_INTRODUCTION: Final = """
Everything that the gallery can do, a script can do here. Digests are SHA-256 in hexadecimal; times
are ISO 8601; names of numbers end in their unit; what is not known is null. An address by digest is
permanent: it stays right when files move, after the catalog was lost, and on any other server that
holds the same bytes. Errors are `application/problem+json` with a stable `code`. `GET` answers
`HEAD` too. A guide to it is at [/api/v1/docs](docs#begin).
"""


def document(routes: Iterable[Route], base_path: str = "") -> Json:
    """The OpenAPI document of the routes that have a group.

    Args:
        routes: the table.
        base_path: what a reverse proxy puts before each path, such as `/photos`.
    """
    described = [route for route in routes if route.group]
    paths: Json = {}
    for route in described:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    found: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Media Server",
            "version": version("media-server"),
            "description": " ".join(_INTRODUCTION.split()),
        },
        # Without any it is the host that the document is from (OpenAPI 3.1, section 4.8.1).
        **({"servers": [{"url": base_path}]} if base_path else {}),
        "tags": [{"name": name} for name in dict.fromkeys(route.group for route in described)],
        "paths": paths,
        "components": {
            "schemas": _components(described),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access token, where the server has been given one.",
                }
            },
        },
    }
    _mend_patterns(found)
    return found


def _mend_patterns(part: Any) -> None:  # noqa: ANN401 (any JSON)
    r"""Write regular expressions as ECMA-262 does, which knows no `\Z`: its `$` is that."""
    for one in part.values() if isinstance(part, dict) else part:
        if isinstance(one, dict | list):
            _mend_patterns(one)
    if isinstance(part, dict) and isinstance(part.get("pattern"), str):
        part["pattern"] = part["pattern"].replace(r"\Z", "$")


def _components(routes: Sequence[Route]) -> Json:
    types = [
        one
        for route in routes
        for one in (route.gives, route.body, route.query)
        if one is not None and not isinstance(one, Media)
    ]
    _, components = msgspec.json.schema_components([*types, Problem], ref_template=_REFS)
    for one in _structs(types):
        found = components.get(one.__name__)
        if found is not None:
            _describe(found, one)
    for name in {route.query.__name__ for route in routes if route.query is not None}:
        del components[name]
    return components


def _structs(types: Iterable[Any]) -> set[type]:
    """All Structs that these types are made of."""
    found: set[type] = set()

    def visit(info: msgspec.inspect.Type) -> None:
        if isinstance(info, msgspec.inspect.StructType | msgspec.inspect.DataclassType):
            if info.cls in found:
                return
            found.add(info.cls)
        for name in ("fields", "types"):
            for one in getattr(info, name, ()):
                visit(getattr(one, "type", one))
        for name in ("item_type", "value_type", "type"):
            one = getattr(info, name, None)
            if isinstance(one, msgspec.inspect.Type):
                visit(one)

    for one in msgspec.inspect.multi_type_info([*types, Problem]):
        visit(one)
    return found


def _describe(schema: Json, form: type) -> None:
    """Take the docstring apart: what it is, and what each of its fields is."""
    summary, fields = parse_docstring(form)
    schema["description"] = summary
    encoded = dict(
        zip(
            getattr(form, "__struct_fields__", ()),
            getattr(form, "__struct_encode_fields__", ()),
            strict=True,
        )
    )
    for field, text in fields.items():
        name = encoded.get(field, field)
        found = schema.get("properties", {}).get(name)
        if found is not None and "$ref" not in found:
            found["description"] = text
        elif found is not None:
            schema["properties"][name] = {"allOf": [found], "description": text}


def parse_docstring(form: type) -> tuple[str, dict[str, str]]:
    """What a type is, and what each of its fields is, those of its bases included.

    Args:
        form: whose docstring has a section `Attributes:`; several fields may share a line, each
            beginning a sentence with its name and a colon.
    """
    summary = ""
    fields: dict[str, str] = {}
    for one in reversed(form.__mro__):
        if "Attributes:" in (one.__dict__.get("__doc__") or ""):
            summary, _, section = inspect.cleandoc(one.__doc__ or "").partition("Attributes:")
            fields |= _parse_fields(section, one)
    if not fields:
        summary = inspect.getdoc(form) or ""
    return " ".join(summary.split()), fields


def _parse_fields(section: str, form: type) -> dict[str, str]:
    names = list(getattr(form, "__struct_fields__", None) or form.__annotations__)
    marks = re.compile(rf"(?:^|(?<=[.;] ))({'|'.join(map(re.escape, names))}): ")
    fields: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(section).splitlines():
        rest = line.strip()
        pieces = marks.split(rest)
        if not line.startswith(" ") or len(pieces) > 1:
            before, pieces = pieces[0], pieces[1:]
            if name and before:
                fields[name] += " " + before.strip()
            for at in range(0, len(pieces), 2):
                name = pieces[at]
                fields[name] = pieces[at + 1].strip()
        elif name:
            fields[name] += " " + rest
    return fields


def _operation(route: Route) -> Json:
    found: Json = {
        "operationId": _name(route),
        "tags": [route.group],
        "summary": route.summary,
        "x-needs": route.needs,
        "x-refuses": list(route.refuses),
        "parameters": [*_segments(route.path), *_parameters(route.query)],
        "responses": _responses(route),
    }
    if route.needs != "open":
        # Not needed where the server has been given none, and listens to this computer alone.
        found["security"] = [{}, {"token": []}]
    if route.detail:
        found["description"] = route.detail.strip()
    if route.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(route.body)}},
        }
    return found


def _name(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", route.path.removeprefix("/api/v1/").lower()).strip("_")
    return f"{route.method.lower()}_{words}"


def _segments(path: str) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _SEGMENTS.get(name, {"type": "string"}),
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameters(form: type[msgspec.Struct] | None) -> list[Json]:
    if form is None:
        return []
    _, told = parse_docstring(form)
    found = []
    for field in msgspec.structs.fields(form):
        schema = msgspec.json.schema(field.type, ref_template=_REFS)
        if not field.required:
            schema["default"] = field.default
        found.append(
            {
                "name": field.encode_name,
                "in": "query",
                "required": field.required,
                "description": told.get(field.name, ""),
                "schema": _inlined(schema),
            }
        )
    return found


def _inlined(schema: Json) -> Json:
    schema.pop("$defs", None)
    return schema


def _responses(route: Route) -> Json:
    status = str(route.status)
    well: Json = {"description": HTTPStatus(route.status).phrase}
    if isinstance(route.gives, Media):
        well["description"] = route.gives.description
        well["content"] = {route.gives.mime: {}}
    elif route.gives is not None:
        well["content"] = {"application/json": {"schema": _reference(route.gives)}}
    codes: list[ProblemCode] = [*route.refuses, "misdirected", "too_many_requests", "busy"]
    if route.needs != "open":
        codes += ["not_signed_in", "not_allowed"]
    if route.query is not None:
        codes += ["bad_parameter", "uri_too_long"]
    if route.body is not None:
        codes += ["bad_body", "body_too_large", "unsupported_media_type", "body_timeout"]
    if route.method != "GET":
        codes.append("cross_site")
    found = {status: well}
    if route.elsewhere:
        found["303"] = {"description": route.elsewhere}
    return found | _problems(codes)


def _problems(codes: Iterable[ProblemCode]) -> Json:
    by_status: dict[str, list[ProblemCode]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(status_of(code)), []).append(code)
    return {
        status: {
            "description": " ".join(f"`{code}`: {sentence(code)}" for code in some),
            "content": {"application/problem+json": {"schema": _reference(Problem)}},
        }
        for status, some in sorted(by_status.items())
    }


def _reference(form: Any) -> Json:  # noqa: ANN401 (any type that msgspec knows)
    (schema,), _ = msgspec.json.schema_components([form], ref_template=_REFS)
    return schema
