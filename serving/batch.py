"""A batch: every clue answered on its own, in order, one bad item failing only itself."""

import logging

from pydantic import BaseModel, ConfigDict, Field

from model.clue import Clue
from model.errors import InvalidClue
from model.triage import Triage
from model.triager import Triager
from serving.body import parse_clues, validate_clue
from serving.problems import Problem, RefusedError, problem
from serving.quiet_log import log_failure

_log = logging.getLogger("fenzhen.batch")


class Answered(BaseModel):
    """一件线索及其分诊结果。"""

    model_config = ConfigDict(frozen=True)

    index: int = Field(description="在提交的 clues 中的序号，从 0 起")
    triage: Triage


class Failed(BaseModel):
    """一件未能分诊的线索及其原因。"""

    model_config = ConfigDict(frozen=True)

    index: int = Field(description="在提交的 clues 中的序号，从 0 起")
    error: Problem


class BatchAnswer(BaseModel):
    """与提交的 clues 一一对应、次序相同。"""

    model_config = ConfigDict(frozen=True)

    results: tuple[Answered | Failed, ...]


def classify_batch(triager: Triager, body: bytes, limit: int) -> BatchAnswer:
    """Answer the clues of a request body. Raises RefusedError when the body as a whole is wrong."""
    items = parse_clues(body, limit)
    return BatchAnswer(results=tuple(_answer(triager, *item) for item in enumerate(items)))


def _answer(triager: Triager, index: int, item: object) -> Answered | Failed:
    try:
        clue = validate_clue(item, f"clues[{index}]")
        return Answered(index=index, triage=classify(triager, clue))
    except RefusedError as refusal:
        return Failed(index=index, error=refusal.problem)
    except Exception as error:
        log_failure(_log, error)
        return Failed(index=index, error=problem("internal_error", "程序出错，这一件未能分诊"))


def classify(triager: Triager, clue: Clue) -> Triage:
    """Answer one clue. Raises RefusedError: invalid_clue."""
    try:
        return triager.triage(clue)
    except InvalidClue as error:
        raise RefusedError("invalid_clue", error.detail) from None
