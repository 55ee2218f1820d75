"""Jails that hang, die, eat memory or lie: each costs one source, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import resource
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pillow_heif
import pytest
import pyvips
from PIL import Image

from media_server.media.jail.pool import JailLimits, JailPool, PoolClosedError
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome

# Speaks the protocol; does with each source what its content says.
_FAKE = """
import ctypes, errno, os, signal, socket, sys, time
sys.path[:] = PATH
from media_server.media.jail import main as jail_main, wire
from media_server.media.jail.confine import confine
from media_server.media.picture import Picture
from media_server.media.reading import Failure

libc = ctypes.CDLL(None, use_errno=True)
connection = socket.socket(fileno=int(sys.argv[-1]))
setup = wire.decode_setup(wire.receive_frame(connection))
try:
    os.close(os.open(__file__ + ".mark", os.O_CREAT | os.O_EXCL))
    first = True
except FileExistsError:
    first = False
greeting = jail_main.greet(setup, confine(setup, os.getppid()))
wire.send_frame(connection, wire.encode_greeting(greeting))


def act(word):
    if word == b"exit":
        sys.exit(3)
    elif word == b"hang up":
        connection.close()
        time.sleep(600)
    elif word == b"hang":
        time.sleep(600)
    elif word == b"slow":
        time.sleep(0.3)
    elif word == b"spin":
        jail_main._allow_cpu(0)
        while True:
            pass
    elif word.startswith(b"signal "):
        os.kill(os.getpid(), int(word[7:]))
    elif word == b"once":
        if first:
            os.kill(os.getpid(), 9)
    elif word == b"nonsense":
        wire.send_frame(connection, b"\\xc1 no MessagePack")
    elif word == b"nothing":
        wire.send_frame(connection, wire.encode_outcomes([]))
    elif word == b"endless":
        connection.sendall(b"\\xff\\xff\\xff\\xff")
    elif word == b"trickle":
        connection.sendall(b"\\x10\\0\\0\\0")
        while True:
            connection.sendall(b"\\0")
            time.sleep(0.1)
    elif word == b"too many":
        wire.send_frame(connection, wire.encode_outcomes([Failure("empty", "")] * 1000))
    elif word == b"another type":
        answer(Picture("image/png", 1, 1, b"x"))
    elif word == b"huge picture":
        answer(Picture("image/png", 1, 1, bytes(9_000_000)))
    elif word == b"wide picture":
        answer(Picture("image/png", 1_000_000, 1, b"x"))
    elif word == b"other mime":
        answer(Picture("text/html", 1, 1, b"x"))
    elif word == b"unknown code":
        answer(Failure("because", ""))
    elif word == b"unprintable":
        answer(Failure("corrupt", "\\x1b[2J"))
    elif word.startswith(b"try "):
        try:
            exec(word[4:].decode(), {"parent": os.getppid(), "libc": libc})
            answer(Failure("corrupt", "done"))
        except OSError as error:
            answer(Failure("corrupt", errno.errorcode[error.errno]))
    elif word == b"long":
        answer(Failure("corrupt", "x" * 1000))


def answer(outcome):
    wire.send_frame(connection, wire.encode_outcomes([outcome]))


while True:
    request = wire.decode_request(wire.receive_frame(connection))
    announced = sum(source is None for source in request.sources)
    descriptors = wire.receive_descriptors(connection, announced)
    outcomes = []
    for source in request.sources:
        if source is not None and source.startswith(b"try "):
            act(source)
            continue
        act(os.pread(descriptors.pop(0), 100, 0) if source is None else source)
        outcomes.append(Failure("empty", "as told"))
    if outcomes:
        wire.send_frame(connection, wire.encode_outcomes(outcomes))
