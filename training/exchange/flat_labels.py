"""One flat list of labels, as doccano keeps it, for all heads: ``module:public_interest``."""

import re
from collections.abc import Iterable

from training.axes import AXIS_NAMES, Axes
from training.labelled_clue import LabelledClue

LABELLED = "labelled"
"""What a clue's labels were when it went out to doccano."""

_PARTS = re.compile(r"[:：]")
_AXES = {name: axis for axis, name in AXIS_NAMES.items()} | {axis: axis for axis in AXIS_NAMES}


class UnclearLabels(ValueError):
    """Labels that cannot be dealt out to the heads; the message is Chinese."""


def flat_labels(item: LabelledClue) -> list[str]:
    """The labels of a clue, each with its head in front."""
    return [
        f"module:{item.module}",
        f"urgency:{item.urgency}",
        f"function:{item.function}",
        *(f"secondary_modules:{code}" for code in item.secondary_modules),
    ]


def labels_by_axis(labels: Iterable[str], axes: Axes) -> dict[str, object]:
    """Column → label; the head in front of a label may be missing where the label tells it.

    Raises UnclearLabels for two labels of a head that takes one.
    """
    found: dict[str, list[str]] = {}
    for label in labels:
        head, *rest = _PARTS.split(label, maxsplit=1)
        axis = _AXES.get(head.strip()) if rest else None
        value = rest[0] if axis else label
        axis = axis or next(iter(axes.axes_of(value)), "module")
        found.setdefault(axis, []).append(value.strip())
    for axis, values in found.items():
        if axis != "secondary_modules" and len(values) > 1:
            advice = "；次要模块请标 secondary_modules:…" if axis == "module" else ""
            raise UnclearLabels(f"有 {len(values)} 个{AXIS_NAMES[axis]}标签，只能有一个{advice}")
    return {
        axis: values if axis == "secondary_modules" else values[0] for axis, values in found.items()
    }
