import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.languages import wanted

OFFERED = ("en", "de")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("en, de", "en"),
        ("en;q=0.1 , de ; q=0.2", "de"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("de;level=1", "en"),
        ("deutsch", "en"),
        ("fr," * 40 + "de", "en"),
    ],
)
def test_the_best_that_there_is(header: str, language: str) -> None:
    assert wanted([header], OFFERED) == language


def test_several_lines_are_one() -> None:
    assert wanted(["fr;q=0.9, en;q=0.1", "de;q=0.5"], OFFERED) == "de"


@given(st.lists(st.text(alphabet="dens-;q=.01, *\t\xff")))
def test_nonsense_is_passed_over(lines: list[str]) -> None:
    assert wanted(lines, OFFERED) in OFFERED