"""
FINE = Failure("empty", "as told")


@pytest.fixture
def fake(tmp_path: Path) -> list[str]:
    script = tmp_path / "fake_jail.py"
    script.write_text(_FAKE.replace("PATH", repr(sys.path)))
    return [sys.executable, "-I", str(script)]


@pytest.fixture
def make_pool() -> Iterator[Callable[..., JailPool]]:
    """Pools that are closed at the end, and have left neither process nor descriptor."""
    descriptors, pools = _descriptors(), []
    _of_others.clear()
    _of_others.update(_children())

    def make(size: int = 1, **options: object) -> JailPool:
        pools.append(JailPool(size=size, **options))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
    assert _children() == []
    assert _descriptors() <= descriptors


# Jails of a pool that other tests share; it may stop them meanwhile, but starts none.
_of_others: set[int] = set()


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _children() -> list[int]:
    """Processes started by any thread of this one, zombies included."""
    found: list[int] = []
    for thread in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/children") as file:
                found += map(int, file.read().split())
        except FileNotFoundError:
            continue
    return [pid for pid in found if pid not in _of_others and _command(pid)]


def _command(pid: int) -> bool:
    """Whether it is a jail: the test runner has children of its own."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            zombie = file.read().rpartition(")")[2].split()[0] == "Z"
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return zombie or b"jail" in file.read()
    except FileNotFoundError:
        return False


def _until(true: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if true():
            return True
        time.sleep(0.01)
    return False


def _open(tmp_path: Path, content: bytes) -> int:
    path = tmp_path / "source"
    path.write_bytes(content)
    return os.open(path, os.O_RDONLY)


def _jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (b"signal 9", "jail_died"),
        (b"signal 11", "jail_died"),
        (b"signal 6", "jail_died"),
        (b"exit", "jail_died"),
        (b"hang", "timeout"),
        (b"trickle", "timeout"),
        (b"spin", "timeout"),
        (b"nonsense", "jail_died"),
        (b"nothing", "jail_died"),
        (b"endless", "jail_died"),
        (b"too many", "jail_died"),
        (b"another type", "jail_died"),
        (b"huge picture", "jail_died"),
        (b"wide picture", "jail_died"),
        (b"other mime", "jail_died"),
        (b"unknown code", "jail_died"),
        (b"unprintable", "jail_died"),
        (b"long", "jail_died"),
    ],
)
def test_one_bad_source_of_fifty_costs_only_itself(
    make_pool: Callable[..., JailPool], fake: list[str], word: bytes, code: str
) -> None:
    wall_s = 5.0 if word == b"spin" else 1.0
    pool = make_pool(command=fake, limits=JailLimits(wall_s=wall_s))
    outcomes = pool.submit("probe", [b"fine"] * 24 + [word] + [b"fine"] * 25).result(30)
    culprit = outcomes.pop(24)
    assert outcomes == [FINE] * 49
    assert isinstance(culprit, Failure)
    assert culprit.code == code
    assert pool.state().died_total >= 1
    assert pool.submit("probe", [b"fine"]).result(10) == [FINE]


@pytest.mark.parametrize(("task", "least_s"), [("probe", 0.4), ("sidecar", 0.4), ("grid", 4.0)])
def test_reading_may_take_less_time_than_decoding(
    make_pool: Callable[..., JailPool], fake: list[str], task: Task, least_s: float
) -> None:
    pool = make_pool(command=fake, limits=JailLimits(wall_s=4.0, reading_wall_s=0.4))
    began_s = time.monotonic()
    [outcome] = pool.submit(task, [b"hang"]).result(30)
    assert isinstance(outcome, Failure)
    assert outcome.code == "timeout"
    assert least_s <= time.monotonic() - began_s < least_s + 3


@pytest.mark.parametrize("word", ["huge picture", "wide picture", "other mime"])
def test_lies_about_pictures(
    make_pool: Callable[..., JailPool], fake: list[str], word: str
) -> None:
    [outcome] = make_pool(command=fake).submit("grid", [word.encode()]).result(10)
    assert isinstance(outcome, Failure)
    assert outcome.code == "jail_died"


