"""Cursors: words that say where to go on, which mean nothing to anybody else."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

import msgspec

from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_Form = TypeVar("_Form")


def write(values: Sequence[object]) -> str:
    """A cursor that holds some values, or some bytes."""
    packed = msgspec.msgpack.encode(values)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read(text: str, form: type[_Form]) -> _Form:
    """The values of a cursor.

    Args:
        text: as `write` made it.
        form: a type that msgspec decodes; what it does not allow is refused.

    Raises:
        Refusal: it is no cursor, or not of this kind.
    """
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(packed, type=form)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Refusal("bad_cursor") from None
