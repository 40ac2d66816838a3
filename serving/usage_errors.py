"""Mistakes on the command line, said in one Chinese sentence with exit status 2."""

import logging
import sys
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from model.errors import FenzhenError
from model.os_causes import cause
from serving.quiet_log import log_failure
from serving.validation import field_errors

_INTERRUPTED = 130
_SEE_HELP = "，请用 --help 查看用法"


class ChineseGroup(TyperGroup):
    """A group of commands that never shows a traceback or an English usage error."""

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        sys.exit(self._status(*args, **extra))

    def _status(self, *args: Any, **extra: Any) -> int:
        try:
            status = int(super().main(*args, **extra) or 0)
            return _say("已中断", status) if status == _INTERRUPTED else status
        except Exception as error:
            sentence = _sentence(error)
            if sentence is not None:
                return _say(sentence, 2)
            _say("程序出错，请把下面一行交给维护人员", 1)
            log_failure(logging.getLogger("fenzhen"), error)
            return 1


def _say(sentence: str, status: int) -> int:
    typer.echo(sentence.rstrip("。") + "。", err=True)
    return status


def _sentence(error: Exception) -> str | None:
    """What a foreseen error tells the user; None for one that nobody foresaw."""
    if isinstance(error, FenzhenError):
        return error.detail
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, ValidationError):
        return "；".join(f"{item.field}：{item.message}" for item in field_errors(error))
    if isinstance(error, OSError):
        where = f"“{error.filename}”" if error.filename else "文件"
        return f"无法读写{where}（{cause(error)}），请检查路径、权限和磁盘空间"
    return None


def _usage(error: typer.TyperException) -> str:
    """typer keeps the classes of its usage errors private, so they are told by name."""
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    name = parameter.name if parameter is not None else getattr(error, "option_name", "")
    if kind == "NoSuchOption":
        return f"不认识的选项 {name}{_SEE_HELP}"
    if kind == "MissingParameter":
        return f"缺少参数 {name}{_SEE_HELP}"
    if kind == "BadParameter" and parameter is not None:
        return f"参数 {name} 的取值不对{_allowed(parameter)}{_SEE_HELP}"
    if kind == "BadParameter":
        return str(getattr(error, "message", "")) + _SEE_HELP
    if kind == "BadOptionUsage":
        return f"选项 {name} 缺少取值{_SEE_HELP}"
    return f"命令或参数不对{_SEE_HELP}"


def _allowed(parameter: Any) -> str:
    """The values of a choice, or the ends of a range; nothing for other parameters."""
    annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    if get_origin(annotation) is Literal:
        return f"，可用：{'、'.join(map(str, get_args(annotation)))}"
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    told = [f"不小于 {low}"] if low is not None else []
    told += [f"不大于 {high}"] if high is not None else []
    return f"，应{'、'.join(told)}" if told else ""
