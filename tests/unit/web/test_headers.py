from media_server.web.headers import header


def test_header() -> None:
    scope = {"headers": [(b"a", b"1"), (b"b", b"\xff"), (b"a", b"2, 3")]}
    assert header(scope, b"a") == "1,2, 3"
    assert header(scope, b"b") == "ÿ"
    assert header(scope, b"c") is None
