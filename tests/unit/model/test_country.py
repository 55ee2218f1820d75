"""Names of countries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.model.country import code_of, codes, name_of


def test_there_and_back() -> None:
    assert len(codes()) == 250
    for code in codes():
        assert code_of(name_of(code)) == code
        assert code_of(code.lower()) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("france", "FR"),
        (" Curacao ", "CW"),
        ("CÔTE D'IVOIRE", "CI"),
        ("usa", "US"),
        ("UK", "GB"),
        ("Czech Republic", "CZ"),
        ("Paris", None),
        ("", None),
        ("FRA", None),
    ],
)
def test_what_people_write(text: str, code: str | None) -> None:
    assert code_of(text) == code


def test_what_is_no_code_is_shown_as_it_is() -> None:
    assert name_of("ZZ") == "ZZ"


@given(st.text(max_size=50))
def test_any_text(text: str) -> None:
    found = code_of(text)
    assert found is None or found in codes()
