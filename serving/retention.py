"""How long clues are kept, by module: rules that lawyers write, and what falls due by them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from model.conditions import Code, Configured
from model.configuration import not_allowed, parse_configuration, read_configuration
from model.located_yaml import Mistake

Days = Annotated[int, Field(ge=1, le=36_500)]


class RetentionRule(Configured):
    """``original_days`` for the sealed full text, ``days`` for the whole clue, both counted from
    the day it was received or decided (or otherwise closed); an open clue is never due."""

    counted_from: Literal["received", "decided"]
    original_days: Days
    days: Days
    legal_basis: Annotated[str, Field(min_length=1)]


class RetentionRules(Configured):
    version: Annotated[str, Field(min_length=1)]
    modules: dict[Code, RetentionRule]


class Part(StrEnum):
    """What is erased: the sealed full text alone, or the clue with all that belongs to it."""

    ORIGINAL = "original"
    CLUE = "clue"


@dataclass(frozen=True, slots=True)
class HeldClue:
    """A stored clue's dates, as days in Asia/Shanghai. ``on_hold``: somebody still needs it."""

    clue_id: str
    module: str
    received_on: date
    closed_on: date | None
    has_original: bool
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is due, and since which day."""

    clue_id: str
    module: str
    part: Part
    due_on: date


def due_for_erasure(
    clues: Iterable[HeldClue], rules: RetentionRules, today: date
) -> Iterator[Erasure]:
    """What the rules say is to be erased by now; of a clue that goes entirely only that.

    Kept: what is on hold, what is still open, and modules without a rule.
    """
    for clue in clues:
        rule = rules.modules.get(clue.module)
        if rule is None or clue.on_hold or clue.closed_on is None:
            continue
        since = clue.received_on if rule.counted_from == "received" else clue.closed_on
        whole = since + timedelta(days=rule.days)
        original = since + timedelta(days=rule.original_days)
        if whole <= today:
            yield Erasure(clue.clue_id, clue.module, Part.CLUE, whole)
        elif clue.has_original and original <= today:
            yield Erasure(clue.clue_id, clue.module, Part.ORIGINAL, original)


def tell(erasures: Sequence[Erasure], names: dict[str, str]) -> list[str]:
    """Lines for ``purge --dry-run``: counts by module and part, no clue named."""
    counts = Counter((erasure.module, erasure.part) for erasure in erasures)
    said = {Part.ORIGINAL: "只清除原文", Part.CLUE: "整条清除"}
    lines = [
        f"{names.get(module, module)}：{said[part]} {count} 条"
        for (module, part), count in sorted(counts.items())
    ]
    return lines or ["没有到期的线索"]


def parse_retention(source: str, content: str, modules: Sequence[str]) -> RetentionRules:
    """The rules in ``content``, one for every one of ``modules``.

    Raises ``InvalidConfiguration`` with all mistakes.
    """
    return parse_configuration(
        source, content, RetentionRules, lambda data: _mistakes(data, modules)
    )


def load_retention(path: Path, modules: Sequence[str]) -> RetentionRules:
    """The rules in the file ``path``; raises ``InvalidConfiguration`` with all mistakes."""
    return parse_retention(path.name, read_configuration(path), modules)


def _mistakes(data: object, modules: Sequence[str]) -> Iterator[Mistake]:
    written = data.get("modules") if isinstance(data, dict) else None
    if not isinstance(written, dict):
        return
    for code, rule in written.items():
        if code not in modules:
            yield Mistake(("modules", code), not_allowed(code, modules))
        if isinstance(rule, dict):
            original, whole = rule.get("original_days"), rule.get("days")
            if isinstance(original, int) and isinstance(whole, int) and original > whole:
                message = f"原文保存 {original} 天，比整条线索的 {whole} 天还久，请改小"
                yield Mistake(("modules", code, "original_days"), message)
    missing = [code for code in modules if code not in written]
    if missing:
        yield Mistake(("modules",), f"缺少模块：{'、'.join(missing)}，请各写一条")
