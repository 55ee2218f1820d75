"""What a jail gives up before it sees the first file: privileges, memory, files, system calls.

Each layer stands alone, so that a hole in one meets the next. One that the kernel lacks is
reported; one that is there is tried out by `escape`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import struct
import sys
from typing import TYPE_CHECKING

import msgspec

import media_server
from media_server.media.jail import kernel
from media_server.media.jail.landlock import restrict_files
from media_server.media.jail.seccomp import filter_calls
from media_server.media.jail.wire import Layers, Setup
from media_server.media.sniff import RAW_MIMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.media.jail.kernel import Invoke

USUAL_MEMORY_BYTES = 512 << 20
"""What most files may take: address space, libraries included."""

LARGE_FACTOR = 2
"""How many times as much video and camera raw may take."""

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CAPABILITY_VERSION = 0x20080522
# A root user's jail still imports from folders that only another user may read.
_CAP_DAC_READ_SEARCH = 1 << 2
# The C library and what wheels expect of a system, the loader's list of it, and the time zones,
# which `zoneinfo` looks for there before it looks among the modules.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_TIME_ZONES = "/usr/share/zoneinfo"
_MODULE_FOLDERS = ("site-packages", "dist-packages")
_REASONS = {
    errno.ENOSYS: "the kernel has none",
    errno.EINVAL: "the kernel has none",
    errno.EOPNOTSUPP: "switched off in the kernel",
    errno.EPERM: "not permitted here",
    errno.EACCES: "not permitted here",
}


def confine(setup: Setup, parent: int, invoke: Invoke = kernel.invoke) -> Layers:
    """Give up what a decoder does not need. Everything that limits this process stands here.

    RLIMIT_NPROC is left alone: it counts the threads of all of the user's processes.

    Args:
        setup: the limits.
        parent: the process to die with.
        invoke: how the C library is called.

    Returns:
        Which layers are on.

    Raises:
        RuntimeError: there is a second thread, which most of this would not hold.
        OSError: a limit cannot be set.
    """
    os.nice(setup.niceness)
    if sys.platform == "linux":
        if len(os.listdir("/proc/self/task")) != 1:
            raise RuntimeError("a jail is confined before it has threads")
        _die_with(parent, invoke)
    _set_limits(setup)
    return Layers(
        privileges=_layer(lambda: _drop_privileges(invoke)),
        memory="on",
        landlock=_layer(lambda: f"on (ABI {restrict_files(readable_paths(), invoke)})"),
        seccomp=_layer(lambda: _filter(invoke)),
    )


def memory_limit_bytes(kind: str | None, usual_bytes: int = USUAL_MEMORY_BYTES) -> int:
    """The address space that one file's decoding may take.

    Args:
        kind: the file's type by its content; None for none known.
        usual_bytes: what most types may take.
    """
    large = kind is not None and (kind.startswith("video/") or kind in RAW_MIMES)
    return LARGE_FACTOR * usual_bytes if large else usual_bytes


def readable_paths() -> list[str]:
    """Where a jail may read: the interpreter's modules, and the libraries they load. Code only.

    The working folder and other folders of a user's on the module path are not among them.
    """
    beside_others = os.path.dirname(os.path.dirname(msgspec.__file__))
    return [
        os.path.dirname(os.__file__),
        os.path.join(sys.base_prefix, "lib"),
        beside_others,
        *(entry for entry in sys.path if os.path.basename(entry) in _MODULE_FOLDERS),
        *media_server.__path__,
        *_LIBRARIES,
        _TIME_ZONES,
        *(path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if len(path) > 1),
    ]


def _die_with(parent: int, invoke: Invoke) -> None:
    """Have the kernel end this process with the pool's, and first of all when memory is short."""
    invoke("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit()
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _set_limits(setup: Setup) -> None:
    usual_bytes = setup.address_space_bytes
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (setup.open_files, setup.open_files))
    resource.setrlimit(resource.RLIMIT_AS, (usual_bytes, LARGE_FACTOR * usual_bytes))


def _layer(raise_it: Callable[[], str]) -> str:
    if sys.platform != "linux":
        return "off (not Linux)"
    try:
        return raise_it()
    except OSError as error:
        return f"off ({_REASONS.get(error.errno or 0, error.strerror)})"


def _filter(invoke: Invoke) -> str:
    filter_calls(invoke)
    return "on"


def _drop_privileges(invoke: Invoke) -> str:
    """Gain no more by any call, and keep no root's power but that of reading modules."""
    invoke("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    head = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0))
    # Twice effective, permitted, inheritable: 32 capabilities each.
    sets = ctypes.create_string_buffer(24)
    invoke("capget", ctypes.addressof(head), ctypes.addressof(sets))
    kept = struct.unpack_from("=I", sets, 4)[0] & _CAP_DAC_READ_SEARCH
    struct.pack_into("=6I", sets, 0, kept, kept, 0, 0, 0, 0)
    invoke("capset", ctypes.addressof(head), ctypes.addressof(sets))
    return "on"
