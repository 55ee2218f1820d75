import re
from http import HTTPStatus

import msgspec
import pytest

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
    refusal = Refusal("bad_query", "No such word.", at=4, headers={"Retry-After": "5"})
    answer = problem(refusal)
    body = msgspec.json.decode(answer.body)
    assert (body["detail"], body["at"]) == ("No such word.", 4)
    assert answer.headers["retry-after"] == "5"
