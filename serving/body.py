"""From the bytes of a request to clues: media type, size, encoding, JSON, contract."""

import asyncio
import json

from pydantic import ValidationError
from starlette.requests import Request

from model.clue import Clue
from serving.problems import RefusedError
from serving.validation import invalid_clue


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """The body of a JSON request, never holding more than ``limit`` bytes and one chunk, nor
    waiting for it longer than ``seconds``.

    Raises RefusedError: unsupported_media_type, body_too_large, body_too_slow.
    """
    _require_json(request)
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, limit)
    except TimeoutError:
        raise RefusedError(
            "body_too_slow", f"{seconds:g} 秒内没有收完请求正文，请重新发送"
        ) from None


async def _read(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _require_json(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if media_type.strip().lower() != "application/json":
        raise RefusedError("unsupported_media_type", "请以 Content-Type: application/json 提交")
    if charset.startswith("charset=") and charset not in ("charset=utf-8", "charset=utf8"):
        raise RefusedError("unsupported_media_type", "请以 UTF-8 编码提交")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError("unsupported_media_type", "请不要压缩请求正文")


def _too_large(limit: int) -> RefusedError:
    return RefusedError("body_too_large", f"请求正文超过 {limit} 字节，请缩短或分批提交")


def parse_clue(body: bytes) -> Clue:
    """One clue. Raises RefusedError: invalid_clue, invalid_json, not_utf8, too_deep."""
    try:
        return Clue.model_validate_json(body)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] != "json_invalid":
            raise invalid_clue(error) from None
    # The slow way says what is wrong, and lets lone surrogates through to the contract.
    return validate_clue(parse_json(body))


def validate_clue(content: object, prefix: str = "") -> Clue:
    """A clue from parsed JSON. Raises RefusedError: invalid_clue."""
    try:
        return Clue.model_validate(content)
    except ValidationError as error:
        raise invalid_clue(error, prefix) from None


def parse_clues(body: bytes, limit: int) -> list[object]:
    """The items of a batch, each not yet validated.

    Raises RefusedError: invalid_clue, batch_too_large, and those of ``parse_json``.
    """
    content = parse_json(body)
    clues = content.get("clues") if isinstance(content, dict) else None
    if not isinstance(content, dict) or set(content) != {"clues"} or not isinstance(clues, list):
        raise RefusedError("invalid_clue", '正文应为 {"clues": [ … ]}，不含其他字段')
    if len(clues) > limit:
        raise RefusedError(
            "batch_too_large", f"一批最多 {limit} 件，这一批有 {len(clues)} 件，请分批"
        )
    return clues


def parse_json(body: bytes) -> object:
    """JSON text in UTF-8, lone surrogates let through. Raises RefusedError."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        detail = f"请求正文第 {error.start + 1} 个字节处不是 UTF-8，请重新编码后提交"
        raise RefusedError("not_utf8", detail) from None
    except RecursionError:
        raise RefusedError("too_deep", "JSON 嵌套过深，请对照接口文档提交") from None
    except json.JSONDecodeError as error:
        detail = f"第 {error.lineno} 行第 {error.colno} 个字符处不是有效的 JSON，请改正后提交"
        raise RefusedError("invalid_json", detail) from None
    except ValueError:
        raise RefusedError("invalid_json", "JSON 中有过长或无效的数字，请改正后提交") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)
