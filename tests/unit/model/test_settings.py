"""One table makes flags, variables and defaults."""

from __future__ import annotations

from dataclasses import fields

import pytest

from media_server.model.settings import BY_NAME, TABLE, Settings, collect, default

FOLDER = {"storage_dir": ["/photos"]}


def test_table_and_settings_have_the_same_names() -> None:
    assert {one.name for one in TABLE} == {one.name for one in fields(Settings)}
    assert list(BY_NAME) == [one.name for one in TABLE]


def test_each_row_can_be_shown_to_people() -> None:
    for one in TABLE:
        assert one.help.endswith(".")
        assert one.unit
        assert one.variable == f"MEDIA_SERVER_{one.name.upper()}"


def test_defaults_are_the_specifications() -> None:
    found = collect(FOLDER, {})
    assert (found.port, found.rescan_interval, found.host) == (8000, 0, "127.0.0.1")
    assert default("port") == 8000
    assert default("storage_dir") == ()


def test_defaults_that_are_shown_in_other_words_mean_the_same() -> None:
    shown = [one for one in TABLE if one.usual]
    assert [default(one.name) for one in shown] == ["20GB"]
    for one in shown:
        assert one.parse(one.usual) == getattr(collect(FOLDER, {}), one.name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "0", 0),
        ("port", "65535", 65535),
        ("rescan_interval", "300", 300),
        ("rescan_interval", "-5", 0),
        ("watch", "Yes", True),
        ("watch", "0", False),
        ("log_format", "json", "json"),
        ("grace_days", "0", 0),
        ("max_store", "20GB", 20_000_000_000),
        ("max_store", "500mb", 500_000_000),
        ("max_store", "1kB", 1_000),
        ("max_store", "2TB", 2_000_000_000_000),
        ("max_store", "0", 0),
        ("base_path", "/photos/", "/photos"),
        ("base_path", "/a/b.c", "/a/b.c"),
        ("base_path", "/", ""),
        ("allowed_hosts", "Photos.example, nas", ("photos.example", "nas")),
        ("trusted_proxies", "10.1.2.3/8,::1", ("10.0.0.0/8", "::1/128")),
    ],
)
def test_values_are_read(name: str, text: str, value: object) -> None:
    assert getattr(collect({**FOLDER, name: [text]}, {}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "65536"),
        ("port", "-1"),
        ("port", "abc"),
        ("port", ""),
        ("port", " 80"),
        ("port", "8_0"),
        ("port", "８０"),
        ("port", "--1"),
        ("port", "-"),
        ("rescan_interval", "0.5"),
        ("rescan_interval", "9999999999"),
        ("max_store", "20"),
        ("max_store", "GB"),
        ("max_store", "1.5GB"),
        ("max_store", "20 GB"),
        ("max_store", "20GiB"),
        ("max_store", "-1GB"),
        ("max_store", "２0GB"),
        ("max_store", "9999999TB"),
        ("watch", "maybe"),
        ("log_format", "xml"),
        ("storage_dir", ""),
        ("host", ""),
        ("base_path", "photos"),
        ("base_path", "//evil"),
        ("base_path", "/a/../b"),
        ("base_path", "/a b"),
        ("base_path", "/a\r\nb"),
        ("allowed_hosts", "http://nas"),
        ("allowed_hosts", "nas:80"),
        ("allowed_hosts", "*"),
        ("allowed_hosts", "nas,,x"),
        ("trusted_proxies", "proxy"),
        ("trusted_proxies", "10.0.0.0/33"),
    ],
)
def test_bad_values_are_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^--{name}: "):
        collect({**FOLDER, name: [text]}, {})
    if text:
        variable = BY_NAME[name].variable
        with pytest.raises(ValueError, match=f"^{variable}: "):
            collect(FOLDER if name != "storage_dir" else {}, {variable: text})


def test_a_folder_is_needed() -> None:
    with pytest.raises(ValueError, match=r"^--storage_dir is needed"):
        collect({}, {})


def test_folders_may_be_many_and_other_values_the_last() -> None:
    found = collect({"storage_dir": ["/a", "/b"], "port": ["1", "2"]}, {})
    assert (found.storage_dir, found.port) == (("/a", "/b"), 2)


def test_lists_have_commas_between_their_members_in_flags_and_variables() -> None:
    flags = {**FOLDER, "trusted_proxies": ["10.0.0.1,::1", "10.0.0.2"]}
    assert collect(flags, {}).trusted_proxies == ("10.0.0.1/32", "::1/128", "10.0.0.2/32")
    found = collect(FOLDER, {"MEDIA_SERVER_ALLOWED_HOSTS": "a,b"})
    assert found.allowed_hosts == ("a", "b")
    assert default("allowed_hosts") == ""


def test_a_secret_shows_in_no_text() -> None:
    found = collect(FOLDER, {"MEDIA_SERVER_TOKEN": " sesame-open \n"})
    assert found.token.reveal() == "sesame-open"
    assert "sesame" not in f"{found} {found!r} {found.token} {found.token!r}"
    assert (str(found.token), str(collect(FOLDER, {}).token)) == ("(secret)", "")
    assert not collect(FOLDER, {}).token
    assert found.token == collect(FOLDER, {"MEDIA_SERVER_TOKEN": "sesame-open"}).token
    assert hash(found.token) != hash(collect(FOLDER, {}).token)
