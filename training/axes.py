"""The labels of each head by code and by Chinese name, and what was meant by what is neither."""

import difflib
import re
from functools import cache

from model.privacy import find_personal_data
from model.taxonomy import Taxonomy

AXIS_NAMES = {
    "module": "模块",
    "secondary_modules": "次要模块",
    "urgency": "紧急程度",
    "function": "承办职能",
    "split": "划分",
}
_SPLITS = {"train": "训练", "test": "测试"}
_LONGEST_SHOWN = 20
_ASIDE = re.compile(r"[（(].*?[)）]")


class Axes:
    """Code → name of every axis of a taxonomy, and lookups by either."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.names: dict[str, dict[str, str]] = {
            "module": {entry.code: entry.name for entry in taxonomy.modules},
            "urgency": {entry.code: entry.name for entry in taxonomy.urgencies},
            "function": {entry.code: entry.name for entry in taxonomy.functions},
            "split": dict(_SPLITS),
        }
        self.names["secondary_modules"] = self.names["module"]
        self._codes = {axis: _lookup(names) for axis, names in self.names.items()}
        self.explain = cache(self._explain)

    def code(self, axis: str, value: str) -> str | None:
        """The code that a code or a Chinese name stands for; None for neither."""
        return self._codes[axis].get(_normal(value))

    def axes_of(self, value: str) -> list[str]:
        """The heads one of whose labels this is."""
        heads = ("module", "urgency", "function")
        return [axis for axis in heads if self.code(axis, value) is not None]

    def _explain(self, axis: str, value: str) -> str:
        """Why ``value`` is no label of this axis, what is allowed, and what was likely meant."""
        if not value:
            return f"缺少标签，可用：{self._allowed(axis)}"
        elsewhere = [found for found in self.axes_of(value) if found != axis]
        if elsewhere:
            other = elsewhere[0]
            return f"“{value}”是 {other}（{AXIS_NAMES[other]}）的标签，两列是否写反？"
        names = self.names[axis]
        near = difflib.get_close_matches(value, [*names, *names.values()], n=1)
        hint = f"，是否想写 {near[0]}？" if near else ""
        return f"{_shown(value)}不是允许的值，可用：{self._allowed(axis)}{hint}"

    def _allowed(self, axis: str) -> str:
        return "、".join(self.names[axis])


def label_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Code → name over all heads; no code stands on two of them."""
    names = Axes(taxonomy).names
    return {**names["module"], **names["urgency"], **names["function"]}


def _lookup(names: dict[str, str]) -> dict[str, str]:
    found = {}
    for code, name in names.items():
        for form in (name, _ASIDE.sub("", name), code):
            found[_normal(form)] = code
    return found


def _normal(value: str) -> str:
    return value.strip().lower().replace("（", "(").replace("）", ")")


def _shown(value: str) -> str:
    """A short value in quotes; what may be a clue's text or holds personal data is not repeated."""
    if len(value) > _LONGEST_SHOWN:
        return f"这一格有 {len(value)} 字，像是正文，"
    private = bool(find_personal_data(value))
    return "这一格像是个人信息，" if private else f"“{value}”"
