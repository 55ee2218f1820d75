from __future__ import annotations

import subprocess
import sys
from signal import SIGXCPU

import pytest

from media_server.media.errors import CorruptError, MediaError
from media_server.media.jail_main import _attempt
from media_server.media.reading import Failure, Outcome
from media_server.media.source import BytesSource, Source


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (CorruptError("broken"), "corrupt"),
        (MemoryError(), "out_of_memory"),
        (RecursionError("library"), "corrupt"),
        (KeyError("surprise\n/home/somebody"), "corrupt"),
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
        "from media_server.media.jail_main import _allow_cpu\n"
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