def test_several_killers_in_one_batch(make_pool: Callable[..., JailPool], fake: list[str]) -> None:
    sources = [b"fine", b"signal 9", b"fine", b"exit", b"signal 11", b"fine"]
    outcomes = make_pool(command=fake).submit("probe", sources).result(20)
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, Failure)]
    assert codes == ["empty", "jail_died", "empty", "jail_died", "jail_died", "empty"]


def test_a_lone_source_whose_jail_is_killed_gets_a_second_try(
    make_pool: Callable[..., JailPool], fake: list[str]
) -> None:
    """As when the kernel, short of memory, killed a jail for another's sake."""
    pool = make_pool(command=fake)
    assert pool.submit("probe", [b"once"]).result(10) == [FINE]
    assert pool.state().died_total == 1


def test_a_lone_killer_is_tried_twice(make_pool: Callable[..., JailPool], fake: list[str]) -> None:
    pool = make_pool(command=fake)
    [outcome] = pool.submit("probe", [b"signal 9"]).result(10)
    assert isinstance(outcome, Failure)
    assert outcome.code == "jail_died"
    assert pool.state().died_total == 2


def test_descriptors_are_closed_whatever_happens(
    make_pool: Callable[..., JailPool], fake: list[str], tmp_path: Path
) -> None:
    before = _descriptors()
    pool = make_pool(2, command=fake, limits=JailLimits(wall_s=0.3))
    words = [b"fine", b"signal 9", b"hang", b"nonsense"]
    futures = [
        pool.submit("probe", [_open(tmp_path, word) for word in [b"fine", word, b"fine"]])
        for word in words
    ]
    for future in futures:
        assert [future.result(20)[at] for at in (0, 2)] == [FINE, FINE]
    pool.close()
    assert _descriptors() <= before
    with pytest.raises(PoolClosedError):
        pool.submit("probe", [_open(tmp_path, b"fine")]).result(1)
    assert _descriptors() <= before


def test_no_descriptor_is_closed_twice(make_pool: Callable[..., JailPool], tmp_path: Path) -> None:
    """A second `close` would hit whatever got the number since."""
    pool = make_pool()
    content = _jpeg()
    for _ in range(20):
        future = pool.submit("probe", [_open(tmp_path, content) for _ in range(5)])
        mine = [os.open(tmp_path, os.O_RDONLY) for _ in range(20)]
        future.result(10)
        mine += [os.open(tmp_path, os.O_RDONLY) for _ in range(5)]
        time.sleep(0.002)
        for descriptor in mine:
            os.close(descriptor)


def test_hundreds_of_descriptors_at_once(
    make_pool: Callable[..., JailPool], tmp_path: Path
) -> None:
    content = _jpeg()
    sources = [_open(tmp_path, content) for _ in range(600)]
    pool = make_pool(2)
    outcomes = pool.submit("probe", sources).result(30)
    assert pool.state().died_total == 0
    assert len(outcomes) == 600
    assert all(isinstance(outcome, Reading) for outcome in outcomes)


