from __future__ import annotations

import msgspec
import pytest

from media_server.media.facts import MAX_FACTS, Fact
from media_server.media.jail import wire
from media_server.media.jail.process import JailFault, _checked
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Outcome, Reading

_SOUND = Reading("image/jpeg", 40, 30, 6, "2019-07-01T12:34:56", 60, "EXIF:DateTime", None)
_PICTURE = Picture("image/jpeg", 4, 3, b"data")


def checked(*outcomes: Outcome, task: wire.Task = "probe") -> list[Outcome]:
    return _checked(wire.encode_outcomes(list(outcomes)), task, 2)


def test_what_was_asked_for_passes() -> None:
    failure = Failure("corrupt", "words")
    assert checked(_SOUND, failure) == [_SOUND, failure]
    assert checked(_PICTURE, task="grid") == [_PICTURE]


@pytest.mark.parametrize(
    "changes",
    [
        {"captured_local": "2019-02-31T12:00:00"},
        {"captured_local": "0000-01-01T12:00:00"},
        {"captured_source": None},
        {"captured_local": None},
        {"captured_local": None, "captured_source": None},
        {"width_px": None},
    ],
)
def test_facts_that_contradict_each_other(changes: dict[str, object]) -> None:
    """What reaches the catalog can be read by `datetime` without a second check."""
    with pytest.raises(JailFault):
        checked(msgspec.structs.replace(_SOUND, **changes))


def test_facts_that_no_reader_makes() -> None:
    sound = [Fact("latitude", 46.5, "EXIF:GPSLatitude"), Fact("title", "x", "XMP:Title")]
    reading = msgspec.structs.replace(_SOUND, facts=sound)
    assert checked(reading) == [reading]
    for bad in (Fact("latitude", 95, "x"), Fact("title", "a\0", "x"), Fact("captured", "x", "x")):
        with pytest.raises(JailFault):
            checked(msgspec.structs.replace(_SOUND, facts=[*sound, bad]))
    with pytest.raises(JailFault):
        checked(msgspec.structs.replace(_SOUND, facts=sound * MAX_FACTS))


def test_answers_to_another_question() -> None:
    for task, outcomes in (("probe", [_PICTURE]), ("grid", [_SOUND]), ("probe", [_SOUND] * 3)):
        with pytest.raises(JailFault):
            checked(*outcomes, task=task)  # type: ignore[arg-type]
