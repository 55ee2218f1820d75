import re
from http import HTTPStatus

import msgspec
import pytest
from starlette.responses import Response

from media_server.web import problem
from media_server.web.problem import Problem

ALL = [
    problem.not_found(),
    problem.no_thumbnail(),
    problem.bad_digest(),
    problem.method_not_allowed(),
    problem.internal(),
]


@pytest.mark.parametrize("answer", ALL)
def test_one_form(answer: Response) -> None:
    body = msgspec.json.decode(answer.body, type=Problem, strict=True)
    assert body.status == answer.status_code
    assert body.title == HTTPStatus(body.status).phrase
    assert re.fullmatch("[a-z_]+", body.code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_codes_are_different() -> None:
    assert len({msgspec.json.decode(answer.body)["code"] for answer in ALL}) == len(ALL)
