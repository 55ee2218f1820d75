"""Writes frontend/src/api/types.ts: the API's values and addresses, as TypeScript.

Made from the server's own description of its API, which is made from the types that it answers
with, so that the gallery does not compile where the two differ. A test compares the file that is
committed with what this writes.

    python tools/gallery_types.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from media_server.catalog.database import Catalog
from media_server.model.settings import Settings
from media_server.web.api import openapi, table

Json = dict[str, Any]

TARGET: Final = Path(__file__).resolve().parent.parent / "frontend/src/api/types.ts"
_HEAD: Final = """\
// Made by tools/gallery_types.py from the server's description of its API; not edited by hand.

/** A body that is no JSON: a picture, a film, an archive, a stream. */
export type Bytes = { readonly bytes: unique symbol };
/** An answer without a body. */
export type Nothing = { readonly nothing: unique symbol };
/** What has no parameters. */
export type None = Readonly<Record<never, never>>;
"""


def types(document: Json) -> str:
    """The file, from an OpenAPI document of the server."""
    parts = [_HEAD]
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts.append(_declared(name, schema))
    for method in sorted({method for found in document["paths"].values() for method in found}):
        parts.append(_addresses(method, document["paths"]))
    return "\n".join(parts)


def _declared(name: str, schema: Json) -> str:
    told = _told(schema.get("description", ""), "")
    if "properties" not in schema:
        return f"{told}export type {name} = {_type(schema)};\n"
    members = [
        _told(one.get("description", ""), "  ")
        + f"  readonly {member}{'' if member in schema['required'] else '?'}: {_type(one)};\n"
        for member, one in schema["properties"].items()
    ]
    return f"{told}export interface {name} {{\n{''.join(members)}}}\n"


def _addresses(method: str, paths: Json) -> str:
    """An interface of what one method answers, by path."""
    members = []
    for path, methods in sorted(paths.items()):
        if method not in methods:
            continue
        one = methods[method]
        members.append(
            f"{_told(one['summary'], '  ')}  readonly '{path}': {{\n"
            f"    readonly path: {_parameters(one, 'path')};\n"
            f"    readonly query: {_parameters(one, 'query')};\n"
            f"    readonly body: {_body(one)};\n"
            f"    readonly answer: {_answer(one)};\n"
            "  };\n"
        )
    name = method.title()
    return f"/** {name.upper()}, by path. */\nexport interface {name} {{\n{''.join(members)}}}\n"


def _parameters(operation: Json, place: str) -> str:
    found = [
        f"readonly {one['name']}{'' if one['required'] else '?'}: {_type(one['schema'])}"
        for one in operation["parameters"]
        if one["in"] == place
    ]
    return f"{{ {'; '.join(found)} }}" if found else "None"


def _body(operation: Json) -> str:
    if "requestBody" not in operation:
        return "undefined"
    return _type(operation["requestBody"]["content"]["application/json"]["schema"])


def _answer(operation: Json) -> str:
    (well,) = (one for status, one in operation["responses"].items() if status.startswith("2"))
    if "content" not in well:
        return "Nothing"
    schema = well["content"].get("application/json", {}).get("schema")
    return "Bytes" if schema is None else _type(schema)


_PLAIN: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(_literal(one) for one in schema["enum"])
    for word, sign in (("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")):
        if word in schema:
            return sign.join(_type(one) for one in schema[word])
    if "prefixItems" in schema:
        return f"readonly [{', '.join(map(_type, schema['prefixItems']))}]"
    kind = schema["type"]
    if kind == "array":
        inner = _type(schema["items"])
        return f"readonly ({inner})[]" if re.search(r"[|& ]", inner) else f"readonly {inner}[]"
    if kind == "object":
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    return _PLAIN[kind]


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _told(text: str, indent: str) -> str:
    """A comment; none where there is nothing to say."""
    words = " ".join(text.replace("*/", "* /").split())
    return f"{indent}/** {words} */\n" if words else ""


def document() -> Json:
    """The description of the API of this version: of its table, which nobody asks anything."""
    nobody: Any = None
    parts = table.Parts(
        catalog=Catalog("catalog.sqlite"),
        lookup=nobody,
        small=nobody,
        large=nobody,
        on_demand=nobody,
        board=nobody,
        settings=Settings(storage_dir=()),
        scan_now=nobody,
        tally=nobody,
    )
    return openapi.document(table.routes(parts))


def main() -> None:
    """Write the file."""
    TARGET.write_text(types(document()), encoding="utf-8")


if __name__ == "__main__":
    main()
