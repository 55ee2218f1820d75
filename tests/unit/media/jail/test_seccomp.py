from __future__ import annotations

import errno
import os
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.jail import seccomp

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OPENAT = {"x86_64": 257, "aarch64": 56}
CLONE = {"x86_64": 56, "aarch64": 220}
KILL = {"x86_64": 62, "aarch64": 129}
PRLIMIT = {"x86_64": 302, "aarch64": 261}
SELF = 4711
ALLOWED, KILLED = "allowed", "killed"
# Denied on each architecture: execve socket connect bind ptrace mount bpf perf_event_open unlinkat
# setpgid tkill memfd_create process_vm_readv sendmsg.
FORBIDDEN = {
    "x86_64": (59, 41, 42, 49, 101, 165, 321, 298, 263, 109, 200, 319, 310, 46, 57, 58, 85),
    "aarch64": (221, 198, 203, 200, 117, 40, 280, 241, 35, 154, 130, 279, 270, 211),
}
YOUNG = {"io_uring_setup": 425, "clone3": 435, "openat2": 437, "pidfd_getfd": 438}


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> object:
    """What the kernel's machine would answer: runs the program as its documentation says."""
    program = [
        struct.unpack("=HBBI", instruction) for instruction in seccomp._program(machine, SELF)
    ]
    values = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("<IIQ6Q", number, architecture or MACHINES[machine], 0, *values)
    at = word = 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == 0x20:
            (word,) = struct.unpack_from("<I", data, value)
        elif code == 0x54:
            word &= value
        elif code in (0x15, 0x35):
            true = word == value if code == 0x15 else word >= value
            at += if_true if true else if_false
        else:
            assert code == 0x06
            return {0x7FFF0000: ALLOWED, 0x80000000: KILLED}.get(value, value & 0xFFFF)


@pytest.mark.parametrize("machine", MACHINES)
def test_each_call_of_the_list_is_allowed_and_no_other(machine: str) -> None:
    column = list(MACHINES).index(machine)
    listed = {numbers[column] for numbers in seccomp._ALLOWED.values()} - {None}
    conditional = {one.numbers[column] for one in seccomp._conditions(SELF)} - {None}
    assert not listed & conditional
    for number in range(600):
        if number in conditional:
            continue
        expected = errno.ENOSYS if number >= 424 else errno.EPERM
        assert verdict(machine, number) == (ALLOWED if number in listed else expected)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_a_hostile_decoder_would_call(machine: str) -> None:
    for number in FORBIDDEN[machine]:
        assert verdict(machine, number) == errno.EPERM
    for number in YOUNG.values():
        assert verdict(machine, number) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@given(flags=st.integers(0, 2**32 - 1))
def test_files_are_opened_to_be_read_only(machine: str, flags: int) -> None:
    changing = os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
    reading = flags & os.O_ACCMODE == os.O_RDONLY and not flags & changing
    answer = verdict(machine, OPENAT[machine], 0, 0, flags)
    assert answer == (ALLOWED if reading else errno.EPERM)
    if machine == "x86_64":
        assert verdict(machine, 2, 0, flags) == answer


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_but_no_processes(machine: str) -> None:
    of_glibc = 0x3D0F00
    assert verdict(machine, CLONE[machine], of_glibc) == ALLOWED
    for flags in (17, 0x4111, of_glibc & ~0x10000, of_glibc | 0x10000000, of_glibc | 0x40000000):
        assert verdict(machine, CLONE[machine], flags) == errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_signals_and_limits_of_this_process_only(machine: str) -> None:
    assert verdict(machine, KILL[machine], SELF) == ALLOWED
    assert verdict(machine, PRLIMIT[machine], 0) == ALLOWED
    for other in (1, SELF + 1, 2**32 - 1, -SELF):
        assert verdict(machine, KILL[machine], other) == errno.EPERM
        assert verdict(machine, PRLIMIT[machine], other) == errno.EPERM
    assert verdict(machine, KILL[machine], 0) == errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
@given(number=st.integers(0, 2**32 - 1), arguments=st.lists(st.integers(0, 2**64 - 1), max_size=6))
def test_the_program_answers_anything(machine: str, number: int, arguments: list[int]) -> None:
    assert verdict(machine, number, *arguments) in (ALLOWED, errno.EPERM, errno.ENOSYS)
    for other in (0x40000003, 0xC000003E ^ 1, 0):  # i386 first
        answer = verdict(machine, number, *arguments, architecture=other or 1)
        assert answer == KILLED


@given(number=st.integers(0x40000000, 0x400003FF))
def test_x32_is_refused(number: int) -> None:
    assert verdict("x86_64", number) == errno.ENOSYS


def test_the_program_fits() -> None:
    assert all(len(seccomp._program(machine, SELF)) < 4096 for machine in MACHINES)


@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_are_the_kernels(machine: str, header: str) -> None:
    try:
        with open(header) as file:
            found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", file.read())
    except FileNotFoundError:
        pytest.skip("the kernel's headers are not installed")
    known = {name: int(number) for name, number in found}
    known["newfstatat"] = known.get("newfstatat", known.get("fstatat", -1))
    column = list(MACHINES).index(machine)
    for name, numbers in seccomp._ALLOWED.items():
        if numbers[column] is not None:
            assert known[name] == numbers[column], name


def test_an_architecture_without_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("", "", "", "", "riscv64")))
    with pytest.raises(OSError, match="architecture") as caught:
        seccomp.filter_calls(lambda name, *arguments: 0)
    assert caught.value.errno == errno.ENOTSUP
