"""The jail: a process that decodes untrusted bytes and does nothing else.

Started by `jail_process` with one socket and no environment. A decoder that crashes, hangs or eats
memory ends this process and nothing else.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

from media_server.media import wire
from media_server.media.errors import MediaError
from media_server.media.probe import probe
from media_server.media.reading import MAX_DETAIL_CHARS, Failure, Outcome
from media_server.media.source import BytesSource, DescriptorSource, Source

if TYPE_CHECKING:
    from collections.abc import Callable

# Outcomes are sent when this much time has passed, so that the pool sees that work goes on.
_FLUSH_S = 0.05
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve the pool at the other end of the socket until it hangs up.

    The socket's descriptor number is the last argument of the command line.
    """
    parent = os.getppid()
    with socket.socket(fileno=int(sys.argv[-1])) as connection:
        setup = wire.decode_setup(wire.receive_frame(connection))
        confine(setup, parent)
        wire.send_frame(connection, wire.READY)
        try:
            while _serve(connection, setup.cpu_s):
                pass
        except (wire.WireError, ConnectionError):
            return  # the pool has hung up


def confine(setup: wire.Setup, parent: int) -> None:
    """Give up what a decoder does not need. Everything that limits this process stands here.

    RLIMIT_NPROC is left alone: it counts the threads of all of the user's processes.
    """
    _die_with(parent)
    os.nice(setup.niceness)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (setup.open_files, setup.open_files))
    limit = setup.address_space_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _die_with(parent: int) -> None:
    """Have the kernel end this process with the pool's, and first of all when memory is short."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _serve(connection: socket.socket, cpu_s: int) -> bool:
    """Answer one request; whether this process is fit for another."""
    request = wire.decode_request(wire.receive_frame(connection))
    announced = sum(source is None for source in request.sources)
    descriptors = wire.receive_descriptors(connection, announced)
    work = _work(request.task)
    outcomes: list[Outcome] = []
    flushed_s = time.monotonic()
    for data in request.sources:
        now_s = time.monotonic()
        if outcomes and now_s - flushed_s > _FLUSH_S:
            wire.send_frame(connection, wire.encode_outcomes(outcomes))
            outcomes.clear()
            flushed_s = now_s
        _allow_cpu(cpu_s)
        outcome = _outcome(work, data, descriptors)
        outcomes.append(outcome)
        if isinstance(outcome, Failure) and outcome.code == "out_of_memory":
            # What is left of the memory is in pieces: the next source deserves a fresh process.
            wire.send_frame(connection, wire.encode_outcomes(outcomes))
            return False
    wire.send_frame(connection, wire.encode_outcomes(outcomes))
    return True


def _work(task: wire.Task) -> Callable[[Source], Outcome]:
    if task == "probe":
        return probe
    # Brings in the picture libraries, which probing alone can do without.
    from media_server.media import render

    return render.grid if task == "grid" else render.thumbnail


def _outcome(
    work: Callable[[Source], Outcome], data: bytes | None, descriptors: list[int]
) -> Outcome:
    if data is not None:
        return _attempt(work, BytesSource(data))
    descriptor = descriptors.pop(0)
    try:
        return _attempt(work, DescriptorSource(descriptor))
    finally:
        os.close(descriptor)


def _attempt(work: Callable[[Source], Outcome], source: Source) -> Outcome:
    try:
        return work(source)
    except MediaError as error:
        return Failure(error.code, str(error)[:MAX_DETAIL_CHARS])
    except MemoryError:
        return Failure("out_of_memory", "decoding took more memory than the limit")
    except Exception as error:  # noqa: BLE001 - the border: a library's surprise is this file's
        return Failure("corrupt", f"the decoder failed: {type(error).__name__}")


def _allow_cpu(cpu_s: int) -> None:
    """Let the kernel end this process once it has spent `cpu_s` more seconds of processor time."""
    spent_s = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent_s + cpu_s + 1, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
