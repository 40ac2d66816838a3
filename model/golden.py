"""Golden clues: unmistakable ones that any model fit for service reads right.

Few, plain and frozen, so a wrong answer means a broken model and not a hard case. A challenger
that fails one is not promoted; a service tries a bundle on them before it answers with it.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.clue import MAX_TEXT_LENGTH, Clue
from model.errors import InvalidConfiguration
from model.triage import Triage


class GoldenClue(BaseModel):
    """One line of ``datasets/golden.jsonl``; columns of no concern here are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    clue_id: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]
    module: str
    urgency: str
    function: str
    procuratorate: str

    @property
    def clue(self) -> Clue:
        return Clue(clue_id=self.clue_id, text=self.text)


@dataclass(frozen=True, slots=True)
class GoldenMistake:
    """What a model got wrong: ``head`` of which clue, the code wanted and the code given."""

    clue_id: str
    head: str
    wanted: str
    given: str


def parse_golden(source: str, content: str) -> tuple[GoldenClue, ...]:
    """JSON Lines of golden clues; raises InvalidConfiguration with every bad line."""
    found, mistakes = [], []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(GoldenClue.model_validate_json(line))
        except ValidationError as error:
            columns = sorted({".".join(map(str, e["loc"])) or "整行" for e in error.errors()})
            mistakes.append(f"第 {number} 行：{'、'.join(columns)} 缺少或不合要求")
    if not found and not mistakes:
        mistakes.append("没有一条线索，请恢复随软件提供的文件")
    if mistakes:
        raise InvalidConfiguration(source, mistakes)
    return tuple(found)


def golden_mistakes(wanted: GoldenClue, given: Triage) -> list[GoldenMistake]:
    """Module, function and procuratorate must be as labelled; an emergency must raise the alarm.

    Which of the calmer urgencies it is makes no clue unmistakable and is not asked.
    """
    answers = [
        ("module", wanted.module, given.module.code),
        ("function", wanted.function, given.function.code),
        ("procuratorate", wanted.procuratorate, given.unit.procuratorate.code),
    ]
    if wanted.urgency == "critical" and "critical" not in given.reasons:
        answers.append(("alarm", "critical", given.urgency.code))
    return [
        GoldenMistake(wanted.clue_id, head, code, found)
        for head, code, found in answers
        if code != found
    ]
