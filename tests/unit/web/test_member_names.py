"""Names in archives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media_server.web.member_names import MemberNames


def test_the_folder_of_the_library_comes_first() -> None:
    names = MemberNames()
    assert names.name(b"/home/me/Pictures", b"2020/a.jpg") == b"Pictures/2020/a.jpg"
    assert names.name(b"/srv/Pictures/", b"2020/a.jpg") == b"Pictures/2020/a (2).jpg"
    assert names.name(b"/mnt/PICTURES", b"2020/A.JPG") == b"PICTURES/2020/A (3).JPG"
    assert names.name(b"/", b".hidden") == b"_/.hidden"
    assert names.name(b"/", b".hidden") == b"_/.hidden (2)"


def test_hostile_names() -> None:
    names = MemberNames()
    assert names.name(b"/a/..", b"x") == b"_/x"
    assert names.name(b"/a/b", b"..\\..\\x") == b"b/.._.._x"
    assert names.name(b"/a/b", b"\xff\n.jpg") == "b/\ufffd_.jpg".encode()


@given(st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=20))
def test_any_names_are_safe_and_there_once(paths: list[tuple[bytes, bytes]]) -> None:
    names = MemberNames()
    given_names = [names.name(root, path) for root, path in paths]
    assert len({one.decode().casefold() for one in given_names}) == len(paths)
    for one in given_names:
        parts = one.decode().split("/")
        assert not {"", ".", ".."} & set(parts)
        assert "\\" not in one.decode()
