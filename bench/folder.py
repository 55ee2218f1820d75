"""Folders of media on disk: what is in one, and private copies of it."""

import hashlib
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

PICTURES = frozenset({".jpg", ".jpeg", ".png"})
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Folder:
    """A corpus: where it is, and what is in it.

    Attributes:
        path: its root.
        files: every file in it.
        size_bytes: their size together.
        digest: over all contents; figures compare only between equal digests.
    """

    path: Path
    files: tuple[Path, ...]
    size_bytes: int
    digest: str

    @property
    def pictures(self) -> list[Path]:
        """The files that the program and vipsthumbnail both make a picture of."""
        return [path for path in self.files if path.suffix.lower() in PICTURES]

    def summary(self) -> dict[str, object]:
        """What is in it, for the results."""
        kinds = Counter(path.suffix for path in self.files)
        return {
            "files": len(self.files),
            "kinds": dict(sorted(kinds.items())),
            "bytes": self.size_bytes,
            "digest": self.digest,
        }


def survey(path: Path) -> Folder:
    """Read a folder through once, which also brings it into the page cache."""
    files = sorted(found for found in path.rglob("*") if found.is_file())
    digests = []
    size_bytes = 0
    for file in files:
        content = file.read_bytes()
        size_bytes += len(content)
        digests.append(hashlib.sha256(content).hexdigest())
    if len(set(digests)) < len(files):
        raise SystemExit(f"{path}: some files are equal, the figures count on different ones")
    digest = hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()
    return Folder(path, tuple(files), size_bytes, digest)


def warm(folder: Folder) -> None:
    """Bring every file into the page cache again."""
    for file in folder.files:
        with file.open("rb", buffering=0) as stream:
            while stream.read(BLOCK_BYTES):
                pass


def copy_of(folder: Folder, at: Path) -> Path:
    """A copy that may be added to, made of hard links where the file system allows."""
    shutil.rmtree(at, ignore_errors=True)
    shutil.copytree(folder.path, at, copy_function=_link_or_copy)
    return at


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def add_altered(files: list[Path], into: Path, note: bytes) -> None:
    """Put copies into a folder that look the same and have another digest.

    `note` is added at the end, where no decoder of JPEG looks.
    """
    into.mkdir(parents=True, exist_ok=True)
    for file in files:
        half = into / f"{file.name}.part"
        half.write_bytes(file.read_bytes() + note)
        half.rename(into / file.name)
