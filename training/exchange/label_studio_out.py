"""Tasks for Label Studio, with what the model proposes, and a configuration to label them by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from model.taxonomy import Taxonomy
from training.exchange.merge import Merged
from training.exchange.proposal import Proposal
from training.labelled_clue import LabelledClue

_Job = tuple[Mapping[str, object], Merged | None, Proposal | None]
_HEADS = ("module", "secondary_modules", "urgency", "function")
_SHOWN = ("title", "location", "submitted_at")
"""The configuration names these, so that every task must hold them, be they empty."""


def tasks(jobs: Iterable[_Job]) -> list[dict[str, Any]]:
    """Tasks as Label Studio imports them; labellings become annotations, proposals predictions.

    Who labelled stands in ``data.labellings``: a user of one project is unknown to another.
    """
    return [_task(*job) for job in jobs]


def _task(row: Mapping[str, object], merged: Merged | None, proposal: Proposal | None) -> Any:
    sides = () if merged is None else merged.labellings
    kept = {name: value for name, value in row.items() if name not in _NOT_DATA}
    data = {**dict.fromkeys(_SHOWN, ""), **kept}
    if sides:
        data["labellings"] = [_whose(side) for side in sides]
    task: dict[str, Any] = {"data": data}
    if sides:
        task["annotations"] = [{"result": _result(_chosen(side))} for side in sides]
    if proposal is not None:
        task["predictions"] = [
            {
                "model_version": proposal.version,
                "score": min(proposal.confidence.values()),
                "result": _result(_chosen(proposal)),
            }
        ]
    return task


_NOT_DATA = {*_HEADS, "source", "labeller", "labelled_at", "note", "annotations"}


def flat_tasks(jobs: Iterable[_Job]) -> list[dict[str, Any]]:
    """JSON_MIN: one object a labelling, data and labels side by side."""
    return list(_flat(jobs))


def _flat(jobs: Iterable[_Job]) -> Iterator[dict[str, Any]]:
    count = 0
    for number, (row, merged, _) in enumerate(jobs, start=1):
        data = {name: value for name, value in row.items() if name not in _NOT_DATA}
        for side in () if merged is None else merged.labellings:
            count += 1
            labels: dict[str, Any] = dict(_chosen(side))
            if len(labels["secondary_modules"]) > 1:
                labels["secondary_modules"] = {"choices": labels["secondary_modules"]}
            yield {**data, **_whose(side), **labels, "id": number, "annotation_id": count}


def _whose(side: LabelledClue) -> dict[str, str]:
    names = ("labeller", "labelled_at", "source", "note")
    return {name: value for name in names if (value := getattr(side, name))}


def _chosen(item: LabelledClue | Proposal) -> dict[str, Any]:
    return {
        "module": item.module,
        "secondary_modules": list(item.secondary_modules),
        "urgency": item.urgency,
        "function": item.function,
    }


def _result(labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": head,
            "from_name": head,
            "to_name": "text",
            "type": "choices",
            "value": {
                "choices": labels[head] if isinstance(labels[head], list) else [labels[head]]
            },
        }
        for head in _HEADS
        if labels[head]
    ]


def labelling_configuration(taxonomy: Taxonomy) -> str:
    """The project's labelling interface: Chinese names shown, codes kept (``alias``)."""
    choices = (
        _choices("module", "模块（必选一个）", taxonomy.modules, required=True),
        _choices("secondary_modules", "次要模块（可多选）", taxonomy.modules[:-1], several=True),
        _choices("urgency", "紧急程度（必选一个）", taxonomy.urgencies, required=True),
        _choices("function", "承办职能（必选一个）", taxonomy.functions, required=True),
    )
    return "\n".join(
        (
            "<View>",
            '  <Header value="$title"/>',
            '  <Text name="text" value="$text" granularity="word"/>',
            '  <Text name="location" value="$location"/>',
            '  <Text name="submitted_at" value="$submitted_at"/>',
            *choices,
            '  <TextArea name="note" toName="text" placeholder="备注（可不填）" rows="1"/>',
            "</View>",
            "",
        )
    )


def _choices(
    name: str, title: str, entries: Sequence[Any], *, required: bool = False, several: bool = False
) -> str:
    kind = "multiple" if several else "single-radio"
    ask = quoteattr("请选择" + title.partition("（")[0])
    must = f' required="true" requiredMessage={ask}' if required else ""
    options = "\n".join(
        f"    <Choice value={quoteattr(entry.name)} alias={quoteattr(entry.code)}/>"
        for entry in entries
    )
    return (
        f"  <Header value={quoteattr(title)}/>\n"
        f'  <Choices name="{name}" toName="text" choice="{kind}" showInline="true"{must}>\n'
        f"{options}\n  </Choices>"
    )
