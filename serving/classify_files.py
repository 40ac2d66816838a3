"""Files of clues in, files of triages out: in order, one row each, continued where it stopped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pydantic_core
from pydantic import ValidationError

from model.clue import Clue
from model.errors import FenzhenError
from model.table_writers import JsonlAppender, drop_torn_line, write_rows
from model.tables import BadRow, Row, scan_rows
from model.triage import ModelIdentity, Triage
from serving.sheet import sheet_row
from serving.validation import invalid_clue

Track = Callable[[Sequence[Row | BadRow]], Iterable[Row | BadRow]]


class UnusableOutputError(FenzhenError):
    """An output file that cannot be written to or continued."""

    code = "unusable_output"
    title = "Unusable output"


@dataclass(frozen=True, slots=True)
class Summary:
    """Rows of the input, how many of them an earlier run had done, and how many have an error."""

    rows: int
    continued_after: int
    failed: int


class ClueReader(Protocol):
    """A ``Triager``, or what answers in its place."""

    identity: ModelIdentity

    def triage(self, clue: Clue) -> Triage:
        """Read one clue. Raises FenzhenError for one that cannot be read."""


def carried(row: Row | BadRow) -> dict[str, object]:
    """All columns of a row, as they come back beside its answer."""
    return row.values if isinstance(row, Row) else {}


def classify_file(
    triager: ClueReader,
    source: Path,
    output: Path,
    track: Track,
    carry: Callable[[Row | BadRow], dict[str, object]] = carried,
) -> Summary:
    """Classify every row of ``source``; a bad row gets an ``error`` in its output row.

    A second run continues after the last complete row. Excel is written at the end, from
    ``OUTPUT.partial.jsonl``. ``track`` passes the rows through and may show progress.
    Raises InvalidTable for an unusable input, UnusableOutputError for an output that is not this
    input's or this model's.
    """
    to_excel = _checked_suffix(source, output) == ".xlsx"
    lines = output.with_name(f"{output.name}.partial.jsonl") if to_excel else output
    if to_excel and output.exists() and not lines.exists():
        raise UnusableOutputError(f"输出文件 {output} 已存在，请换一个名字或先移走它")
    rows = list(scan_rows(source))
    inputs = [carry(row) for row in rows]
    done = _done(lines, rows, inputs, triager.identity.version)
    with JsonlAppender(lines) as appender:
        for row in track(rows[done:]):
            appender.append(_answer(triager, row, carry(row)))
    failed = sum("error" in answer for answer in _answers(lines))
    if to_excel:
        write_rows(output, list(map(sheet_row, _answers(lines))))
        lines.unlink()
    return Summary(rows=len(rows), continued_after=done, failed=failed)


def _checked_suffix(source: Path, output: Path) -> str:
    suffix = output.suffix.lower()
    if suffix not in (".jsonl", ".xlsx"):
        raise UnusableOutputError(f"不能写“{suffix}”文件，输出请用 .jsonl 或 .xlsx")
    if source.resolve() == output.resolve():
        raise UnusableOutputError("输出不能与输入是同一个文件，请换一个名字")
    if not output.parent.is_dir():
        raise UnusableOutputError(f"输出文件夹 {output.parent} 不存在，请先建立")
    return suffix


def _done(
    lines: Path, rows: Sequence[Row | BadRow], inputs: Sequence[dict[str, object]], version: str
) -> int:
    """How many rows an earlier run completed. Raises UnusableOutputError when it was another."""
    if not lines.exists():
        return 0
    drop_torn_line(lines)
    done = 0
    for done, answer in enumerate(_answers(lines), start=1):
        if done > len(rows):
            raise UnusableOutputError(f"输出文件 {lines} 比输入的行数还多，请换一个名字")
        _check(answer, rows[done - 1], inputs[done - 1], version, lines)
    return done


def _check(
    answer: dict[str, Any],
    row: Row | BadRow,
    given: dict[str, object],
    version: str,
    lines: Path,
) -> None:
    """Raises UnusableOutputError unless ``answer`` is this model's to this row."""
    if answer.get("row") != row.number or answer.get("input") != given:
        raise UnusableOutputError(
            f"输出文件 {lines} 与输入第 {row.number} 行不符，不属于这个输入，请换一个名字"
        )
    if "triage" in answer and answer["triage"]["model"]["version"] != version:
        raise UnusableOutputError(
            f"输出文件 {lines} 由另一版本的模型写成，请换一个名字重新分诊，或用原来的模型继续"
        )


def _answers(lines: Path) -> Iterator[dict[str, Any]]:
    """The output rows one after the other, as a backlog's answers need not fit into memory."""
    with lines.open("rb") as file:
        for line in file:
            try:
                answer = pydantic_core.from_json(line)
            except ValueError:
                answer = None
            if not isinstance(answer, dict):
                raise UnusableOutputError(f"文件 {lines} 不是本程序的输出，请换一个名字")
            yield answer


def _answer(triager: ClueReader, row: Row | BadRow, given: dict[str, object]) -> dict[str, object]:
    """The output row: ``row``, ``input`` with all columns, and ``triage`` or ``error``."""
    answer: dict[str, object] = {"row": row.number, "input": given}
    if isinstance(row, BadRow):
        return answer | {"error": {"code": "invalid_row", "detail": row.mistake}}
    fields = {name: row.values[name] for name in Clue.model_fields if name in row.values}
    try:
        triage = triager.triage(Clue.model_validate(fields))
    except ValidationError as error:
        detail = invalid_clue(error).problem.detail
        return answer | {"error": {"code": "invalid_clue", "detail": detail}}
    except FenzhenError as error:
        return answer | {"error": {"code": error.code, "detail": error.detail}}
    return answer | {"triage": triage.model_dump(mode="json")}
