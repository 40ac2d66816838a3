"""Words of the dictionary, as names are told from them."""

import rjieba

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
"""For a character class: Chinese characters."""

Span = tuple[int, int]


def words(text: str) -> list[Span]:
    """Spans of the words that cover ``text``; a character in no word is one of its own."""
    spans = []
    start = 0
    for word in rjieba.cut(text, False):
        spans.append((start, start + len(word)))
        start += len(word)
    return spans
