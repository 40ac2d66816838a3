"""Label Studio's exports JSON and JSON_MIN, read task by task."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

import ijson

from model.table_rows import unusable
from model.tables import check_file
from training.exchange.columns import canonical, canonical_values
from training.exchange.entry import Entry, Found, Notice
from training.labelled_clue import LABEL_COLUMNS, Mistake

_HEADS = (*LABEL_COLUMNS, "secondary_modules")


def scan_label_studio(path: Path) -> Iterator[Found]:
    """Every annotation that was not cancelled, of every task.

    Raises InvalidTable for broken JSON and for an export of a project with other labels.
    """
    check_file(path)
    unlabelled, labelled = 0, False
    strangers: set[str] = set()
    for number, task in enumerate(_tasks(path), start=1):
        place = f"第 {number} 个任务"
        if fault := _fault(task):
            said = f"{fault}，请从 Label Studio 重新导出"
            yield Mistake("content", path.name, place, "", said)
            continue
        found = list(_labellings(task))
        unlabelled += not found
        for values in found:
            if any(head in values for head in _HEADS):
                labelled = True
                yield Entry(path.name, place, values)
            else:
                strangers.update(_heads_of(task))
    if strangers and not labelled:
        told = "、".join(sorted(name[:20] for name in strangers)[:5])
        raise unusable(
            path, f"像是另一个项目的导出：标注项是 {told}，不是 module、urgency、function"
        )
    if unlabelled:
        yield Notice(path.name, f"{unlabelled} 个任务还没有标注，已略过")


def _tasks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        count = 0
        try:
            for task in ijson.items(file, "item", use_float=True):
                count += 1
                yield task
        except (ijson.JSONError, UnicodeDecodeError) as error:
            advice = f"第 {count} 个任务之后不是有效的 JSON（可能没有下载完整），请重新导出"
            raise unusable(path, advice) from error
    if not count:
        raise unusable(path, "里面没有一个任务，请确认选对了文件")


def _fault(task: Any) -> str:
    """What is not as Label Studio writes it, or nothing."""
    if not isinstance(task, dict):
        return "不是任务"
    if not isinstance(task.get("data", {}), dict):
        return "data 不是一个对象"
    annotations = _annotations(task)
    if not _are_objects(annotations):
        return "annotations 不是标注的列表"
    if not all(_are_objects(annotation.get("result") or []) for annotation in annotations):
        return "result 不是标注项的列表"
    return ""


def _are_objects(found: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(found, list) and all(isinstance(each, dict) for each in found)


def _annotations(task: Mapping[str, Any]) -> Any:
    """Called ``completions`` by Label Studio before 1.0."""
    return task.get("annotations", task.get("completions")) or []


def _labellings(task: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    if "data" not in task:
        yield from _flat(task)
        return
    given = canonical_values(task["data"])
    who = given.pop("labellings", None)
    for head in (*_HEADS, "labeller", "labelled_at"):
        given.pop(head, None)
    for place, annotation in enumerate(_annotations(task)):
        if annotation.get("was_cancelled"):
            continue
        known = who[place] if _are_objects(who) and place < len(who) else {}
        told = {
            "labeller": _person(annotation.get("completed_by")),
            "labelled_at": annotation.get("updated_at") or annotation.get("created_at") or "",
        }
        told = {name: value for name, value in told.items() if value}
        yield {**given, **told, **known, **_choices(annotation)}


def _flat(task: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """JSON_MIN: data and labels side by side, one object an annotation."""
    values: dict[str, Any] = canonical_values(
        {key: value for key, value in task.items() if key != "id"}
    )
    if not any(key in task for key in ("annotator", "annotation_id")) and not any(
        head in values for head in _HEADS
    ):
        return
    values.setdefault("labeller", _person(task.get("annotator")))
    values.setdefault("labelled_at", task.get("updated_at") or task.get("created_at") or "")
    for head in _HEADS:
        if isinstance(values.get(head), dict):
            values[head] = _chosen(values[head].get("choices"), head)
    yield values


def _choices(annotation: Mapping[str, Any]) -> dict[str, object]:
    """Head → what was chosen for it."""
    found: dict[str, object] = {}
    for result in annotation.get("result") or []:
        head = canonical(str(result.get("from_name", "")))
        value = result.get("value")
        if head in _HEADS and isinstance(value, dict):
            found[head] = _chosen(value.get("choices"), head)
        elif head == "note" and isinstance(value, dict):
            text = value.get("text") or ""
            found[head] = "\n".join(map(str, text)) if isinstance(text, list) else str(text)
    return found


def _chosen(choices: Any, head: str) -> object:
    values = [str(choice) for choice in choices] if isinstance(choices, list) else []
    return values if head == "secondary_modules" else "；".join(values)


def _heads_of(task: Mapping[str, Any]) -> Iterator[str]:
    if "data" not in task:
        yield from (key for key, value in task.items() if isinstance(value, str) and key != "text")
    for annotation in _annotations(task):
        for result in annotation.get("result") or []:
            yield str(result.get("from_name", ""))


def _person(value: Any) -> str:
    """Who labelled: an address where there is one, else the number in that project."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return "" if value is None else str(value)
