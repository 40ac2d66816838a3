"""A dataset's version is the hash of what it says; two versions differ in these clues."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from model.bundle import json_bytes
from training.labelled_clue import LABEL_COLUMNS, LabelledClue


def dataset_version(clues: Iterable[LabelledClue]) -> str:
    """SHA-256 over clues, labels and split; the order of rows and files does not matter."""
    rows = sorted(hashlib.sha256(json_bytes(_content(item))).digest() for item in clues)
    return hashlib.sha256(b"".join(rows)).hexdigest()


def _content(item: LabelledClue) -> list[object]:
    labels = [item.module, sorted(item.secondary_modules), item.urgency, item.function]
    return [item.clue.model_dump(mode="json"), labels, item.split]


@dataclass(frozen=True, slots=True)
class Relabelled:
    """One label of a clue before and after, ``head`` as its column is called."""

    clue: str
    head: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Clues only in the second, only in the first, and those of both that differ, by name.

    Those regrouped stand with others than before; groups decide the folds, not the version.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    relabelled: tuple[Relabelled, ...]
    reworded: tuple[str, ...]
    dealt_anew: tuple[str, ...]
    regrouped: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


def compare_datasets(first: Sequence[LabelledClue], second: Sequence[LabelledClue]) -> Difference:
    """Clues are the same by ``clue_id``, without one by their text."""
    before = {_identity(item): item for item in first}
    after = {_identity(item): item for item in second}
    both = [(before[key], item) for key, item in after.items() if key in before]
    return Difference(
        added=tuple(item.name for key, item in after.items() if key not in before),
        removed=tuple(item.name for key, item in before.items() if key not in after),
        relabelled=tuple(change for old, new in both for change in _changes(old, new)),
        reworded=tuple(new.name for old, new in both if old.clue != new.clue),
        dealt_anew=tuple(new.name for old, new in both if old.split != new.split),
        regrouped=tuple(_regrouped(both)),
    )


def _regrouped(both: Sequence[tuple[LabelledClue, LabelledClue]]) -> Iterable[str]:
    stood, stands = _first_of_group(old for old, _ in both), _first_of_group(new for _, new in both)
    return (new.name for _, new in both if stood[_identity(new)] != stands[_identity(new)])


def _first_of_group(items: Iterable[LabelledClue]) -> dict[str, str]:
    """Clue → the first clue of its group: a group by another name stays the same."""
    first: dict[str, str] = {}
    return {_identity(item): first.setdefault(item.author_group, _identity(item)) for item in items}


def _identity(item: LabelledClue) -> str:
    return item.clue.clue_id or item.clue.text


def _changes(old: LabelledClue, new: LabelledClue) -> Iterable[Relabelled]:
    for head in LABEL_COLUMNS:
        before, after = getattr(old, head), getattr(new, head)
        if before != after:
            yield Relabelled(new.name, head, before, after)
    before, after = (";".join(sorted(item.secondary_modules)) for item in (old, new))
    if before != after:
        yield Relabelled(new.name, "secondary_modules", before, after)
