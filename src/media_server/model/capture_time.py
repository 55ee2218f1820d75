"""When a picture was taken: local wall time, the UTC offset if known, and where that was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class CaptureTime:
    """A camera's clock reading.

    Attributes:
        local: the wall time the camera showed, without time zone, to the microsecond.
        offset_min: minutes east of UTC, or None where the camera did not say.
        source: the tag it was read from, such as `EXIF:DateTimeOriginal`.
    """

    local: datetime
    offset_min: int | None
    source: str

    def instant_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC; negative before.

        Without an offset the wall time is read in the time zone of this computer, as the
        specification's program did.

        Raises:
            OverflowError: the time zone's rules do not reach that year.
        """
        if self.offset_min is None:
            since = self.local.astimezone() - _EPOCH.replace(tzinfo=UTC)
            offset_s = 0
        else:
            since = self.local - _EPOCH
            offset_s = self.offset_min * 60
        seconds = since.days * 86_400 + since.seconds - offset_s
        return seconds * 1_000_000_000 + since.microseconds * 1_000
