"""Labels against the rules that the head of labelling writes down in ``label_checks.yaml``."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from model.clean import clean
from model.conditions import Code, Codes, Configured, Words, occurs
from model.configuration import not_allowed, parse_configuration, read_configuration
from model.located_yaml import Mistake
from model.signals import Signals
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.doubt.doubt import Doubt
from training.evaluate import HEAD_NAMES
from training.labelled_clue import LabelledClue

_STRENGTH = 0.5


class LabelCondition(Configured):
    """Holds when every field that is given fits."""

    modules: Codes | None = None
    functions: Codes | None = None
    urgencies: Codes | None = None
    cues: Words | None = None
    without: Words | None = None
    danger_words: Annotated[int, Field(ge=1)] | None = None

    def holds_for(self, item: LabelledClue, signals: Signals) -> bool:
        text = clean(f"{item.clue.title or ''}\n{item.clue.text}").text
        return (
            (self.modules is None or item.module in self.modules)
            and (self.functions is None or item.function in self.functions)
            and (self.urgencies is None or item.urgency in self.urgencies)
            and (self.cues is None or occurs(self.cues, text))
            and (self.without is None or not occurs(self.without, text))
            and (self.danger_words is None or signals.count_danger(text) >= self.danger_words)
        )


class LabelCheck(Configured):
    id: Code
    when: LabelCondition
    head: Literal["module", "urgency", "function"]
    says: Annotated[str, Field(min_length=1)]


class LabelChecks(Configured):
    checks: tuple[LabelCheck, ...]


def load_label_checks(path: Path, taxonomy: Taxonomy) -> LabelChecks:
    """Raises InvalidConfiguration with every mistake, also for labels that do not exist."""
    names = Axes(taxonomy).names
    allowed = {"modules": names["module"], "functions": names["function"],
               "urgencies": names["urgency"]}  # fmt: skip

    def unknown_labels(data: object) -> Iterable[Mistake]:
        checks = data.get("checks") if isinstance(data, dict) else None
        for number, check in enumerate(checks if isinstance(checks, list | tuple) else ()):
            when = check.get("when") if isinstance(check, dict) else None
            for field, codes in allowed.items():
                given = when.get(field) if isinstance(when, dict) else None
                for code in given if isinstance(given, list | tuple) else ():
                    if code not in codes:
                        where = ("checks", number, "when", field)
                        yield Mistake(where, not_allowed(code, codes))

    return parse_configuration(path.name, read_configuration(path), LabelChecks, unknown_labels)


def against_rules(
    clues: Sequence[LabelledClue], checks: LabelChecks, signals: Signals
) -> Iterator[Doubt]:
    """Every label that a check speaks against."""
    for row, item in enumerate(clues):
        for check in checks.checks:
            if check.when.holds_for(item, signals):
                why = f"{HEAD_NAMES[check.head]}：{check.says}"
                yield Doubt(row, check.head, "rule", _STRENGTH, why)
