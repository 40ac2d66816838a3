"""The frozen set that two models are judged on: none of its clues did either learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.bundle import Bundle
from model.errors import InvalidTable
from training.dataset import data_fingerprint
from training.held_out import read_split
from training.labelled import LabelledClue, data_files
from training.learned import Learned


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """``clues`` to judge by and their content hash; ``known`` others were left out because a
    model has learned from them."""

    name: str
    clues: list[LabelledClue]
    sha256: str
    known: int


def freeze(paths: Sequence[Path], split: str | None, bundle: Bundle, learned: Learned) -> FrozenSet:
    """Read the set under the taxonomy of ``bundle`` and leave out what is in ``learned``,
    word for word or nearly so.

    Raises InvalidTable with every mistake, or when nothing is left.
    """
    read = read_split(bundle, data_files(tuple(paths)), split)
    known = learned.knows([item.clue for item in read])
    clues = [item for item, one in zip(read, known, strict=True) if not one]
    if not clues:
        advice = f"{len(read)} 条线索全部参与过训练，不能用来评判，请换一份没有用来训练的"
        raise InvalidTable("冻结集", [advice])
    name = "、".join(path.name for path in paths) + (f"（{split} 集）" if split else "")
    return FrozenSet(name, clues, data_fingerprint(clues)["sha256"], len(read) - len(clues))
