"""A YAML file that people edit, read into a validated model: all mistakes at once, with lines."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.errors import InvalidConfiguration
from model.located_yaml import LocatedYaml, Location, Mistake, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Check = Callable[[object], Iterable[Mistake]]
"""Looks for mistakes across a file's raw data; must bear data of any shape."""


def read_configuration(path: Path) -> str:
    """The text of a UTF-8 file, with or without BOM; raises ``InvalidConfiguration``."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = "找不到该文件" if isinstance(error, FileNotFoundError) else "无法读取该文件"
        raise InvalidConfiguration(str(path), [f"{reason}，请检查路径与权限"]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = f"第 {line} 行：不是 UTF-8 编码，请另存为 UTF-8 后重试"
        raise InvalidConfiguration(str(path), [message]) from error


def parse_configuration(source: str, content: str, model: type[Model], check: Check) -> Model:
    """Validate ``content`` as ``model``.

    Raises ``InvalidConfiguration`` with every mistake of form, structure and cross reference,
    in the order of lines. ``source`` is the name shown to the reader.
    """
    document = read_yaml(content)
    mistakes = list(document.mistakes)
    if document.data is not None:
        try:
            validated = model.model_validate(document.data)
        except ValidationError as error:
            mistakes += (_mistake(model, details) for details in error.errors())
        mistakes += check(document.data)
    if mistakes:
        raise InvalidConfiguration(source, _in_order(document, mistakes))
    return validated


def mistakes_of(model: type[BaseModel], error: ValidationError) -> list[str]:
    """What is wrong with values that came from no file, setting by setting."""
    found = (_mistake(model, details) for details in error.errors())
    return [f"{_path(mistake.location)}：{mistake.message}" for mistake in found]


def not_allowed(value: object, allowed: Iterable[str]) -> str:
    """“x”不是允许的值，可用：a、b（是否想写 a？）"""
    return f"“{value}”不是允许的值，可用：{_options(str(value), list(allowed))}"


def _options(written: str, allowed: list[str]) -> str:
    guess = get_close_matches(written, allowed, n=1)
    return "、".join(allowed) + (f"（是否想写 {guess[0]}？）" if guess else "")


def _in_order(document: LocatedYaml, mistakes: list[Mistake]) -> list[str]:
    numbered = sorted(
        {(m.line or document.line_of(m.location), _path(m.location), m.message) for m in mistakes}
    )
    return [f"第 {line} 行{f' {path}' if path else ''}：{said}" for line, path, said in numbered]


def _path(location: Location) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


_MESSAGES = {
    "missing": "缺少这一项，必须填写",
    "string_type": "应为文字，数字与 yes/no 请加引号",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "finite_number": "应为有限的数字，不能是 .inf 或 .nan",
    "path_type": "应为文件或文件夹的路径",
    "bool_type": "应为 true 或 false",
    "date_type": "应为日期，写作 2021-07-01",
    "tuple_type": "应为列表，写作 [甲, 乙] 或每行一个“- ”",
    "model_type": "应为一组“键: 值”",
    "dict_type": "应为一组“键: 值”",
    "too_short": "不能是空列表",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "只能用小写字母、数字、下划线与连字符，并以字母开头",
}


_BOUNDS = {
    "greater_than": ("必须大于", "gt"),
    "greater_than_equal": ("不能小于", "ge"),
    "less_than": ("必须小于", "lt"),
    "less_than_equal": ("不能大于", "le"),
}


def _mistake(model: type[BaseModel], details: ErrorDetails) -> Mistake:
    location, kind, context = details["loc"], details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = _field_names(model, location[:-1])
        return Mistake(location, f"不认识的项，可用：{_options(str(location[-1]), known)}")
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return Mistake(location, not_allowed(details["input"], allowed))
    if kind == "value_error":
        return Mistake(location, str(context["error"]))
    if kind in _BOUNDS:
        side, bound = _BOUNDS[kind]
        return Mistake(location, f"{side} {context[bound]}")
    return Mistake(location, _MESSAGES.get(kind, f"不符合要求（{kind}）"))


def _field_names(model: type[BaseModel], location: Location) -> list[str]:
    """Names that the model at ``location`` knows."""
    for part in location:
        if isinstance(part, str):
            model = next(_models_in(model.model_fields[part].annotation))
    return list(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
