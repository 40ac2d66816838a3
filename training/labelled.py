"""Labelled clues as analysts hand them in, read with every bad row reported at once."""

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from model.clue import Clue
from model.errors import InvalidTable
from model.tables import Row, read_rows
from model.taxonomy import Taxonomy

CLUE_COLUMNS = ("text", "clue_id", "title", "channel", "location", "submitted_at")
LABEL_COLUMNS = ("module", "urgency", "function")
OTHER_COLUMNS = (
    "secondary_modules", "source", "labeller", "labelled_at", "note", "author_group", "split",
)  # fmt: skip
COMPOSED = "composed"


@dataclass(frozen=True, slots=True)
class LabelledClue:
    """A clue and its labels (label contract).

    ``author_group`` names the imagined sender or common idea; splits never divide a group.
    ``split`` is ``train`` unless the row says ``test``: such a clue is never learned from.
    ``source`` is ``composed`` for text that no citizen wrote. ``where`` is its file and row.
    """

    clue: Clue
    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str
    author_group: str
    split: str
    source: str
    where: str

    @property
    def name(self) -> str:
        """What staff find it by: its id, else its file and row."""
        return self.clue.clue_id or self.where


MistakeKind = Literal["content", "code", "combination", "identifier"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row or file, in Chinese and never with its text."""

    kind: MistakeKind
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where} {self.message}"


def read_labelled(paths: Iterable[Path], taxonomy: Taxonomy) -> list[LabelledClue]:
    """Read JSONL, CSV or Excel files of labelled clues, in order.

    Chinese label names are accepted for codes. Raises InvalidTable with every mistake of every
    file: file, row, column, what is wrong and what is allowed.
    """
    clues, mistakes = parse_labelled(paths, taxonomy)
    if mistakes:
        raise InvalidTable("标注数据", [str(mistake) for mistake in mistakes])
    return clues


def parse_labelled(
    paths: Iterable[Path], taxonomy: Taxonomy
) -> tuple[list[LabelledClue], list[Mistake]]:
    """The clues that can be read, a repeated id included, and every mistake of every file.

    Raises InvalidTable for a file that cannot be read at all.
    """
    clues: list[LabelledClue] = []
    mistakes: list[Mistake] = []
    seen: dict[str, str] = {}
    for path in paths:
        rows = read_rows(path)
        absent = [c for c in LABEL_COLUMNS if not any(c in row.values for row in rows)]
        if absent:
            advice = f"缺少列 {'、'.join(absent)}，请补上标签后再训练"
            mistakes.append(Mistake("code", path.name, advice))
            continue
        for row in rows:
            where = f"{path.name} 第 {row.number} 行"
            found, wrong = _parse(row, where, taxonomy)
            mistakes += wrong
            if found is None:
                continue
            clues.append(found)
            identifier = found.clue.clue_id
            if identifier is None:
                continue
            if identifier in seen:
                advice = f"clue_id 列：编号与{seen[identifier]}重复，请改为不同的编号"
                mistakes.append(Mistake("identifier", where, advice))
            seen.setdefault(identifier, where)
    return clues, mistakes


def _parse(row: Row, where: str, taxonomy: Taxonomy) -> tuple[LabelledClue | None, list[Mistake]]:
    values = {column: value for column, value in row.values.items() if value not in (None, "")}
    codes: list[str] = []
    labels = {
        column: _code(str(values.get(column, "")), column, _choices(taxonomy, column), codes)
        for column in LABEL_COLUMNS
    }
    secondary = tuple(
        _code(part, "secondary_modules", _choices(taxonomy, "module"), codes)
        for part in _parts(values.get("secondary_modules"))
    )
    split = _code(str(values.get("split", "train")), "split", _SPLIT_NAMES, codes)
    content: list[str] = []
    clue = _clue(values, content)
    impossible = _impossible(labels, secondary, taxonomy) if not codes else []
    mistakes = [
        *(Mistake("code", where, message) for message in codes),
        *(Mistake("content", where, message) for message in content),
        *(Mistake("combination", where, message) for message in impossible),
    ]
    if mistakes or clue is None:
        return None, mistakes
    group = str(
        values.get("author_group") or clue.clue_id or f"row-{row.number}-{_text_hash(clue)}"
    )
    found = LabelledClue(
        clue=clue,
        secondary_modules=secondary,
        author_group=group,
        split=split,
        source=str(values.get("source", "")),
        where=where,
        **labels,
    )
    return found, []


_SPLIT_NAMES = {"train": "训练", "test": "测试"}


def _text_hash(clue: Clue) -> str:
    """A short stable name for a clue without one."""
    return hashlib.sha256(clue.text.encode()).hexdigest()[:12]


def _clue(values: dict[str, object], wrong: list[str]) -> Clue | None:
    try:
        return Clue.model_validate({key: values[key] for key in CLUE_COLUMNS if key in values})
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            column = ".".join(map(str, problem["loc"]))
            wrong.append(f"{column} 列：{_EXPLANATIONS.get(problem['type'], problem['msg'])}")
        return None


_EXPLANATIONS = {
    "missing": "缺少内容，请补填",
    "string_too_long": "内容过长，请缩短",
    "too_long": "内容过长，请缩短",
    "too_short": "内容为空，请补填",
    "string_too_short": "内容为空，请补填",
    "string_type": "应为文字",
    "datetime_from_date_parsing": "时间无法识别，请写作 2023-02-09 10:00",
    "datetime_parsing": "时间无法识别，请写作 2023-02-09 10:00",
}


def _choices(taxonomy: Taxonomy, column: str) -> dict[str, str]:
    """Code → display name of one axis."""
    if column == "module":
        return {module.code: module.name for module in taxonomy.modules}
    if column == "urgency":
        return {urgency.code: urgency.name for urgency in taxonomy.urgencies}
    return {function.code: function.name for function in taxonomy.functions}


def label_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Code → display name over all axes; no code stands on two of them."""
    return {code: name for axis in LABEL_COLUMNS for code, name in _choices(taxonomy, axis).items()}


def _code(value: str, column: str, choices: dict[str, str], wrong: list[str]) -> str:
    value = value.strip()
    if value in choices:
        return value
    by_name = {name: code for code, name in choices.items()}
    if value in by_name:
        return by_name[value]
    near = difflib.get_close_matches(value, [*choices, *by_name], n=1)
    hint = f"，是否想写 {near[0]}？" if near else ""
    given = f"“{value}”不是允许的值" if value else "缺少标签"
    wrong.append(f"{column} 列：{given}，可用：{'、'.join(choices)}{hint}")
    return value


def _parts(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in value]
    return [part for part in re.split(r"[;；,，、|｜\s\[\]\"']+", str(value or "")) if part]


def _impossible(
    labels: dict[str, str], secondary: tuple[str, ...], taxonomy: Taxonomy
) -> list[str]:
    wrong = []
    module = next(entry for entry in taxonomy.modules if entry.code == labels["module"])
    if labels["function"] not in module.functions:
        allowed = "、".join(module.functions)
        wrong.append(f"function 列：{labels['function']} 不能承办 {module.code}，可用：{allowed}")
    if secondary and module.code == "out_of_scope":
        wrong.append("secondary_modules 列：out_of_scope 不带次要模块，请清空")
    if module.code in secondary or "out_of_scope" in secondary:
        wrong.append("secondary_modules 列：不能含主模块或 out_of_scope，请删去")
    return wrong


def data_files(paths: tuple[Path, ...]) -> list[Path]:
    """Files as given; a folder stands for its JSONL, CSV and Excel files in order of name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix in {".jsonl", ".csv", ".xlsx"})
        else:
            found.append(path)
    if not found:
        mistake = f"{paths[0]} 中没有 .jsonl、.csv 或 .xlsx 文件，请检查路径"
        raise InvalidTable("标注数据", [mistake])
    return found
