"""What pydantic finds wrong, said in Chinese and without the content."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from serving.problems import FieldError, Problem, RefusedError, problem

MAX_ERRORS = 20
_MAX_NAME = 64

_MESSAGES: Mapping[str, str] = {
    "missing": "缺少这个字段，必须填写",
    "extra_forbidden": "不认识的字段，请删去或对照接口文档改名",
    "string_type": "应为文字（字符串）",
    "string_unicode": "含有无效字符，请重新编码为 UTF-8 后提交",
    "string_too_long": "过长，最多 {max_length} 字",
    "string_too_short": "不能为空，请填写后提交",
    "too_long": "过长，最多 {max_length} 字",
    "too_short": "不能为空，请填写后提交",
    "model_type": "应为 JSON 对象 {{…}}",
    "model_attributes_type": "应为 JSON 对象 {{…}}",
    "list_type": "应为列表 […]",
    "value_error": "{error}",
}
_TIME = "不是有效的时间，请写作 2023-02-09T10:00:00+08:00"
_OTHER = "取值不符合要求，请对照接口文档"


def field_errors(error: ValidationError, prefix: str = "") -> list[FieldError]:
    """The first 20 mistakes of a validation; ``prefix`` is put before each field's path."""
    found = error.errors(include_url=False, include_input=False)
    return [
        FieldError(field=field_path(item["loc"], prefix), message=_message(item))
        for item in found[:MAX_ERRORS]
    ]


def invalid_clue(error: ValidationError, prefix: str = "") -> RefusedError:
    """The refusal of a clue that breaks the contract."""
    errors = field_errors(error, prefix)
    first = errors[0]
    more = f"等 {error.error_count()} 处错误" if error.error_count() > 1 else ""
    detail = f"{first.field}：{first.message}{more}" if first.field else f"{first.message}{more}"
    return RefusedError("invalid_clue", detail, errors)


def request_errors(found: Sequence[Any]) -> Problem:
    """What is wrong with the parameters or the body of a request, never quoting them."""
    errors = [
        FieldError(field=field_path(item["loc"][1:]), message=_message(item))
        for item in found[:MAX_ERRORS]
    ]
    if any(item["type"] == "json_invalid" for item in found):
        return problem("invalid_json", "请求正文不是有效的 JSON，请改正后提交")
    first = errors[0]
    return problem("invalid_query", f"{first.field}：{first.message}", errors)


def field_path(location: Sequence[int | str], prefix: str = "") -> str:
    """``("clues", 3, "text")`` as ``clues[3].text``, fit for any log or answer."""
    path = prefix
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + _printable(part)
    return path


def _printable(name: str) -> str:
    """A sender's name for a field may be anything: cut it, and leave no lone surrogate."""
    short = name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"
    return short.encode("utf-8", errors="backslashreplace").decode()


def _message(item: Mapping[str, object]) -> str:
    kind = str(item["type"])
    if kind.startswith(("datetime", "timezone", "date_")):
        return _TIME
    context = item.get("ctx")
    return _MESSAGES.get(kind, _OTHER).format_map(context if isinstance(context, dict) else {})
