from __future__ import annotations

import os
import socket
import subprocess
import sys
from signal import SIGXCPU

import pytest

from media_server.media.errors import CorruptError, MediaError
from media_server.media.jail import wire
from media_server.media.jail.confine import USUAL_MEMORY_BYTES
from media_server.media.jail.main import _attempt
from media_server.media.reading import Failure, Outcome
from media_server.media.source import BytesSource, Source


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (CorruptError("broken"), "corrupt"),
        (MemoryError(), "out_of_memory"),
        (RecursionError("library"), "corrupt"),
        (KeyError("surprise\n/home/somebody"), "corrupt"),
        (ImportError("/home/a.so: failed to map segment from shared object"), "out_of_memory"),
        (ModuleNotFoundError("No module named 'decoder'"), "unsupported"),
    ],
)
def test_every_error_becomes_a_failure_without_a_path(raised: Exception, code: str) -> None:
    def work(source: Source) -> Outcome:
        raise raised

    outcome = _attempt(work, BytesSource(b""))
    assert isinstance(outcome, Failure)
    assert outcome.code == code
    assert "/" not in outcome.detail
    assert outcome.detail.isprintable()


def test_every_code_is_known() -> None:
    codes = [error.code for error in MediaError.__subclasses__()]
    assert len(set(codes)) == len(codes) == 6


def test_the_processor_time_limit_moves_along() -> None:
    """A second of work under the limit of each, then more than one source's share."""
    code = (
        f"import sys, time; sys.path[:] = {sys.path!r}; "
        "from media_server.media.jail.main import _allow_cpu\n"
        "for _ in range(3):\n"
        "    _allow_cpu(1)\n"
        "    end = time.process_time() + 0.7\n"
        "    while time.process_time() < end: pass\n"
        "print('alive', flush=True)\n"
        "while True: pass"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    assert done.stdout == b"alive\n"
    assert done.returncode == -SIGXCPU


_CONTENTS = {
    "JPEG": b"\xff\xd8\xff",
    "nothing": b"",
    "text": b"text",
    "MP4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
    "ORF": b"IIRO",
}


@pytest.mark.parametrize("name", _CONTENTS)
def test_memory_follows_the_type_of_each_source(name: str) -> None:
    """300 MB fit into what a video or raw picture may take, twice 200 MB, and into nothing less."""
    script = (
        f"import resource, sys; sys.path[:] = {sys.path!r}\n"
        "from media_server.media.jail import main as jail_main\n"
        "from media_server.media.source import BytesSource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 400 << 20))\n"
        "work = jail_main._within_memory(lambda source: len(bytes(300 << 20)), 200 << 20)\n"
        f"for content in ({_CONTENTS[name]!r}, b'text', {_CONTENTS[name]!r}):\n"
        "    outcome = jail_main._attempt(work, BytesSource(content))\n"
        "    print(getattr(outcome, 'code', 'done'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
    code = b"done" if name in ("MP4", "ORF") else b"out_of_memory"
    assert done.stdout.split() == [code, b"out_of_memory", code]


def test_a_jail_that_does_not_hold_ends() -> None:
    """By itself, also if the pool asked it for work."""
    script = f"import sys; sys.path[:] = {sys.path!r}; "
    script += "from media_server.media.jail.main import main; main()"
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", script, str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=(theirs.fileno(),)) as jail, ours:
        theirs.close()
        setup = wire.Setup(USUAL_MEMORY_BYTES, 30, 64, 0, os.fsencode(os.__file__))
        wire.send_frame(ours, wire.encode_setup(setup))
        greeting = wire.decode_greeting(wire.receive_frame(ours))
        assert not greeting.sound
        assert greeting.layers.landlock == "broken (read a file)"
        assert jail.wait(5) == 0
