import re
from http import HTTPStatus

import msgspec
import pytest

from media_server.model.errors import BadQuery
from media_server.web.problem import CODES, Problem, ProblemCode, Refusal, problem


@pytest.mark.parametrize("code", CODES)
def test_one_form(code: ProblemCode) -> None:
    answer = problem(Refusal(code))
    body = msgspec.json.decode(answer.body, type=Problem, strict=True)
    assert body.status == answer.status_code
    assert body.title == HTTPStatus(body.status).phrase
    assert body.code == code
    assert re.fullmatch("[a-z_]+", body.code)
    assert re.fullmatch(r"[A-Z].*\.", body.detail)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_refusal_adds() -> None:
    answer = problem(Refusal("busy", "Not now.", headers={"Retry-After": "5"}))
    body = msgspec.json.decode(answer.body)
    assert set(body) == {"title", "status", "code", "detail"}
    assert body["detail"] == "Not now."
    assert answer.headers["retry-after"] == "5"


def test_what_is_wrong_with_a_search() -> None:
    wrong = BadQuery("no_number", 4, word="x", field="size")
    body = msgspec.json.decode(problem(Refusal("bad_query", wrong=wrong)).body)
    del body["title"], body["status"], body["code"]
    assert body == {
        "detail": "“x” is no size.",
        "at": 4,
        "reason": "no_number",
        "word": "x",
        "field": "size",
    }
    wrong = BadQuery("too_long", 1_000, limit=1_000)
    body = msgspec.json.decode(problem(Refusal("bad_query", wrong=wrong)).body)
    assert (body["reason"], body["limit"]) == ("too_long", 1_000)
    assert not {"word", "field"} & set(body)
