"""The one table of settings: flags, environment variables and the documentation come from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from media_server.model.network import parse_network
from media_server.model.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ENVIRONMENT_PREFIX = "MEDIA_SERVER_"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the program was told to run, checked for form but not yet against the machine.

    Attributes are those of `TABLE`, which says what each means.
    """

    storage_dir: tuple[str, ...]
    port: int = 8000
    rescan_interval: int = 0
    host: str = "127.0.0.1"
    token_file: str = ""
    token: Secret = NO_SECRET
    open_to_network: bool = False
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    base_path: str = ""
    data_dir: str = ""
    map_file: str = ""
    watch: bool = False
    grace_days: int = 30
    jails: int = 0
    max_store: int = 20 * 10**9
    log_format: str = "text"
    log_level: str = "info"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes:
        name: as in `Settings`, in flags (`--name`) and in the environment.
        parse: from text; raises ValueError with a sentence that says what is allowed.
        unit: of the value, or what kind of word it is, for the documentation.
        help: one sentence, which names the words that are allowed where only some are.
        many: may be given several times.
        separator: of several values in one variable, and, where it is a comma, in one flag.
        secret: given in the environment alone: flags are shown to everyone by `ps`.
        usual: the default as a person would write it, where that is not its plain text.
    """

    name: str
    parse: Callable[[str], Any]
    unit: str
    help: str
    many: bool = False
    separator: str = ":"
    secret: bool = False
    usual: str = ""

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return ENVIRONMENT_PREFIX + self.name.upper()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # int() alone would take blanks, underscores and digits of other scripts.
        if not (text.isascii() and text.removeprefix("-").isdigit()):
            raise ValueError("a whole number is needed")
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"{low} to {high} is allowed")
        return value

    return parse


def _seconds(text: str) -> int:
    # The specification's program takes a negative interval for "off".
    return max(0, _whole(-(10**9), 10**9)(text))


def _word(text: str) -> str:
    return text


def _secret(text: str) -> Secret:
    return Secret(text.strip())


_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*", re.ASCII)


def _host_name(text: str) -> str:
    name = text.lower()
    if not _HOST_NAME.fullmatch(name) or len(name) > 253:
        raise ValueError("a name such as photos.example.org is needed, without port and slashes")
    return name


def _network(text: str) -> str:
    try:
        return str(parse_network(text))
    except ValueError:
        raise ValueError("an address or network such as 10.0.0.0/8 is needed") from None


_BASE_PATH = re.compile(r"(/(?!\.{1,2}(/|\Z))[A-Za-z0-9._~-]{1,64}){1,8}", re.ASCII)


def _base_path(text: str) -> str:
    path = text.rstrip("/")
    if path and not _BASE_PATH.fullmatch(path):
        raise ValueError("a path such as /photos is needed")
    return path


_SIZE = re.compile(r"(\d{1,6})(kB|MB|GB|TB)", re.ASCII | re.IGNORECASE)
_UNITS_BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _size_bytes(text: str) -> int:
    if text == "0":
        return 0
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError("a size such as 20GB or 500MB is needed, or 0")
    return int(found[1]) * _UNITS_BYTES[found[2].upper()]


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"{' or '.join(words)} is allowed")
        return text

    return parse


def _switch(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError("true or false is allowed")
    return words[text.lower()]


TABLE: tuple[Setting, ...] = (
    Setting(
        "storage_dir",
        _word,
        "folder",
        "Folder of photos and videos to serve, only read, never written; may be given several "
        "times, each is a library.",
        many=True,
    ),
    Setting("port", _whole(0, 65535), "port", "Port to listen on; 0 picks a free one."),
    Setting(
        "rescan_interval",
        _seconds,
        "seconds",
        "Pause between scans of the folders; 0 scans once, at the start.",
    ),
    Setting(
        "host",
        _word,
        "address",
        "Address to listen on; 127.0.0.1 is for this computer alone. Any other, such as 0.0.0.0, "
        "opens the server to the network, and needs an access token or --open_to_network.",
    ),
    Setting(
        "token_file",
        _word,
        "file",
        "File that holds the access token, which everyone needs then: 16 signs or more, such as "
        "`openssl rand -hex 32` makes.",
    ),
    Setting(
        "token",
        _secret,
        "token",
        "The access token itself, instead of a file; there is no flag for it, as others on this "
        "computer would see it.",
        secret=True,
    ),
    Setting(
        "open_to_network",
        _switch,
        "switch",
        "Without an access token, let everyone who reaches the server see and change everything "
        "but its settings.",
    ),
    Setting(
        "allowed_hosts",
        _host_name,
        "name",
        "Names by which browsers reach the server, besides localhost, its address and this "
        "computer's name; several with commas between them.",
        many=True,
        separator=",",
    ),
    Setting(
        "trusted_proxies",
        _network,
        "network",
        "Addresses or networks of reverse proxies whose word on client, scheme and host is taken; "
        "several with commas between them.",
        many=True,
        separator=",",
    ),
    Setting(
        "base_path",
        _base_path,
        "path",
        "Path under which a reverse proxy shows the server, such as /photos.",
    ),
    Setting(
        "data_dir",
        _word,
        "folder",
        "Folder for the catalog and the pictures made, outside the storage folders; by default in "
        "the user's data folder, one for each first storage folder.",
    ),
    Setting(
        "map_file",
        _word,
        "file",
        "File of map tiles (PMTiles) of your own, which the map of the gallery shows from near: "
        "streets, rivers, buildings.",
    ),
    Setting("watch", _switch, "switch", "Scan again as soon as something in a folder changes."),
    Setting(
        "grace_days",
        _whole(0, 36500),
        "days",
        "How long date and pictures of a removed file are remembered, should it come back.",
    ),
    Setting(
        "jails",
        _whole(0, 64),
        "processes",
        "Most processes that decode pictures at a time; 0 is one for each core.",
    ),
    Setting(
        "max_store",
        _size_bytes,
        "size",
        "Most bytes that all pictures made may take, such as 20GB or 500MB; 0 is no limit.",
        usual="20GB",
    ),
    Setting(
        "log_format",
        _one_of("text", "json"),
        "form",
        "Form of all that is written to standard error: text, or json for one object a line.",
    ),
    Setting(
        "log_level",
        _one_of("debug", "info", "warning", "error"),
        "level",
        "The least serious messages that are logged: debug, info, warning or error.",
    ),
)
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in TABLE}


def default(name: str) -> object:
    """The default of a setting, as it is shown; `()` for one that must be given."""
    if BY_NAME[name].usual:
        return BY_NAME[name].usual
    if name == "storage_dir":
        return ()
    found = {one.name: one.default for one in fields(Settings)}[name]
    return ", ".join(found) if isinstance(found, tuple) else found


def collect(flags: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> Settings:
    """Settings from flags, then from the environment, then the defaults.

    Args:
        flags: the values given on the command line, by name, in order; the last one counts for a
            setting that is not `many`.
        environment: variables; those of `TABLE` are read, a list with the system's separator of
            paths between its members. An empty variable counts as absent.

    Raises:
        ValueError: a value is not allowed; the sentence names the flag or variable.
    """
    values: dict[str, Any] = {}
    for setting in TABLE:
        given: Sequence[str] | None = flags.get(setting.name)
        where = f"--{setting.name}"
        if not given and environment.get(setting.variable):
            text = environment[setting.variable]
            where = setting.variable
            given = text.split(setting.separator) if setting.many else [text]
        elif given and setting.many and setting.separator == ",":
            given = ",".join(given).split(",")
        if given:
            values[setting.name] = _parse(setting, given, where)
    if "storage_dir" not in values:
        raise ValueError("--storage_dir is needed: the folder of photos and videos to serve")
    return Settings(**values)


def _parse(setting: Setting, given: Sequence[str], where: str) -> object:
    parsed = []
    for text in given:
        if not text:
            raise ValueError(f"{where}: the value is missing")
        try:
            parsed.append(setting.parse(text.strip() if setting.separator == "," else text))
        except ValueError as error:
            raise ValueError(f"{where}: {error}, not {text!r}") from error
    return tuple(parsed) if setting.many else parsed[-1]
