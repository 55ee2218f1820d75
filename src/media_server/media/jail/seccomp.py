"""The filter of system calls: what a decoder needs, and nothing else.

A program for the kernel's BPF machine, made for this process. Source: the kernel's
`Documentation/userspace-api/seccomp_filter.rst`; numbers from its `asm/unistd_64.h` (x86-64) and
`asm-generic/unistd.h` (AArch64).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media_server.media.jail.kernel import Invoke

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
# Each number stands beside its name, x86-64 first; None: the architecture has no such call.
_COLUMNS = {"x86_64": 0, "aarch64": 1}
_AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # Descriptors that are open already.
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "preadv": (295, 69),
    "write": (1, 64),
    "writev": (20, 66),
    "lseek": (8, 62),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "fstat": (5, 80),
    "fadvise64": (221, 223),
    "getdents64": (217, 61),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "eventfd2": (290, 19),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "sendto": (44, 206),
    # Where modules lie. Landlock knows no right to look at a name.
    "newfstatat": (262, 79),
    "stat": (4, None),
    "lstat": (6, None),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    # Memory.
    "brk": (12, 214),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    # Threads.
    "exit": (60, 93),
    "exit_group": (231, 94),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "sched_getattr": (315, 275),
    "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126),
    "arch_prctl": (158, None),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    # This process and the time. Limits can only be lowered, since privileges are given up.
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getpriority": (140, 141),
    "getcpu": (309, 168),
    "getrusage": (98, 165),
    "times": (100, 153),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrandom": (318, 278),
    "getrlimit": (97, 163),
    "setrlimit": (160, 164),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
}
# Calls from here on are the same everywhere, and younger than the C libraries' fallbacks for
# kernels that lack them (clone3, openat2): they are told that this kernel does.
_FIRST_YOUNG = 424

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last: __O_TMPFILE
_CLONE_THREAD, _CLONE_NAMESPACES = 0x10000, 0x7E020000
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIO(NBIO…)
_PRCTL = (15, 16)  # PR_SET_NAME, PR_GET_NAME
_EVERY_BIT = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Condition:
    """A call allowed while 32 bits of one argument, masked, are one of `values`."""

    numbers: tuple[int | None, int | None]
    argument: int
    values: tuple[int, ...]
    mask: int = _EVERY_BIT


def filter_calls(invoke: Invoke) -> None:
    """Have the kernel refuse all calls but those in the list above.

    Old ones end with EPERM, young ones as if the kernel did not know them, with ENOSYS. Files are
    opened to be read only, threads made but no processes, signals sent to this process only.
    `no_new_privs` must be set. Cannot be undone; holds for the calling thread and its children.

    Raises:
        OSError: the kernel has no filters (EINVAL, ENOSYS), installing one is not permitted, or
            there is no list for this architecture (ENOTSUP). Nothing is refused then.
    """
    machine = os.uname().machine
    if machine not in _COLUMNS or sys.maxsize < 1 << 32:
        raise OSError(errno.ENOTSUP, "no list of system calls for this architecture")
    instructions = _program(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = ctypes.create_string_buffer(
        struct.pack("@HP", len(instructions), ctypes.addressof(code))
    )
    invoke("prctl", _PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(program), 0, 0)


def _program(machine: str, process: int) -> list[bytes]:
    """The instructions. Conditions come first: the kernel remembers what is always allowed."""
    column = _COLUMNS[machine]
    program = [
        _load(_AT_ARCHITECTURE),
        *(_skip_if(_AUDIT_ARCHITECTURES[machine], 1), _RETURN_KILL),
        _load(_AT_NUMBER),
    ]
    for condition in _conditions(process):
        number = condition.numbers[column]
        if number is not None:
            block = _block(condition)
            program += [_skip_unless(number, len(block)), *block]
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            program += [_skip_unless(number, 1), _RETURN_ALLOW]
    # The numbers of x32 begin at 1 << 30, so they end here too.
    return [
        *program,
        *(_skip_below(_FIRST_YOUNG, 1), _return_error(errno.ENOSYS), _return_error(errno.EPERM)),
    ]


def _conditions(process: int) -> list[_Condition]:
    return [
        _Condition((2, None), 1, (0,), os.O_ACCMODE | _WRITING),  # open
        _Condition((257, 56), 2, (0,), os.O_ACCMODE | _WRITING),  # openat
        _Condition((56, 220), 0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NAMESPACES),  # clone
        _Condition((62, 129), 0, (process,)),  # kill
        _Condition((234, 131), 0, (process,)),  # tgkill
        _Condition((302, 261), 0, (0, process)),  # prlimit64
        _Condition((72, 25), 1, _FCNTL),
        _Condition((16, 29), 1, _IOCTL),
        _Condition((157, 167), 0, _PRCTL),
    ]


# Offsets in `struct seccomp_data`; the lower half of an argument comes first (little-endian).
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _instruction(0x20, offset)  # BPF_LD | BPF_W | BPF_ABS


def _and(mask: int) -> bytes:
    return _instruction(0x54, mask)  # BPF_ALU | BPF_AND | BPF_K


def _skip_if(value: int, count: int) -> bytes:
    return _instruction(0x15, value, count, 0)  # BPF_JMP | BPF_JEQ | BPF_K


def _skip_unless(value: int, count: int) -> bytes:
    return _instruction(0x15, value, 0, count)  # BPF_JMP | BPF_JEQ | BPF_K


def _skip_below(value: int, count: int) -> bytes:
    return _instruction(0x35, value, 0, count)  # BPF_JMP | BPF_JGE | BPF_K


def _return_error(error: int) -> bytes:
    return _instruction(0x06, 0x00050000 | error)  # SECCOMP_RET_ERRNO


_RETURN_ALLOW = _instruction(0x06, 0x7FFF0000)  # SECCOMP_RET_ALLOW
_RETURN_KILL = _instruction(0x06, 0x80000000)  # SECCOMP_RET_KILL_PROCESS


def _block(condition: _Condition) -> list[bytes]:
    """Decides a call, whichever way."""
    block = [_load(_AT_ARGUMENTS + _ARGUMENT_BYTES * condition.argument), _and(condition.mask)]
    for value in condition.values:
        block += [_skip_unless(value, 1), _RETURN_ALLOW]
    return [*block, _return_error(errno.EPERM)]
