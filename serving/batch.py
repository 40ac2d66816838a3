"""A batch: every clue answered on its own, in order, one bad item failing only itself."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future

from pydantic import BaseModel, ConfigDict, Field

from model.errors import FenzhenError
from model.triage import Triage
from serving.arrival.line import Line
from serving.body import parse_clues, validate_clue
from serving.problems import Problem, RefusedError, as_problem, problem
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


Waiting = Future[str] | Problem


def submit_batch(line: Line, body: bytes, limit: int) -> list[Waiting]:
    """Hand in the clues of a request body; a place for each, filled in time or with its problem.

    Raises RefusedError when the body as a whole is wrong.
    """
    return [_submit(line, *item) for item in enumerate(parse_clues(body, limit))]


def _submit(line: Line, index: int, item: object) -> Waiting:
    try:
        return line.submit(validate_clue(item, f"clues[{index}]"))
    except Exception as error:
        return _problem(error)


def batch_answer(waiting: Sequence[Waiting]) -> str:
    """The answer as JSON, once every future is done."""
    results = [_result(index, item) for index, item in enumerate(waiting)]
    return f'{{"results":[{",".join(results)}]}}'


def _result(index: int, item: Waiting) -> str:
    if isinstance(item, Future):
        error = item.exception()
        if error is None:
            return f'{{"index":{index},"triage":{item.result()}}}'
        item = _problem(error)
    return Failed(index=index, error=item).model_dump_json()


def _problem(error: BaseException) -> Problem:
    if isinstance(error, RefusedError):
        return error.problem
    if isinstance(error, FenzhenError) and (found := as_problem(error)) is not None:
        return found
    log_failure(_log, error)
    return problem("internal_error", "程序出错，这一件未能分诊")
