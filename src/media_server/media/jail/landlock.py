"""Landlock: from a point on, this process opens files below a few folders, to read, and no others.

What the kernel knows beyond files is closed too: TCP, abstract Unix sockets, signals to processes
outside. Source: the kernel's `Documentation/userspace-api/landlock.rst` and `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from media_server.media.jail.kernel import Invoke

# The same numbers on all architectures.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights by the ABI that brought them: 13 of the first, then REFER, TRUNCATE, IOCTL_DEV.
_FILE_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_NETWORK_ABI, _TCP = 4, 0b11
_SCOPE_ABI, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11


def restrict_files(readable: Iterable[str], invoke: Invoke) -> int:
    """Take away all files but those already open and those at or below some paths.

    The rights taken away are all those the kernel knows; reading below `readable` is given back.
    `no_new_privs` must be set. Cannot be undone; holds for the calling thread and its children.

    Args:
        readable: files and folders; one that is not there is passed over.
        invoke: how the C library is called.

    Returns:
        The ABI of the kernel's Landlock, at least 1.

    Raises:
        OSError: the kernel has none (ENOSYS), it is switched off (EOPNOTSUPP), or calling it is
            not permitted (EPERM). Nothing is restricted then.
    """
    abi = invoke("syscall", _CREATE_RULESET, 0, 0, _ASK_VERSION)
    ruleset = _ruleset(abi, invoke)
    try:
        for path in readable:
            _allow_reading(ruleset, path, invoke)
        invoke("syscall", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _ruleset(abi: int, invoke: Invoke) -> int:
    files = sum(rights for since, rights in _FILE_RIGHTS if abi >= since)
    attributes = struct.pack("=Q", files)
    if abi >= _NETWORK_ABI:
        attributes += struct.pack("=Q", _TCP)
    if abi >= _SCOPE_ABI:
        attributes += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    memory = ctypes.create_string_buffer(attributes, len(attributes))
    return invoke("syscall", _CREATE_RULESET, ctypes.addressof(memory), len(attributes), 0)


def _allow_reading(ruleset: int, path: str, invoke: Invoke) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE
        memory = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened), 12)
        rule = (ruleset, _RULE_PATH_BENEATH, ctypes.addressof(memory), 0)
        invoke("syscall", _ADD_RULE, *rule)
    finally:
        os.close(opened)
