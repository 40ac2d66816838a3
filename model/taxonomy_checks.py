"""Mistakes of a taxonomy that no single entry shows: references, duplicates, dates, order.

Works on raw data, so that they are reported together with mistakes of structure.
"""

from collections.abc import Iterator
from datetime import date

from model.configuration import not_allowed
from model.located_yaml import Location, Mistake

_REFERENCES = (
    ("intake_procuratorate", "procuratorates.*.code"),
    ("modules.*.functions.*", "functions.*.code"),
    ("modules.*.default_function", "functions.*.code"),
    ("procuratorates.*.superior", "procuratorates.*.code"),
    ("units.overrides.*.procuratorate", "procuratorates.*.code"),
    ("units.overrides.*.function", "functions.*.code"),
    ("where_to.default", "where_to.destinations.*.code"),
    ("where_to.emergency", "where_to.destinations.*.code"),
    ("where_to.noise", "where_to.destinations.*.code"),
    ("jurisdiction.*.procuratorate", "procuratorates.*.code"),
    ("jurisdiction.*.when.fields.*", "public_interest_fields.*.code"),
    ("assisting.*.function", "functions.*.code"),
    *(
        (f"{section}.*.when.{axis}.*", f"{target}.*.code")
        for section in ("jurisdiction", "assisting", "deadlines.particulars")
        for axis, target in (
            ("modules", "modules"),
            ("secondary", "modules"),
            ("functions", "functions"),
        )
    ),
)
_UNIQUE = (
    "modules.*.code",
    "urgencies.*.code",
    "urgencies.*.rank",
    "functions.*.code",
    "review_reasons.*.code",
    "public_interest_fields.*.code",
    "procuratorates.*.code",
    "where_to.destinations.*.code",
    "jurisdiction.*.id",
    "assisting.*.id",
    "deadlines.particulars.*.id",
)
_DATED = ("public_interest_fields.*", "jurisdiction.*", "assisting.*", "deadlines.particulars.*")


def check_taxonomy(data: object) -> Iterator[Mistake]:
    """Every mistake across the entries of ``data``, whatever its shape."""
    yield from _unknown_references(data)
    yield from _duplicates(data)
    yield from _reversed_dates(data)
    yield from _defaults_not_allowed(data)
    yield from _slower_though_more_urgent(data)
    yield from _fields_without_cues(data)
    yield from _own_superiors(data)
    yield from _repeated_overrides(data)
    yield from _no_last_rule(data)


def select(data: object, pattern: str) -> Iterator[tuple[Location, object]]:
    """Values at a dotted path, ``*`` standing for each item of a list; missing ones are skipped."""
    head, _, rest = pattern.partition(".")
    inner: list[tuple[str | int, object]] = []
    if head == "*" and isinstance(data, tuple):
        inner = list(enumerate(data))
    elif isinstance(data, dict) and data.get(head) is not None:
        inner = [(head, data[head])]
    for key, value in inner:
        for location, found in select(value, rest) if rest else [((), value)]:
            yield (key, *location), found


def _texts(data: object, pattern: str) -> Iterator[tuple[Location, str]]:
    return ((at, value) for at, value in select(data, pattern) if isinstance(value, str))


def _value(data: object, pattern: str) -> object:
    return next((value for _, value in select(data, pattern)), None)


def _unknown_references(data: object) -> Iterator[Mistake]:
    for pattern, target in _REFERENCES:
        known = list(dict.fromkeys(code for _, code in _texts(data, target)))
        for location, code in _texts(data, pattern):
            if code not in known:
                yield Mistake(location, not_allowed(code, known))


def _duplicates(data: object) -> Iterator[Mistake]:
    for pattern in _UNIQUE:
        seen: set[object] = set()
        for location, value in select(data, pattern):
            if not isinstance(value, str | int):
                continue
            if value in seen:
                yield Mistake(location, f"“{value}”重复，同一列表中不能出现两次")
            seen.add(value)


def _reversed_dates(data: object) -> Iterator[Mistake]:
    for pattern in _DATED:
        for location, entry in select(data, pattern):
            start, end = _value(entry, "valid_from"), _value(entry, "valid_until")
            if type(start) is date and type(end) is date and end < start:
                yield Mistake((*location, "valid_until"), f"{end} 早于 valid_from {start}")


def _defaults_not_allowed(data: object) -> Iterator[Mistake]:
    known = {code for _, code in _texts(data, "functions.*.code")}
    for location, module in select(data, "modules.*"):
        allowed = [code for _, code in _texts(module, "functions.*")]
        default = _value(module, "default_function")
        if isinstance(default, str) and default in known.difference(allowed):
            message = f"“{default}”不在本模块的 functions 中，可用：{'、'.join(allowed)}"
            yield Mistake((*location, "default_function"), message)


def _slower_though_more_urgent(data: object) -> Iterator[Mistake]:
    clocks = []
    for location, urgency in select(data, "urgencies.*"):
        rank, hours = _value(urgency, "rank"), _value(urgency, "first_look_hours")
        if isinstance(rank, int) and isinstance(hours, int):
            clocks.append((rank, hours, location))
    slowest = 0
    for _, hours, location in sorted(clocks):
        if hours < slowest:
            message = f"{hours} 小时短于更急一档的 {slowest} 小时，越急的时限不得越长"
            yield Mistake((*location, "first_look_hours"), message)
        slowest = max(slowest, hours)


def _fields_without_cues(data: object) -> Iterator[Mistake]:
    usable = {
        _value(field, "code")
        for _, field in select(data, "public_interest_fields.*")
        if _value(field, "cues") and _value(field, "status") == "in_force"
    }
    known = {code for _, code in _texts(data, "public_interest_fields.*.code")}
    for location, code in _texts(data, "jurisdiction.*.when.fields.*"):
        if code in known - usable:
            yield Mistake(location, f"“{code}”没有 cues 或尚未施行，规则永远不会适用")


def _own_superiors(data: object) -> Iterator[Mistake]:
    for location, procuratorate in select(data, "procuratorates.*"):
        superior = _value(procuratorate, "superior")
        if superior is not None and superior == _value(procuratorate, "code"):
            yield Mistake((*location, "superior"), "上一级不能是自己")


def _repeated_overrides(data: object) -> Iterator[Mistake]:
    seen: set[tuple[str, str]] = set()
    for location, override in select(data, "units.overrides.*"):
        unit = (str(_value(override, "procuratorate")), str(_value(override, "function")))
        if unit in seen:
            yield Mistake(location, f"{unit[0]} 的 {unit[1]} 重复命名，只能写一条")
        seen.add(unit)


def _no_last_rule(data: object) -> Iterator[Mistake]:
    rules = list(select(data, "jurisdiction.*"))
    if not rules:
        return
    location, last = rules[-1]
    bounded = _value(last, "when") or _value(last, "valid_until")
    if _value(last, "choose") != "fixed" or bounded:
        yield Mistake(
            location, "最后一条规则必须总能适用：choose 为 fixed，不写 when 与 valid_until"
        )
