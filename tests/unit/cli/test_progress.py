from __future__ import annotations

import pytest

from media_server.catalog.counts import Work
from media_server.catalog.libraries import Library
from media_server.cli.progress import LineProgress, TerminalProgress
from media_server.library.reconcile import ScanReport

PHOTOS = Library(1, b"/photos", "/photos", "online", 1, 2, 0)


@pytest.mark.parametrize("display", [LineProgress, TerminalProgress])
def test_what_is_shown(
    display: type[LineProgress | TerminalProgress], capsys: pytest.CaptureFixture[str]
) -> None:
    with display() as shown:
        shown.scanned(PHOTOS, ScanReport(files=9, new=4, changed=1))
        shown.planned(Work(5, 10_000_000, 4))
        shown.read(5, 10_000_000)
        shown.pictured(3)
    text = capsys.readouterr().err
    assert "/photos: 9 files, 4 new, 1 changed\n" in text
    if display is LineProgress:
        assert "done: 5 of 5 files read, 10 of 10 MB, 3 of 4 pictures, " in text


def test_a_library_that_is_away(capsys: pytest.CaptureFixture[str]) -> None:
    LineProgress().scanned(PHOTOS, ScanReport(offline="no such folder"))
    assert capsys.readouterr().err == "/photos: offline, no such folder\n"
