"""Which pieces of a multilingual vocabulary Chinese text needs.

A Viterbi path never uses a piece that the text does not contain, so a text that needs no dropped
piece is cut, and read, exactly as before.
"""

import re
from collections.abc import Iterable, Sequence

_CHINESE = re.compile(
    r"▁?[⺀-⿟\u3000-\u303f㇀-㇯㈀-㏿㐀-䶿一-鿿豈-﫿︰-﹏！-｠￠-￦\U00020000-\U0002ffff"
    r"0-9\u2010-\u205e₠-⃀℀-⏿①-⓿─-➿!-/:-@\[-`{-~·×÷°±§]*"
)
"""Han, CJK punctuation and signs, digits, general punctuation, with or without a leading blank."""

_ASCII = re.compile(r"▁?[!-~]+")
_CAPITALS = re.compile(r"▁?[A-Z]+")


def kept_pieces(
    pieces: Sequence[str], scores: Sequence[float], special: Iterable[int], *, ascii_words: int
) -> list[int]:
    """Ids to keep, ascending: special ones, Chinese ones, single ASCII characters, all-capitals
    (brands and acronyms), and the ``ascii_words`` most probable others of ASCII."""
    kept = set(special)
    others: list[int] = []
    for number, piece in enumerate(pieces):
        plain = piece.removeprefix("▁")
        if _CHINESE.fullmatch(piece) or _CAPITALS.fullmatch(piece):
            kept.add(number)
        elif _ASCII.fullmatch(piece):
            (kept.add if len(plain) == 1 else others.append)(number)
    others.sort(key=lambda number: -scores[number])
    return sorted(kept.union(others[:ascii_words]))