def _bmp(edge: int) -> bytes:
    """Claims edge² pixels, of which none is there."""
    head = struct.pack("<LllHHLLLLLL", 40, edge, edge, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LHHL", 1000, 0, 0, 54) + head + bytes(500)


def test_memory_ends_at_the_limit(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool(limits=JailLimits(address_space_bytes=150 << 20))
    sources = [_jpeg(), _bmp(6_500), _jpeg()]
    outcomes = pool.submit("grid", sources).result(30)
    assert [type(outcome) for outcome in outcomes] == [Picture, Failure, Picture]
    assert isinstance(outcomes[1], Failure)
    assert outcomes[1].code == "out_of_memory"
    assert pool.state().started_total == 2


def test_large_interlaced_pictures_fit(make_pool: Callable[..., JailPool]) -> None:
    """They are held as a whole, in memory: a jail may write no temporary file."""
    image = pyvips.Image.black(7_000, 6_000, bands=3).copy(interpretation="srgb")
    data = image.pngsave_buffer(interlace=True, compression=1)
    [outcome] = make_pool().submit("grid", [data]).result(30)
    assert isinstance(outcome, Picture)
    assert (outcome.width_px, outcome.height_px) == (320, 274)


def test_the_default_limit_holds(make_pool: Callable[..., JailPool]) -> None:
    core = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (core[1], core[1]))  # a default of 0 proves nothing
    try:
        pool = make_pool()
        pool.submit("probe", [_jpeg()]).result(10)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, core)
    [pid] = _children()
    with open(f"/proc/{pid}/limits") as file:
        limits = {line[:25].strip(): tuple(line[26:66].split()) for line in file}
    usual_bytes = JailLimits().address_space_bytes
    assert limits["Max address space"] == (str(usual_bytes), str(2 * usual_bytes))
    assert limits["Max file size"] == limits["Max core file size"] == ("0", "0")
    assert limits["Max open files"] == (str(JailLimits().open_files),) * 2
    assert int(limits["Max cpu time"][0]) <= JailLimits().cpu_s + 2


def test_a_jail_is_given_nothing(make_pool: Callable[..., JailPool], tmp_path: Path) -> None:
    os.environ["MEDIA_SERVER_TEST_SECRET"] = "secret"
    secret = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(secret, True)
    try:
        pool = make_pool(niceness=3)
        pool.submit("probe", [_jpeg()]).result(10)
        [pid] = _children()
        with open(f"/proc/{pid}/environ", "rb") as file:
            assert b"secret" not in file.read()
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        held = sorted(os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))
        assert held[:3] == ["/dev/null"] * 3
        assert [name.partition(":")[0] for name in held[3:]] == ["socket"]
        assert os.getpgid(pid) == pid
        assert os.getsid(pid) == os.getsid(0)  # niceness counts only inside a session
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 3
        with open(f"/proc/{pid}/oom_score_adj") as file:
            assert file.read().strip() == "1000"
    finally:
        os.close(secret)
        del os.environ["MEDIA_SERVER_TEST_SECRET"]


def test_close_waits_for_nobody(make_pool: Callable[..., JailPool], fake: list[str]) -> None:
    pool = make_pool(2, command=fake)
    futures = [pool.submit("probe", [b"hang"]) for _ in range(5)]
    assert _until(lambda: pool.state().busy == 2)
    began_s = time.monotonic()
    pool.close()
    assert time.monotonic() - began_s < 1.5
    for future in futures:
        assert isinstance(future.exception(1), PoolClosedError)
    assert pool.state().running == 0
    pool.close()


def test_close_while_a_jail_starts(make_pool: Callable[..., JailPool]) -> None:
    command = [sys.executable, "-c", "jail = __import__('time').sleep(60)"]
    pool = make_pool(command=command)
    future = pool.submit("probe", [b""])
    assert _until(lambda: pool.state().running == 1)
    began_s = time.monotonic()
    pool.close()
    assert time.monotonic() - began_s < 1.5
    assert isinstance(future.exception(1), PoolClosedError)


@pytest.mark.parametrize("command", [["/nonexistent/jail"], [sys.executable, "-c", "pass"]])
def test_a_jail_that_does_not_start(make_pool: Callable[..., JailPool], command: list[str]) -> None:
    outcomes = make_pool(command=command).submit("probe", [b"one", b"two"]).result(10)
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Failure)] == [
        "jail_died",
        "jail_died",
    ]


