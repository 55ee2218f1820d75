import pytest

from media_server.web.conditional import matches

ETAG = '"abc-identity"'


@pytest.mark.parametrize(
    "sent",
    [ETAG, f"W/{ETAG}", f'"x", {ETAG}', f"{ETAG},", f' W/"y" ,W/{ETAG}', "*", " * "],
)
def test_matches(sent: str) -> None:
    assert matches(sent, ETAG)


@pytest.mark.parametrize("sent", [None, "", '"abc"', "abc-identity", "w/" + ETAG, "**", '"*"', ","])
def test_does_not_match(sent: str | None) -> None:
    assert not matches(sent, ETAG)
