"""Calls of the C library that Python has no function for, with errors as `OSError`."""

from __future__ import annotations

import ctypes
import os
from typing import Protocol


class Invoke(Protocol):
    """Calls a function of the C library; a kernel that lacks something is simulated by another."""

    def __call__(self, name: str, *arguments: int) -> int:
        """Call it.

        Args:
            name: the function, such as `prctl` or `syscall`.
            arguments: whole numbers and addresses; what lies there stays the caller's.

        Returns:
            What it returned, 0 or more.

        Raises:
            OSError: it returned -1.
        """


def invoke(name: str, *arguments: int) -> int:
    """As in `Invoke`."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    # What is called here returns an `int`, or a `long` that fits one.
    function.restype = ctypes.c_int
    result = int(function(*map(ctypes.c_long, arguments)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
