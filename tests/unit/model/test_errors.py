"""Errors have stable codes."""

from __future__ import annotations

from media_server.model import errors
from media_server.model.errors import MediaServerError


def all_errors() -> list[type[MediaServerError]]:
    found = [one for one in vars(errors).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, MediaServerError)]


def test_each_has_a_code_of_its_own() -> None:
    codes = [one.code for one in all_errors()]
    assert len(set(codes)) == len(codes)


def test_exit_codes_tell_errors_apart() -> None:
    shown = [one.exit_code for one in all_errors() if one.exit_code != 1]
    assert len(set(shown)) == len(shown)
    assert all(2 <= code < 64 for code in shown)


def test_all_are_in_the_tree_that_is_drawn() -> None:
    assert errors.__doc__ is not None
    for one in all_errors():
        assert one.__name__ in errors.__doc__