def test_a_jail_that_dies_while_idle_costs_nothing(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool()
    pool.submit("probe", [_jpeg()]).result(10)
    [pid] = _children()
    os.kill(pid, signal.SIGKILL)
    assert _until(lambda: not os.path.exists(f"/proc/{pid}/exe"))
    [outcome] = pool.submit("probe", [_jpeg()]).result(10)
    assert isinstance(outcome, Reading)


def _call(number_x86: int, number_arm: int, *arguments: str) -> str:
    number = number_x86 if os.uname().machine == "x86_64" else number_arm
    words = ", ".join([f"ctypes.c_long({number})", *arguments])
    return (
        f"import ctypes, os\nif libc.syscall({words}) == -1: raise OSError(ctypes.get_errno(), '')"
    )


# What a decoder in the hands of an attacker would do, and how it must end. VICTIM is a file of the
# user's, FOLDER a folder where anybody may write.
_ATTACKS = {
    "read a photo": ("import os; os.open(VICTIM, 0)", "EACCES"),
    "read a photo by its folder": ("import os; os.open(FOLDER, os.O_DIRECTORY)", "EACCES"),
    "read the users": ("import os; os.open('/etc/passwd', 0)", "EACCES"),
    "list the users' folders": ("import os; os.listdir('/home')", "EACCES"),
    "read the parent's environment": (
        "import os; os.open(f'/proc/{parent}/environ', 0)",
        "EACCES",
    ),
    "read the parent's memory": ("import os; os.open(f'/proc/{parent}/mem', 0)", "EACCES"),
    "open the parent's files": ("import os; os.open(f'/proc/{parent}/fd/0', 0)", "EACCES"),
    "read its own memory map": ("import os; os.open('/proc/self/maps', 0)", "EACCES"),
    "open a device": ("import os; os.open('/dev/zero', 0)", "EACCES"),
    "make a file": ("import os; os.open(FOLDER + '/new', os.O_CREAT | os.O_RDONLY)", "EPERM"),
    "make a nameless file": ("import os; os.open(FOLDER, os.O_TMPFILE | os.O_RDWR)", "EPERM"),
    "write a file": ("import os; os.open(VICTIM, os.O_WRONLY)", "EPERM"),
    "cut a file on opening": ("import os; os.open(VICTIM, os.O_TRUNC)", "EPERM"),
    "cut a file": ("import os; os.truncate(VICTIM, 0)", "EPERM"),
    "delete a file": ("import os; os.unlink(VICTIM)", "EPERM"),
    "rename a file": ("import os; os.rename(VICTIM, VICTIM + '.new')", "EPERM"),
    "link a file": ("import os; os.link(VICTIM, VICTIM + '.new')", "EPERM"),
    "link to a file": ("import os; os.symlink(VICTIM, VICTIM + '.new')", "EPERM"),
    "change a file's mode": ("import os; os.chmod(VICTIM, 0)", "EPERM"),
    "change a file's owner": ("import os; os.chown(VICTIM, 1, 1)", "EPERM"),
    "change a file's times": ("import os; os.utime(VICTIM)", "EPERM"),
    "mark a file": ("import os; os.setxattr(VICTIM, 'user.x', b'y')", "EPERM"),
    "make a folder": ("import os; os.mkdir(FOLDER + '/new')", "EPERM"),
    "make a pipe with a name": ("import os; os.mkfifo(FOLDER + '/new')", "EPERM"),
    "change the working folder": ("import os; os.chdir(FOLDER)", "EPERM"),
    "use TCP": ("import socket; socket.create_connection(('127.0.0.1', 9))", "EPERM"),
    "use UDP": ("import socket; socket.socket(2, 2).sendto(b'', ('127.0.0.1', 9))", "EPERM"),
    "use Unix sockets": ("import socket; socket.socket(1, 1)", "EPERM"),
    "use pairs of sockets": ("import socket; socket.socketpair()", "EPERM"),
    "make a child": ("import os; os.fork() or os._exit(0)", "EPERM"),
    "make a child as vfork does": (_call(56, 220, "0x4111", "0", "0", "0", "0"), "EPERM"),
    "make a child by clone3": (_call(435, 435, "0", "0"), "ENOSYS"),
    "start a program": ("import os; os.execv('/bin/true', ['true'])", "EPERM"),
    "signal its parent": ("import os; os.kill(parent, 0)", "EPERM"),
    "signal everybody": ("import os; os.kill(-1, 0)", "EPERM"),
    "leave the group it is killed with": ("import os; os.setpgid(0, parent)", "EPERM"),
    "limit its parent": ("import resource; resource.prlimit(parent, 7, (9, 9))", "EPERM"),
    "trace its parent": (_call(101, 117, "16", "ctypes.c_long(parent)", "0", "0"), "EPERM"),
    "read another's memory": (
        _call(310, 270, "ctypes.c_long(parent)", "0", "0", "0", "0", "0"),
        "EPERM",
    ),
    "mount": (_call(165, 40, "0", "0", "0", "0", "0"), "EPERM"),
    "load a kernel's program": (_call(321, 280, "0", "0", "0"), "EPERM"),
    "use the kernel's keys": (_call(250, 219, "0", "0", "0"), "EPERM"),
    "use io_uring": (_call(425, 425, "1", "0"), "ENOSYS"),
    "count events": (_call(298, 241, "0", "0", "0", "0", "0"), "EPERM"),
    "handle page faults": (_call(323, 282, "0"), "EPERM"),
    "enter other namespaces": (_call(272, 97, "0x10000000"), "EPERM"),
    "make a file in memory": ("import os; os.memfd_create('x')", "EPERM"),
    "be let to gain privileges": (_call(157, 167, "38", "0", "0", "0", "0"), "EPERM"),
    "outlive its parent": (_call(157, 167, "1", "0", "0", "0", "0"), "EPERM"),
}


@pytest.mark.parametrize("deed", _ATTACKS)
def test_a_hostile_decoder_gets_nowhere(
    make_pool: Callable[..., JailPool], fake: list[str], tmp_path: Path, deed: str
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    folder.chmod(0o777)
    victim = folder / "photo.jpg"
    victim.write_bytes(b"precious")
    before = victim.stat()
    code, end = _ATTACKS[deed]
    code = code.replace("VICTIM", repr(str(victim))).replace("FOLDER", repr(str(folder)))
    pool = make_pool(command=fake)
    assert pool.submit("probe", [f"try {code}".encode()]).result(10) == [Failure("corrupt", end)]
    assert pool.submit("probe", [b"fine"]).result(10) == [FINE]
    assert pool.state().died_total == 0
    assert list(folder.iterdir()) == [victim]
    after = victim.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)
    assert victim.read_bytes() == b"precious"


def test_the_layers_are_known(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool()
    assert pool.state().layers is None
    pool.submit("probe", [_jpeg()]).result(10)
    layers = pool.state().layers
    assert layers is not None
    assert (layers.privileges, layers.memory, layers.seccomp) == ("on", "on", "on")
    assert layers.landlock.startswith("on (ABI ")
    [pid] = _children()
    with open(f"/proc/{pid}/status") as file:
        status = dict(line.rstrip("\n").split(":\t") for line in file if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert int(status["CapEff"], 16) & ~4 == 0  # 4: reading modules, whoever owns them
    assert status["CapPrm"] == status["CapEff"]


def test_a_jail_that_does_not_hold_is_not_used(
    make_pool: Callable[..., JailPool], fake: list[str]
) -> None:
    """It says that Landlock is on, and can open what it must not."""
    script = Path(fake[-1])
    text = script.read_text()
    claim = (
        "msgspec.structs.replace(confine(setup, os.getppid(), no_landlock), landlock='on (ABI 1)')"
    )
    script.write_text(
        text.replace("confine(setup, os.getppid())", claim).replace(
            "connection = ", _NO_LANDLOCK + "connection = ", 1
        )
    )
    pool = make_pool(command=fake)
    [outcome] = pool.submit("probe", [b"fine"]).result(10)
    assert outcome == Failure("jail_died", "the decoder process is not confined")
    layers = pool.state().layers
    assert layers is not None
    assert layers.landlock == "broken (read a file)"
    assert pool.state().running == 0


_NO_LANDLOCK = """
import msgspec
from media_server.media.jail import kernel
def no_landlock(name, *arguments):
    if arguments[0] in (444, 445, 446):
        raise OSError(errno.ENOSYS, "none")
    return kernel.invoke(name, *arguments)
"""


def test_a_jail_without_landlock_works_and_says_so(
    make_pool: Callable[..., JailPool], fake: list[str]
) -> None:
    script = Path(fake[-1])
    text = script.read_text().replace("os.getppid())", "os.getppid(), no_landlock)", 1)
    script.write_text(text.replace("connection = ", _NO_LANDLOCK + "connection = ", 1))
    pool = make_pool(command=fake)
    assert pool.submit("probe", [b"fine"]).result(10) == [FINE]
    layers = pool.state().layers
    assert layers is not None
    assert layers.landlock == "off (the kernel has none)"
    assert layers.seccomp == "on"


def test_the_pool_names_what_is_out_of_reach(
    make_pool: Callable[..., JailPool], tmp_path: Path
) -> None:
    """A file among the modules can be read, so no jail starts that is told it must not be."""
    pool = make_pool(out_of_reach=os.fsencode(os.__file__))
    [outcome] = pool.submit("probe", [_jpeg()]).result(10)
    assert _codes([outcome]) == ["jail_died"]


def test_every_kind_is_decoded_in_the_jail(make_pool: Callable[..., JailPool]) -> None:
    """Each library is loaded by the jail after it has confined itself."""
    picture = pyvips.Image.black(60, 40, bands=3).copy(interpretation="srgb")
    sources = [_encoded(form) for form in ("JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIF")]
    sources.append(picture.cast("ushort").pngsave_buffer())
    pool = make_pool()
    for task, kind in (("probe", Reading), ("grid", Picture), ("thumbnail", Picture)):
        outcomes = pool.submit(task, sources).result(30)  # type: ignore[arg-type]
        assert [type(outcome) for outcome in outcomes] == [kind] * len(sources)
    assert pool.state().died_total == 0


def _encoded(form: str) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGB", (60, 40), "teal")
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(file)
    else:
        image.save(file, form)
    return file.getvalue()


_PARENT = """
import sys, time
sys.path[:] = PATH
from media_server.media.jail.pool import JailPool
pool = JailPool(size=1, command=COMMAND)
pool.submit("probe", [b"fine"]).result()
pool.submit("probe", [WORD])
while not pool.state().busy:
    time.sleep(0.01)
time.sleep(0.3)
[jail] = pool._jails.values()
print(jail._process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("word", [b"hang", b"slow"])
def test_a_jail_dies_with_its_parent(fake: list[str], word: bytes) -> None:
    """Also when it never looks at its socket again."""
    script = _PARENT.replace("PATH", repr(sys.path)).replace("COMMAND", repr(fake))
    command = [sys.executable, "-c", script.replace("WORD", repr(word))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert os.path.exists(f"/proc/{pid}/exe")
        parent.kill()
    assert _until(lambda: not os.path.exists(f"/proc/{pid}/exe"), 3.0)


def _codes(outcomes: list[Outcome]) -> list[str]:
    return [outcome.code for outcome in outcomes if isinstance(outcome, Failure)]


def test_a_jail_that_hangs_up_but_lives_is_killed(
    make_pool: Callable[..., JailPool], fake: list[str]
) -> None:
    pool = make_pool(command=fake)
    assert _codes(pool.submit("probe", [b"hang up"]).result(15)) == ["jail_died"]
    assert pool.state().running == 0
