"""Names of people in folded text. 王某, 王女士 and 小王 identify nobody and stay."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.privacy.datum import Whose
from model.privacy.name_contexts import ANY_NAME_CONTEXTS, CONTEXTS, Context, Role
from model.privacy.names_alone import names_alone
from model.privacy.surnames import (
    ALSO_WORDS,
    COMMON_WORDS,
    COMPOUND,
    FUNCTION_WORDS,
    MOSTLY_SURNAMES,
    NOT_FIRST,
    NOT_LAST,
)
from model.privacy.words import HAN, Span, words

_AROUND = 5
_IS_HAN = re.compile(f"[{HAN}]")
_YOUNG = re.compile(
    r"^[,，、(（今年现才刚满约\s男女]{0,6}(?:1[0-7]|[1-9]|十[一二三四五六七]?|[一二三四五六七八九])(?:周|多)?(?:岁|个月)"
)
_GROWN = re.compile(
    r"^[,，、(（今年现已约\s男女]{0,6}(?:1[89]|[2-9]\d|十[八九]|[二三四五六七八]十)"
)
_AT_SCHOOL = re.compile(r"(?:年级|幼儿园|小学|初中|[初高][一二三]|\d班|学生|未成年)[^。；\n]{0,8}$")
_ON_THE_STAFF = re.compile(r"校长|园长|老师|教师|主任|领导|书记|家长|保安|门卫")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at [start, end) of the folded text; its given part begins at ``given``."""

    start: int
    end: int
    given: int
    whose: Whose


def mentions(texts: Sequence[str]) -> list[list[Mention]]:
    """Names in each of the texts that belong to one clue.

    A name told by its context once is found wherever it stands in any of them. Where mentions of
    one name disagree on whose it is, it is a minor's before an informant's before anybody's.
    """
    told = [list(_told(text)) for text in texts]
    owners: dict[str, tuple[Whose, int]] = {}
    for text, found in zip(texts, told, strict=True):
        for mention in found:
            name = text[mention.start : mention.end]
            whose = min(mention.whose, owners.get(name, (mention.whose, 0))[0], key=_rank)
            owners[name] = whose, mention.given - mention.start
            if whose is Whose.MINOR and mention.end - mention.given == 2:
                owners.setdefault(text[mention.given : mention.end], (whose, 0))
    strictest = {name: (_protection(name, owners), given) for name, (_, given) in owners.items()}
    return [list(_everywhere(text, strictest)) for text in texts]


def _protection(name: str, owners: dict[str, tuple[Whose, int]]) -> Whose:
    """Whoever's it is: where the name of somebody protected stands in it, it may be theirs."""
    parts = (name[a:b] for a in range(len(name)) for b in range(a + 1, len(name) + 1))
    return min((owners[part][0] for part in parts if part in owners), key=_rank)


def _rank(whose: Whose) -> int:
    return (Whose.MINOR, Whose.INFORMANT, Whose.OTHER).index(whose)


def _everywhere(text: str, owners: dict[str, tuple[Whose, int]]) -> Iterator[Mention]:
    if not owners:
        return
    longest_first = sorted(owners, key=len, reverse=True)
    for match in re.finditer("|".join(map(re.escape, longest_first)), text):
        whose, given = owners[match.group()]
        yield Mention(match.start(), match.end(), match.start() + given, whose)


def _told(text: str) -> Iterator[Mention]:
    for context in ANY_NAME_CONTEXTS:
        for match in context.regex.finditer(text):
            if _may_be_any_name(match.group("name")):
                start, end = match.span("name")
                yield Mention(start, end, start, _whose(text, start, end, context.role))
    for context in CONTEXTS:
        for match in context.regex.finditer(text):
            start = match.start("name")
            given = start + (2 if text[start : start + 2] in COMPOUND else 1)
            settled = _end(text, start, given, match.end("name"), context)
            if settled is not None:
                yield Mention(start, settled, given, _whose(text, start, settled, context.role))
    for start, end in names_alone(text):
        yield Mention(start, end, start + 1, _whose(text, start, end, Role.UNTOLD))


def _end(text: str, start: int, given: int, end: int, context: Context) -> int | None:
    """Where the name that starts at ``start`` ends, at most at ``end``; None if it is no name."""
    if text[given] in NOT_FIRST:
        return None
    # Behind its context a name begins, whatever word the dictionary sees across the two.
    before = max(0, start - _AROUND) if context.role is Role.UNTOLD else start
    known = [(before + a, before + b) for a, b in words(text[before : end + _AROUND])]
    if end - given == 2 and (
        text[end - 1] in NOT_LAST or any(a == end - 1 and b - a > 1 for a, b in known)
    ):
        end -= 1
    believed = _is_believed if context.certain else _is_plausible
    return end if believed(text, start, given, end, known) else None


def _is_believed(text: str, start: int, given: int, end: int, known: list[Span]) -> bool:
    """In a certain context anything is a name but a word of everyday."""
    if text[start] in MOSTLY_SURNAMES:
        return text[start:end] not in COMMON_WORDS
    return end - given == 2 or not any(a <= start and b >= end for a, b in known)


def _is_plausible(text: str, start: int, given: int, end: int, known: list[Span]) -> bool:
    """In a doubtful one the surname stands alone among words, and what follows is no word."""
    if start not in {a for a, _ in known} or text[start] in ALSO_WORDS:
        return False
    first = next(b for a, b in known if a == start)
    if text[start] in MOSTLY_SURNAMES:
        return first <= end and text[start:end] not in COMMON_WORDS
    if first != given or ((given, end) in known and end - given == 2):
        return False
    return end - given == 2 or not (end < len(text) and _IS_HAN.match(text[end]))


def _may_be_any_name(name: str) -> bool:
    if "·" in name.strip("·"):
        return True
    if name[0] in NOT_FIRST or not FUNCTION_WORDS.isdisjoint(name):
        return False
    return len(name) <= 5 and not any(b - a > 1 for a, b in words(name))


def _whose(text: str, start: int, end: int, role: Role) -> Whose:
    behind, before = text[end : end + 12], text[max(0, start - 16) : start]
    if _YOUNG.search(behind):
        return Whose.MINOR
    if role is Role.SENDER:
        return Whose.INFORMANT
    at_school = _AT_SCHOOL.search(before) and not _ON_THE_STAFF.search(before)
    if (role is Role.CHILD or at_school) and not _GROWN.search(behind):
        return Whose.MINOR
    return Whose.OTHER
