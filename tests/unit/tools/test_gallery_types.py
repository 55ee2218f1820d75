"""The gallery's types of the API are those of the server."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.site import Site

if TYPE_CHECKING:
    from types import ModuleType

    from support.library import Served

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def gallery_types() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery_types", ROOT / "tools/gallery_types.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_they_are_in_step_with_the_server(gallery_types: ModuleType, quick: Served) -> None:
    """Where this fails: `python tools/gallery_types.py`, then mend what does not compile."""
    document = Site(quick).get("/api/v1/openapi.json")
    committed = (ROOT / "frontend/src/api/types.ts").read_text()
    assert gallery_types.types(document) == committed
    assert gallery_types.document() == document


def test_forms(gallery_types: ModuleType) -> None:
    text = {"type": "string"}
    schema = {
        "description": "A thing. */ alert(1)",
        "type": "object",
        "properties": {
            "name": text | {"description": "of it."},
            "kind": {"enum": ["a", None, 1]},
            "pairs": {"type": "array", "items": {"prefixItems": [text, {"type": "integer"}]}},
            "more": {"type": "object", "additionalProperties": {"anyOf": [text, {"type": "null"}]}},
        },
        "required": ["name"],
    }
    operation = {
        "summary": "Get it",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"name": "q", "in": "query", "required": False, "schema": text},
        ],
        "responses": {"200": {"content": {"image/*": {}}}, "404": {}},
    }
    made = gallery_types.types(
        {
            "components": {"schemas": {"Thing": schema}},
            "paths": {"/things/{id}": {"get": operation}},
        }
    )
    assert made.endswith(
        """
/** A thing. * / alert(1) */
export interface Thing {
  /** of it. */
  readonly name: string;
  readonly kind?: 'a' | null | 1;
  readonly pairs?: readonly (readonly [string, number])[];
  readonly more?: Readonly<Record<string, string | null>>;
}

/** GET, by path. */
export interface Get {
  /** Get it */
  readonly '/things/{id}': {
    readonly path: { readonly id: number };
    readonly query: { readonly q?: string };
    readonly body: undefined;
    readonly answer: Bytes;
  };
}
"""
    )
