"""A clue's text with its evidence marked: colour, underline and a sign, so it reads without colour.

The only place where a stranger's words become HTML. Everything goes through ``Markup.format``,
which escapes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from serving.dashboard.views.names import EVIDENCE


@dataclass(frozen=True, slots=True)
class Piece:
    """``head`` is the strongest one that the words speak for, ``place`` for a place, else None.

    ``ending`` are the heads whose span ends with this piece; ``strength`` is 1–3.
    """

    text: str
    head: str | None = None
    strength: int = 0
    ending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    head: str
    weight: float


def pieces(text: str, evidence: Iterable[Mapping[str, Any]], places: Iterable[Mapping[str, Any]]) \
        -> list[Piece]:  # fmt: skip
    """The text cut where a span begins or ends; put together, the pieces are the text."""
    spans = [_Span(e["start"], e["end"], e["head"], e["weight"]) for e in evidence]
    spans += [_Span(p["start"], p["end"], "place", 0.0) for p in places]
    inside = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    cuts = sorted({0, len(text), *(s.start for s in inside), *(s.end for s in inside)})
    return [_piece(text, a, b, inside) for a, b in pairwise(cuts)]


def _piece(text: str, start: int, end: int, spans: list[_Span]) -> Piece:
    over = [span for span in spans if span.start <= start and end <= span.end]
    ending = tuple(dict.fromkeys(span.head for span in over if span.end == end))
    if not over:
        return Piece(text[start:end])
    strongest = max(over, key=lambda span: span.weight)
    return Piece(text[start:end], strongest.head, _strength(strongest.weight), ending)


def _strength(weight: float) -> int:
    return 3 if weight >= 0.3 else 2 if weight >= 0.1 else 1


def as_html(cut: Iterable[Piece]) -> Markup:
    return Markup("").join(map(_html, cut))


_PLAIN = Markup("{}")
_MARK = Markup('<mark class="{} w{}">{}</mark>{}')
_TAG = Markup('<span class="tag {}">{}</span>')
_PLACE = ("地点", "地")
_MEANINGS = {"place": "地点或机关", "danger": "人身危险的字样"}


def _html(piece: Piece) -> Markup:
    if piece.head is None:
        return _PLAIN.format(piece.text)
    tags = Markup("").join(
        _TAG.format(head, EVIDENCE.get(head, _PLACE)[1]) for head in piece.ending
    )
    return _MARK.format(piece.head, piece.strength, piece.text, tags)


def legend(cut: Iterable[Piece]) -> Markup:
    """What the marks of this text mean; empty where there are none."""
    heads = [h for h in (*EVIDENCE, "place") if any(h in piece.ending for piece in cut)]
    if not heads:
        return Markup("")
    return Markup('<div class="legend">{}<span>{}</span></div>').format(
        Markup("").join(_entry(head) for head in heads),
        "底色和加粗越深，对判断的作用越大",
    )


def _entry(head: str) -> Markup:
    name, sign = EVIDENCE.get(head, _PLACE)
    meaning = _MEANINGS.get(head, f"支持“{name}”")
    return Markup(
        '<span><span class="message"><mark class="{0} w2">字样</mark></span>'
        '<span class="tag {0}">{1}</span> {2}</span>'
    ).format(head, sign, meaning)
