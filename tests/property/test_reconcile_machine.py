"""Whatever happens to the folders, after a scan the catalog says what the file system says."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from support.library import InstantJails, digest_of, make_served
from support.media import noise

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDERS = [b"", b"a", b"a/b", b"B", "ä".encode(), b".thumbnails", b"caf\xe9", b"x.jpg"]
NAMES = [b"1.jpg", b"2.JPG", b"z.png", b"v.mp4", b"n\n'\".jpg", b"\xff.jpg", b"note.txt"]
# Three of the same size: only times and inode tell them apart.
CONTENTS = [*(noise(number, 90) for number in (1, 2, 3)), b"", noise(4, 70_000)]
BULK = 130

number = st.integers(0, 10_000)
folders, names, contents = (st.sampled_from(list_) for list_ in (FOLDERS, NAMES, CONTENTS))
libraries = st.sampled_from([0, 0, 0, 1])


class Row(NamedTuple):
    digest: str
    mtime_s: float
    gone: bool = False


def truth(root: bytes) -> dict[bytes, Row]:
    """Path relative to `root` → what is there now, straight from the file system."""
    found = {}
    for folder, below, files in os.walk(root):
        if b".thumbnails" in below:
            below.remove(b".thumbnails")
        for name in files:
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            inside = real.startswith(os.path.realpath(root) + b"/")
            if not name.lower().endswith((b".jpg", b".png", b".mp4")) or not inside:
                continue
            if os.path.isfile(real):
                mtime_ns = os.stat(real).st_mtime_ns
                shown = float(f"{mtime_ns // 10**9}.{mtime_ns % 10**9:09}")
                row = Row(digest_of(Path(os.fsdecode(real)).read_bytes()), shown)
                found[os.path.relpath(path, root)] = row
    return found


class Model:
    """The rules of the catalog, in the plainest words."""

    def __init__(self, roots: list[bytes]) -> None:
        self.rows: dict[bytes, dict[bytes, Row]] = {root: {} for root in roots}
        self.held: dict[bytes, int] = dict.fromkeys(roots, 0)

    def scan(self, online: list[bytes]) -> None:
        for root in online:
            there = truth(root)
            missed = self.rows[root].keys() - there.keys()
            gone = {path: self.rows[root][path]._replace(gone=True) for path in missed}
            self.rows[root] = there | gone
        live = {row.digest for rows in self.rows.values() for row in rows.values() if not row.gone}
        for root in online:
            rows = self.rows[root]
            self._drop(root, lambda row: row.gone and row.digest in live)
            lost = sum(row.gone for row in rows.values())
            self.held[root] = lost if lost > 100 and lost > len(rows) / 4 else 0
            if not self.held[root]:
                self._drop(root, lambda row: row.gone)

    def confirm(self) -> None:
        for root in self.rows:
            self._drop(root, lambda row: row.gone)
            self.held[root] = 0

    def _drop(self, root: bytes, unwanted: Callable[[Row], bool]) -> None:
        for path in [path for path, row in self.rows[root].items() if unwanted(row)]:
            del self.rows[root][path]

    def listing(self) -> dict[str, tuple[str, float]]:
        shown: dict[str, tuple[bool, bytes, bytes, float]] = {}
        for root, rows in self.rows.items():
            for path, row in rows.items():
                candidate = (row.gone, root, path, row.mtime_s)
                shown[row.digest] = min(shown.get(row.digest, candidate), candidate)
        return {
            digest: ((root + b"/" + path).decode("utf-8", "replace"), mtime_s)
            for digest, (_, root, path, mtime_s) in shown.items()
        }


class Folders(RuleBasedStateMachine):
    """Random changes to two libraries, and scans in between."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="media-server-test-"))
        self.jails = InstantJails()
        self.served = make_served(self.folder, self.jails, libraries=("one", "two"))
        self.roots = [os.fsencode(root) for root in self.served.roots]
        self.model = Model(self.roots)
        self.away = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def place(self, library: int, folder: bytes, name: bytes) -> bytes:
        """Where to put something; if the first root is away, in the second."""
        root = self.roots[1 if self.away else library]
        where = os.path.join(root, folder)
        os.makedirs(where, exist_ok=True)
        return os.path.join(where, name)

    def files(self) -> list[bytes]:
        roots = self.roots[1:] if self.away else self.roots
        walked = (entry for root in roots for entry in os.walk(root))
        return sorted(os.path.join(folder, name) for folder, _, names in walked for name in names)

    def some_file(self, pick: int) -> bytes | None:
        found = self.files()
        return found[pick % len(found)] if found else None

    @rule(library=libraries, folder=folders, name=names, content=contents)
    def write(self, library: int, folder: bytes, name: bytes, content: bytes) -> None:
        path = self.place(library, folder, name)
        if os.path.islink(path):
            os.unlink(path)
        Path(os.fsdecode(path)).write_bytes(content)

    @rule(pick=number, content=contents)
    def edit_in_place_and_restore_the_time(self, pick: int, content: bytes) -> None:
        path = self.some_file(pick)
        if path and os.path.exists(path):
            before = os.stat(path)
            Path(os.fsdecode(path)).write_bytes(content)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(pick=number, content=contents, library=libraries)
    def replace_by_renaming(self, pick: int, content: bytes, library: int) -> None:
        path = self.some_file(pick)
        if path:
            fresh = self.place(library, b"", b"fresh")
            Path(os.fsdecode(fresh)).write_bytes(content)
            os.replace(fresh, path)

    @rule(pick=number, when=st.integers(0, 4_000_000_000))
    def touch(self, pick: int, when: int) -> None:
        path = self.some_file(pick)
        if path and os.path.exists(path):
            os.utime(path, (when, when))

    @rule(pick=number, library=libraries, folder=folders, name=names)
    def move(self, pick: int, library: int, folder: bytes, name: bytes) -> None:
        path = self.some_file(pick)
        if path:
            os.replace(path, self.place(library, folder, name))

    @rule(one=number, other=number)
    def swap(self, one: int, other: int) -> None:
        first, second = self.some_file(one), self.some_file(other)
        if first and second and first != second:
            os.rename(first, first + b".swap")
            os.rename(second, first)
            os.rename(first + b".swap", second)

    @rule(pick=number)
    def delete(self, pick: int) -> None:
        path = self.some_file(pick)
        if path:
            os.unlink(path)

    @rule(pick=number, library=libraries, folder=folders, name=names)
    def hard_link(self, pick: int, library: int, folder: bytes, name: bytes) -> None:
        path, new = self.some_file(pick), self.place(library, folder, name)
        if path and not os.path.lexists(new):
            os.link(path, new, follow_symlinks=False)

    @rule(pick=number, library=libraries, folder=folders, name=names)
    def symbolic_link(self, pick: int, library: int, folder: bytes, name: bytes) -> None:
        path, new = self.some_file(pick), self.place(library, folder, name)
        if path and not os.path.lexists(new):
            os.symlink(path, new)

    @rule(library=libraries, old=folders, new=folders)
    def rename_folder(self, library: int, old: bytes, new: bytes) -> None:
        root = self.roots[1 if self.away else library]
        source, target = os.path.join(root, old), os.path.join(root, new)
        if old and new and os.path.isdir(source) and not (target + b"/").startswith(source + b"/"):
            shutil.rmtree(target, ignore_errors=True)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.isdir(source):
                os.rename(source, target)

    @rule(library=libraries, folder=folders)
    def delete_folder(self, library: int, folder: bytes) -> None:
        if folder:
            root = self.roots[1 if self.away else library]
            shutil.rmtree(os.path.join(root, folder), ignore_errors=True)

    @rule(library=libraries, folder=folders, first=st.sampled_from([0, 1_000]))
    def write_many(self, library: int, folder: bytes, first: int) -> None:
        for one in range(first, first + BULK):
            path = self.place(library, folder, b"bulk%d.jpg" % one)
            Path(os.fsdecode(path)).write_bytes(noise(one, 40))

    @rule(pick=number)
    def delete_many(self, pick: int) -> None:
        bulk = [path for path in self.files() if b"/bulk" in path]
        for path in bulk[pick % (len(bulk) or 1) :]:
            os.unlink(path)

    @precondition(lambda self: not self.away)
    @rule(empty_in_its_place=st.booleans())
    def lose_first_root(self, *, empty_in_its_place: bool) -> None:
        os.rename(self.roots[0], self.roots[0] + b".away")
        if empty_in_its_place:
            os.mkdir(self.roots[0])
        self.away = True

    @precondition(lambda self: self.away)
    @rule()
    def find_first_root(self) -> None:
        if os.path.isdir(self.roots[0]):
            os.rmdir(self.roots[0])
        os.rename(self.roots[0] + b".away", self.roots[0])
        self.away = False

    @rule()
    def confirm_removals(self) -> None:
        self.served.serve()
        self.served.confirm()
        self.model.confirm()

    @rule()
    def scan(self) -> None:
        online = self.roots[1:] if self.away else self.roots
        before = set(self.served.listing()) if self.served.has_run else set()
        there = {row.digest for root in online for row in truth(root).values()}
        missing: set[str] = set()
        # What is there before and after never leaves the listing in between, wherever it moved.
        self.served.run(
            on_planned=lambda: missing.update((before & there) - set(self.served.listing()))
        )
        assert not missing
        self.model.scan(online)
        found = {
            digest: (entry.file_path, entry.last_modified)
            for digest, entry in self.served.listing().items()
        }
        assert found == self.model.listing()
        states = {os.fsencode(one.root): one for one in self.served.libraries()}
        for root in self.roots:
            if states[root].state != "offline":
                assert states[root].held_removals == self.model.held[root]
        counts = self.served.counts()
        assert counts.files == sum(len(rows) for rows in self.model.rows.values())
        assert counts.unhashed == 0

    @rule()
    def scan_twice(self) -> None:
        self.scan()
        self.scan()


TestFolders = Folders.TestCase
TestFolders.settings = settings(
    max_examples=max(15, settings().max_examples // 6), stateful_step_count=30
)
