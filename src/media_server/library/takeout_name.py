"""How Google Takeout names the JSON of a picture, so that the two find each other again.

Google documents none of this; it is what users of several import programs found out:

- `IMG.jpg` had `IMG.jpg.json` until 2024, and has `IMG.jpg.supplemental-metadata.json` since.
- The part before `.json` is cut to 46 UTF-16 units, the name of a picture to 51 with its extension.
  So `supplemental-metadata` may end anywhere, down to its dot; then the extension is cut, then the
  name. Exports that cut elsewhere, or not at all, exist too.
- The number of a copy, `IMG(1).jpg`, is never cut and stands at the end: `IMG.jpg(1).json`,
  `IMG.jpg.supplemental-metadata(1).json`, once in a while in both places.
- What Google made of a picture, `IMG-edited.jpg`, has no JSON: the original's holds for it. The
  word is in the user's language, and is cut like the name.

(GooglePhotosTakeoutHelper pull request 449, ente pull request 4956, immich-go `matchers.go`.)
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

MAX_JSON_UNITS: Final = 46
MAX_NAME_UNITS: Final = 51
_SUPPLEMENT = "supplemental-metadata"
_NUMBER = re.compile(r"^(?P<stem>.+)\((?P<number>[0-9]{1,6})\)$", re.DOTALL)
# Characters that a title may have and that Google writes as `_` in names.
_REPLACED = re.compile(r"[%<>=:?*#&{}\\@!+|\"'/\x00-\x1f]")
# Google's words for a picture it changed.
_EDITED = (
    "-edited",
    "-effects",
    "-smile",
    "-mix",
    "-bearbeitet",
    "-bewerkt",
    "-editado",
    "-ha editado",
    "-editada",
    "-editat",
    "-edytowane",
    "-modificato",
    "-modifié",
    "-redigerad",
    "-redigert",
    "-redigeret",
    "-upraveno",
    "-muokattu",
    "-düzenlendi",
    "-изменено",
    "-編集済み",
)
_FEWEST_LETTERS_LEFT = 3
_LONGEST_EXTENSION = 5
# The high byte of the first of two UTF-16 units that are one character.
_FIRST_HALVES = range(0xD8, 0xDC)


class TakeoutKey(NamedTuple):
    """What the names of a picture and its JSON have in common.

    Attributes:
        name: the picture's name without the number, perhaps cut; lower case.
        number: of the copy, or empty.
    """

    name: str
    number: str


def json_key(json_name: str) -> TakeoutKey:
    """The key of a JSON's name; it is the picture's if it is among the picture's `media_keys`."""
    name, number = _numbered(_normal(json_name).removesuffix(".json"))
    return TakeoutKey(_without_supplement(name), number)


def media_keys(media_name: str) -> tuple[TakeoutKey, ...]:
    """All keys that the JSON of a picture may have, the surest first."""
    name = _normal(media_name)
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    bare, number = _numbered(stem)
    plain = bare + dot + extension
    found = [TakeoutKey(plain, number), TakeoutKey(name, ""), TakeoutKey(name, number)]
    # The cut may fall into the extension, or leave none of it; some exports never had one.
    cuts = [_cut(plain, MAX_JSON_UNITS)]
    if len(extension) <= _LONGEST_EXTENSION:
        cuts += [plain[:length] for length in range(len(plain) - 1, len(bare) - 1, -1)]
    found += [TakeoutKey(cut, number) for cut in cuts]
    found += [TakeoutKey(_cut(name, MAX_JSON_UNITS), ""), TakeoutKey(stem, "")]
    return tuple(dict.fromkeys(found))


def media_names_for(json_name: str, title: str | None) -> tuple[str, ...]:
    """Names that the picture of a JSON may have, the likeliest first.

    Args:
        json_name: the JSON's.
        title: what the JSON gives as the original's name, or None.

    Returns:
        Without what cannot be told from these: words for edited pictures, cut names without title.
    """
    base, number = _numbered(_composed(json_name)[: -len(".json")])
    named = _without_supplement(base)
    names = []
    if title:
        clean = _REPLACED.sub("_", _composed(title))
        names = [_copy(_cut_name(clean), number), _copy(clean, number), _copy(title, number)]
    names += [_copy(named, number), named + (f"({number})" if number else "")]
    return tuple(dict.fromkeys(name for name in names if name))


def original_stem(stem: str) -> str | None:
    """The stem of the picture that Google made this one from: `IMG` for `IMG-edited`; else None.

    The number of a copy stays: `IMG` with `(1)` for `IMG-edited(1)`. Upper or lower case count
    alike in the word only.
    """
    bare, number = _numbered(stem)
    at = bare.rfind("-")
    cut = _units(bare) >= MAX_NAME_UNITS - _LONGEST_EXTENSION
    if at <= 0 or not _is_edited(_normal(bare[at:]), cut=cut):
        return None
    return bare[:at] + (f"({number})" if number else "")


def _is_edited(word: str, *, cut: bool) -> bool:
    """Whether Google adds this word; in a name that was `cut`, its beginning will do."""
    if word in _EDITED:
        return True
    long_enough = len(word) >= _FEWEST_LETTERS_LEFT
    return cut and long_enough and any(one.startswith(word) for one in _EDITED)


def _composed(name: str) -> str:
    """Umlauts and accents as one character each: file systems and archives differ in it."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _normal(name: str) -> str:
    return _composed(name).lower()


def _numbered(name: str) -> tuple[str, str]:
    """A name without the number in brackets at its end, and that number."""
    match = _NUMBER.match(name) if name.endswith(")") else None
    return (match["stem"], match["number"]) if match else (name, "")


def _without_supplement(name: str) -> str:
    base, dot, last = name.rpartition(".")
    return base if dot and _SUPPLEMENT.startswith(last.lower()) else name


def _copy(name: str, number: str) -> str:
    """The name of a numbered copy: the number stands before the extension."""
    if not number:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem}({number}){dot}{extension}" if dot else f"{name}({number})"


def _cut_name(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return _cut(stem, max(MAX_NAME_UNITS - _units(dot + extension), 1)) + dot + extension


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units of the text, and no half of a character."""
    if len(text) * 2 <= units or _units(text) <= units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: units * 2]
    if kept[-1] in _FIRST_HALVES:
        kept = kept[:-2]
    return kept.decode("utf-16-le", "surrogatepass")
