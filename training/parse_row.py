"""One row of values → one labelled clue, or everything that is wrong with it."""

import hashlib
import re
from collections.abc import Mapping

from pydantic import ValidationError

from model.clue import Clue
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.labelled_clue import CLUE_COLUMNS, LABEL_COLUMNS, LabelledClue, Mistake, MistakeKind
from training.moments import UnclearMoment, read_moment

_SEPARATORS = re.compile(r"[;；,，、|｜\s\[\]\"']+")
_EXPLANATIONS = {
    "missing": "缺少内容，请补填",
    "string_too_long": "内容过长，请缩短",
    "too_long": "内容过长，请缩短",
    "too_short": "内容为空，请补填",
    "string_too_short": "内容为空，请补填",
    "string_type": "应为文字",
    "value_error": "内容为空或含无效字符，请补填",
}
_Wrong = list[tuple[MistakeKind, str, str]]


class RowParser:
    """Parses rows under one taxonomy; accepts Chinese label names for codes."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.axes = Axes(taxonomy)
        self._functions = {entry.code: entry.functions for entry in taxonomy.modules}

    def parse(
        self, values: Mapping[str, object], file: str, place: str
    ) -> tuple[LabelledClue | None, list[Mistake]]:
        """The clue, or None and every mistake of the row."""
        values = {column: value for column, value in values.items() if value not in (None, "")}
        wrong: _Wrong = []
        labels = {c: self._code(str(values.get(c, "")), c, wrong) for c in LABEL_COLUMNS}
        parts = label_parts(values.get("secondary_modules"))
        secondary = tuple(self._code(part, "secondary_modules", wrong) for part in parts)
        split = self._code(str(values.get("split", "train")), "split", wrong)
        if not wrong:
            wrong += self._impossible(labels, secondary)
        labelled_at = _moment(values, "labelled_at", wrong)
        clue = _clue(values, wrong)
        if wrong or clue is None:
            return None, [Mistake(kind, file, place, column, said) for kind, column, said in wrong]
        group = _name(values, "author_group") or clue.clue_id or f"{place}-{_text_hash(clue)}"
        found = LabelledClue(
            clue=clue,
            secondary_modules=tuple(dict.fromkeys(secondary)),
            author_group=group,
            split=split,
            source=_name(values, "source"),
            where=f"{file} {place}",
            labeller=_name(values, "labeller"),
            labelled_at=labelled_at,
            note=str(values.get("note", "")),
            **labels,
        )
        return found, []

    def _code(self, value: str, axis: str, wrong: _Wrong) -> str:
        code = self.axes.code(axis, value)
        if code is None:
            wrong.append(("code", axis, self.axes.explain(axis, value.strip())))
        return code or ""

    def _impossible(self, labels: Mapping[str, str], secondary: tuple[str, ...]) -> _Wrong:
        """Combinations that the label contract rules out."""
        wrong: _Wrong = []
        module, function = labels["module"], labels["function"]
        if function not in self._functions[module]:
            allowed = "、".join(self._functions[module])
            said = f"{function} 不能承办 {module}，可用：{allowed}"
            wrong.append(("combination", "function", said))
        if secondary and module == "out_of_scope":
            said = "out_of_scope 不带次要模块，请清空"
            wrong.append(("combination", "secondary_modules", said))
        if module in secondary or "out_of_scope" in secondary:
            said = "不能含主模块或 out_of_scope，请删去"
            wrong.append(("combination", "secondary_modules", said))
        return wrong


def label_parts(value: object) -> list[str]:
    """The single labels of a list, or of text that parts them with ; ， 、 or blanks."""
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return [part for part in _SEPARATORS.split(str(value or "")) if part]


def _clue(values: Mapping[str, object], wrong: _Wrong) -> Clue | None:
    content = {key: values[key] for key in CLUE_COLUMNS if key in values}
    if "submitted_at" in content:
        content["submitted_at"] = _moment(values, "submitted_at", wrong) or None
    try:
        return Clue.model_validate(content)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            column = ".".join(map(str, problem["loc"]))
            said = _EXPLANATIONS.get(problem["type"], f"不符合要求（{problem['type']}）")
            wrong.append(("content", column, said))
        return None


def _name(values: Mapping[str, object], column: str) -> str:
    """Without the blanks that a hand leaves at its end, which would make two people of one."""
    return str(values.get(column, "")).strip()


def _moment(values: Mapping[str, object], column: str, wrong: _Wrong) -> str:
    """ISO 8601 as it was written, or empty."""
    if column not in values:
        return ""
    try:
        return read_moment(values[column])
    except UnclearMoment as error:
        wrong.append(("content", column, str(error)))
        return ""


def _text_hash(clue: Clue) -> str:
    """A short stable name for a clue without one."""
    return hashlib.sha256(clue.text.encode()).hexdigest()[:12]
