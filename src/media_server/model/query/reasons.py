"""Why the text of a search is not understood: stable words for programs, sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

QueryReason = Literal[
    "too_long",
    "half_character",
    "open_quotation",
    "open_parenthesis",
    "unopened_parenthesis",
    "lonely_or",
    "too_deep",
    "too_many_terms",
    "no_letter",
    "no_date",
    "no_field",
    "no_value",
    "only_colon",
    "unknown_place",
    "not_on_earth",
    "no_distance",
    "too_far",
    "no_box",
    "box_upside_down",
    "short_beginning",
    "starred_number",
    "no_number",
    "no_rating",
    "no_choice",
]
REASONS: Final[tuple[QueryReason, ...]] = get_args(QueryReason)

_SENTENCES: Final[Mapping[QueryReason, str]] = {
    "too_long": "A search has at most {limit:,} characters.",
    "half_character": "Half a character stands here.",
    "open_quotation": "This quotation mark is not closed.",
    "open_parenthesis": "This parenthesis is not closed.",
    "unopened_parenthesis": "This parenthesis was never opened.",
    "lonely_or": "OR stands between two things to look for.",
    "too_deep": "There are too many parentheses and signs here.",
    "too_many_terms": "A search has at most {limit:,} terms.",
    "no_letter": "There is no letter or digit here.",
    "no_date": "“{word}” is no date, or ends before it begins.",
    "no_field": "There is no field “{field}”; in quotation marks it is a word.",
    "no_value": "There is nothing behind “{field}”.",
    "only_colon": "Only a colon goes with “{field}”.",
    "unknown_place": "No place of this name is known.",
    "not_on_earth": "There is no such place on Earth.",
    "no_distance": "“{word}” is no number of kilometres.",
    "too_far": "A circle has a radius of at most {limit:,} km.",
    "no_box": "A box is its west, south, east and north in degrees, with commas between them.",
    "box_upside_down": "The south of a box is north of its north.",
    "short_beginning": "A star goes behind at least {limit:,} letters.",
    "starred_number": "No star goes behind the number of a folder.",
    "no_number": "“{word}” is no {field}.",
    "no_rating": "A rating is 0 to 5 stars, or -1 for rejected.",
    "no_choice": "“{word}” is nothing that “{field}:” knows.",
}


def sentence(reason: QueryReason, word: str, field: str, limit: int) -> str:
    """What a reason says.

    Args:
        reason: why.
        word: that is meant, where one is.
        field: before whose colon or sign it stands.
        limit: how much is allowed.
    """
    return _SENTENCES[reason].format(word=word, field=field, limit=limit)
