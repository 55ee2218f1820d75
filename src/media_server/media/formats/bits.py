"""Numbers of odd widths, least significant bit first, as JPEG XL writes its headers."""

from __future__ import annotations


class Bits:
    """A run of bits; zeros once they have run out, which `ended` then says."""

    __slots__ = ("_at", "_length", "_number")

    def __init__(self, data: bytes) -> None:
        """Read from the first bit of `data` on; a header, not a file."""
        self._number = int.from_bytes(data, "little")
        self._length = 8 * len(data)
        self._at = 0

    def take(self, width: int) -> int:
        """The next `width` bits."""
        value = self._number >> self._at & (1 << width) - 1
        self._at += width
        return value

    def flag(self) -> bool:
        """The next bit."""
        return self.take(1) == 1

    def choose(self, *forms: tuple[int, int]) -> int:
        """One of four forms, named by two bits: each (width in bits, what is added)."""
        width, offset = forms[self.take(2)]
        return self.take(width) + offset

    @property
    def ended(self) -> bool:
        """Whether more was taken than there is."""
        return self._at > self._length
