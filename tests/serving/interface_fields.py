"""Every place of the committed interface that takes a string, found in it, not remembered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

DOCUMENT = json.loads(
    (Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8")
)
_UNDOCUMENTED = ("authorization", "content-type", "x-request-id")
"""Headers that every operation reads; OpenAPI has other places for them, or none."""
_FIRST = 0


@dataclass(frozen=True)
class StringField:
    """``where`` is path, query, header or body; ``place`` leads to it inside the body."""

    method: str
    path: str
    where: str
    place: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.where} {'.'.join(map(str, self.place))}"

    def request(self, value: str, known: dict[str, str]) -> dict[str, Any]:
        """A request that is right but for ``value`` in this field; ``known`` fills the path."""
        operation = DOCUMENT["paths"][self.path][self.method]
        filled = known | ({str(self.place[0]): value} if self.where == "path" else {})
        path = self.path
        for name, given in filled.items():
            path = path.replace(f"{{{name}}}", quote(given.encode("utf-8", "surrogatepass"), ""))
        query = {
            one["name"]: _least(one["schema"])
            for one in operation.get("parameters", ())
            if one["in"] == "query" and one.get("required")
        }
        headers: dict[str, str | bytes] = {"if-match": '"0"', "content-type": "application/json"}
        body = _least_body(operation)
        if self.where == "query":
            query[str(self.place[0])] = value
        elif self.where == "header":
            headers[str(self.place[0])] = value.encode("utf-8", "surrogatepass")
        elif self.where == "body":
            body = _with(body, self.place, value)
        pairs = "&".join(
            f"{name}={quote(str(one).encode('utf-8', 'surrogatepass'), '')}"
            for name, one in query.items()
        )
        content = None if body is None else json.dumps(body)
        return {"method": self.method.upper(), "url": f"{path}?{pairs}", "headers": headers,
                "content": content}  # fmt: skip


def string_fields() -> Iterator[StringField]:
    """All of them, in the order of the document."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", ()):
                if any(True for _ in _places(one["schema"], ())):
                    yield StringField(method, path, one["in"], (one["name"],))
            for place in _places(_body_schema(operation) or {}, ()):
                yield StringField(method, path, "body", place)
    for name in _UNDOCUMENTED:
        yield StringField("post", "/v1/classify", "header", (name,))


def _places(
    schema: dict[str, Any], place: tuple[str | int, ...]
) -> Iterator[tuple[str | int, ...]]:
    schema = _resolved(schema)
    if schema.get("type") == "string":
        yield place
    for choice in schema.get("anyOf", ()):
        yield from _places(choice, place)
    for name, inner in schema.get("properties", {}).items():
        yield from _places(inner, (*place, name))
    if "items" in schema:
        yield from _places(schema["items"], (*place, _FIRST))


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return schema


def _least_body(operation: dict[str, Any]) -> Any:
    schema = _body_schema(operation)
    return None if schema is None else _least(schema)


def _least(schema: dict[str, Any]) -> Any:
    """The smallest value that the schema allows, as far as these schemas go."""
    schema = _resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: _least(schema["properties"][name]) for name in schema.get("required", ())}
    return [] if schema.get("type") == "array" else "a"


def _with(content: Any, place: tuple[str | int, ...], value: str) -> Any:
    """``content`` with ``value`` at ``place``, whatever is missing on the way made."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(first, int):
        return [_with({"text": "a"} if rest else None, rest, value)]
    content = dict(content or {})
    content[first] = _with(content.get(first), rest, value)
    return content
