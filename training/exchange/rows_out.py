"""Merged clues as rows in the columns of a labelled file."""

from collections.abc import Mapping

from training.exchange.columns import ANNOTATIONS
from training.exchange.merge import Merged
from training.labelled_clue import LabelledClue


def to_row(merged: Merged) -> dict[str, object]:
    """Without empty values; ``annotations`` holds every labelling where there are several."""
    item = merged.settled
    row = clue_values(item) | label_values(item)
    if item.author_group != item.clue.clue_id:
        row["author_group"] = item.author_group
    row["split"] = item.split
    if item.note:
        row["note"] = item.note
    if len(merged.labellings) > 1:
        row[ANNOTATIONS] = [_annotation(side) for side in merged.labellings]
    return row


def clue_values(item: LabelledClue) -> dict[str, object]:
    """Id, title, text and the other columns of a clue that hold something."""
    content = item.clue.model_dump(mode="json")
    order = ("clue_id", "title", "text", "channel", "location", "submitted_at")
    return {name: content[name] for name in order if content[name] not in (None, "")}


def label_values(item: LabelledClue) -> dict[str, object]:
    """Labels, where they come from, who gave them and when."""
    values: dict[str, object] = {
        "module": item.module,
        "secondary_modules": list(item.secondary_modules),
        "urgency": item.urgency,
        "function": item.function,
        "source": item.source,
        "labeller": item.labeller,
        "labelled_at": item.labelled_at,
    }
    return {name: value for name, value in values.items() if value}


def _annotation(item: LabelledClue) -> Mapping[str, object]:
    return label_values(item) | ({"note": item.note} if item.note else {})
