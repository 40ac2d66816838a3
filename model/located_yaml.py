"""YAML as plain data that remembers on which line each value stood."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: the same result, slower
    from yaml import SafeLoader  # type: ignore[assignment]

Location = tuple[str | int, ...]
"""Path to a value: keys of mappings and positions in lists, from the root."""

_MAXIMUM_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong at ``location``; ``message`` is a Chinese clause.

    ``line`` (1 = first) is given where the file shows it better than the location does.
    """

    location: Location
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class LocatedYaml:
    """``data`` holds dict, tuple, str, int, float, bool, date and None only."""

    data: object
    lines: dict[Location, int]
    mistakes: list[Mistake]

    def line_of(self, location: Location) -> int:
        """Line of the value, or of the nearest enclosing one that stands in the file."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def read_yaml(content: str) -> LocatedYaml:
    """Parse one YAML document; what is wrong with its form is in ``mistakes``, never raised.

    ``data`` is None only where there are mistakes.
    """
    loader = SafeLoader(content)
    try:
        node = loader.get_single_node()
        reader = _Reader(loader)
        data = reader.value(node, ()) if node is not None else None
        if data is None and not reader.mistakes:
            reader.mistakes.append(Mistake((), "文件是空的，请填写内容"))
        return LocatedYaml(data, reader.lines, reader.mistakes)
    except yaml.YAMLError as error:
        return LocatedYaml(None, {}, [_syntax_mistake(error)])
    except RecursionError:
        return LocatedYaml(None, {}, [Mistake((), "嵌套太深，请检查括号与缩进")])
    finally:
        loader.dispose()


@dataclass(slots=True)
class _Reader:
    loader: SafeLoader
    lines: dict[Location, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, location: Location) -> object:
        self.lines.setdefault(location, node.start_mark.line + 1)
        if id(node) in self.seen:
            self._refuse(location, "不支持锚点与别名（& 与 *），请把内容写全", node)
            return None
        if len(location) > _MAXIMUM_DEPTH:
            self._refuse(location, "嵌套太深，请检查括号与缩进", node)
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._entries(node, location))
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*location, i)) for i, item in enumerate(node.value))
        return self._scalar(node)

    def _entries(self, node: yaml.MappingNode, location: Location) -> Iterator[tuple[str, object]]:
        keys: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(location, "键应为文字，不能是列表或一组键值", key_node)
            elif key in keys:
                message = f"键“{key}”重复，第 {keys[key]} 行已经写过"
                self._refuse((*location, key), message, key_node)
            else:
                keys[key] = self.lines[*location, key] = line
                yield key, self.value(value_node, (*location, key))

    def _scalar(self, node: yaml.Node) -> object:
        try:
            return self.loader.construct_object(node)
        except (ValueError, yaml.YAMLError):
            # 2021-13-40 looks like a date and is none: left as text for the schema to refuse
            return node.value

    def _refuse(self, location: Location, message: str, node: yaml.Node) -> None:
        self.mistakes.append(Mistake(location, message, node.start_mark.line + 1))


_SYNTAX = (
    ("found character '\\t'", "用了制表符（Tab）缩进，请改用空格"),
    ("cannot start any token", "有不能作为开头的字符（如 Tab、@、`），请改用空格缩进或加引号"),
    ("mapping values are not allowed", "冒号的位置不对：检查缩进，或给含冒号的文字加引号"),
    ("could not find expected ':'", "缺少冒号，键与值之间应写“键: 值”"),
    ("did not find expected key", "缩进不齐，或少了键"),
    ("did not find expected '-' indicator", "列表缩进不齐，各项的“-”应对齐"),
    ("did not find expected ',' or", "方括号或花括号没有成对，或少了逗号"),
    ("unexpected end of stream", "引号没有成对"),
    ("undefined alias", "不支持锚点与别名（& 与 *），请把内容写全"),
    ("duplicate anchor", "不支持锚点与别名（& 与 *），请把内容写全"),
    ("but found another document", "只能有一份文档，请删去多余的“---”"),
    ("control characters are not allowed", "含有控制字符，请删去"),
    ("special characters are not allowed", "含有控制字符，请删去"),
)


def _syntax_mistake(error: yaml.YAMLError) -> Mistake:
    text = str(error)
    reason = next((said for sign, said in _SYNTAX if sign in text), "写法不符合 YAML 格式")
    mark = getattr(error, "problem_mark", None)
    return Mistake((), reason, mark.line + 1 if mark is not None else None)
