from __future__ import annotations

import errno
import os

import pytest

from media_server.media.jail.kernel import invoke


def test_results_and_errors() -> None:
    assert invoke("getpid") == os.getpid()
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)) as caught:
        invoke("close", -1)
    assert caught.value.errno == errno.EBADF
