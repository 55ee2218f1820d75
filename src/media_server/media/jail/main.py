"""The jail: a process that decodes untrusted bytes and does nothing else.

Started by `process` with one socket and no environment. A decoder that crashes, hangs or eats
memory ends this process and nothing else.
"""

from __future__ import annotations

import os
import resource
import socket
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from media_server.media.errors import MediaError
from media_server.media.inspect import identify
from media_server.media.jail import wire
from media_server.media.jail.confine import confine, memory_limit_bytes
from media_server.media.jail.escape import find_escape
from media_server.media.probe import probe
from media_server.media.reading import MAX_DETAIL_CHARS, Failure, Outcome
from media_server.media.source import BytesSource, DescriptorSource, Source
from media_server.media.tags.sidecar import read_sidecar
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, sniff_video

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[Source], Outcome]

# Outcomes are sent when this much time has passed, so that the pool sees that work goes on.
_FLUSH_S = 0.05
_OUT_OF_MEMORY = Failure("out_of_memory", "decoding took more memory than the limit")


def main() -> None:
    """Serve the pool at the other end of the socket until it hangs up.

    The socket's descriptor number is the last argument of the command line.
    """
    parent = os.getppid()
    with socket.socket(fileno=int(sys.argv[-1])) as connection:
        setup = wire.decode_setup(wire.receive_frame(connection))
        greeting = greet(setup, confine(setup, parent))
        wire.send_frame(connection, wire.encode_greeting(greeting))
        try:
            while greeting.sound and _serve(connection, setup):
                pass
        except (wire.WireError, ConnectionError):
            return  # the pool has hung up


def greet(setup: wire.Setup, layers: wire.Layers) -> wire.Greeting:
    """Try whether the layers hold; one that does not is called broken."""
    escape = find_escape(layers, setup)
    if escape is None:
        return wire.Greeting(layers, True)
    layer, deed = escape
    return wire.Greeting(msgspec.structs.replace(layers, **{layer: f"broken ({deed})"}), False)


def _serve(connection: socket.socket, setup: wire.Setup) -> bool:
    """Answer one request; whether this process is fit for another."""
    request = wire.decode_request(wire.receive_frame(connection))
    announced = sum(source is None for source in request.sources)
    descriptors = wire.receive_descriptors(connection, announced)
    work = _within_memory(_work(request.task), setup.address_space_bytes)
    outcomes: list[Outcome] = []
    flushed_s = time.monotonic()
    for data in request.sources:
        now_s = time.monotonic()
        if outcomes and now_s - flushed_s > _FLUSH_S:
            wire.send_frame(connection, wire.encode_outcomes(outcomes))
            outcomes.clear()
            flushed_s = now_s
        _allow_cpu(setup.cpu_s)
        outcome = _outcome(work, data, descriptors)
        outcomes.append(outcome)
        if isinstance(outcome, Failure) and outcome.code == "out_of_memory":
            # What is left of the memory is in pieces: the next source deserves a fresh process.
            wire.send_frame(connection, wire.encode_outcomes(outcomes))
            return False
    wire.send_frame(connection, wire.encode_outcomes(outcomes))
    return True


def _work(task: wire.Task) -> Work:
    if task == "probe":
        return probe
    if task == "sidecar":
        return read_sidecar
    # Brings in the picture libraries, which probing alone can do without.
    from media_server.media import render

    return {
        "grid": render.grid,
        "thumbnail": render.thumbnail,
        "preview": render.preview,
        "poster": render.poster,
    }[task]


def _within_memory(work: Work, usual_bytes: int) -> Work:
    """The same work, with as much address space as a source's type may take."""

    def limited(source: Source) -> Outcome:
        _allow_memory(memory_limit_bytes(_kind(source), usual_bytes))
        return work(source)

    return limited


def _kind(source: Source) -> str | None:
    """The type of a source's content; None for none known."""
    if not source.size_bytes:
        return None
    return identify(source) or sniff_video(source.read_at(0, VIDEO_SNIFF_BYTES))


def _outcome(work: Work, data: bytes | None, descriptors: list[int]) -> Outcome:
    if data is not None:
        return _attempt(work, BytesSource(data))
    descriptor = descriptors.pop(0)
    try:
        return _attempt(work, DescriptorSource(descriptor))
    finally:
        os.close(descriptor)


def _attempt(work: Work, source: Source) -> Outcome:
    try:
        return work(source)
    except MediaError as error:
        return Failure(error.code, str(error)[:MAX_DETAIL_CHARS])
    except MemoryError:
        return _OUT_OF_MEMORY
    except ImportError as error:
        if "map segment" in str(error):  # the loader's words for a full address space
            return _OUT_OF_MEMORY
        return Failure("unsupported", "the decoder for this type cannot be loaded")
    except Exception as error:  # noqa: BLE001 - the border: a library's surprise is this file's
        return Failure("corrupt", f"the decoder failed: {type(error).__name__}")


def _allow_memory(limit_bytes: int) -> None:
    """Let the next source have so much address space; at most the hard limit."""
    _, most_bytes = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, most_bytes))


def _allow_cpu(cpu_s: int) -> None:
    """Let the kernel end this process once it has spent `cpu_s` more seconds of processor time."""
    spent_s = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent_s + cpu_s + 1, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
