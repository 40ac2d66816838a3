"""The frozen set that two models are judged on: none of its clues did either learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.bundle import Bundle
from model.errors import InvalidTable
from training.dataset import data_fingerprint
from training.held_out import read_split
from training.labelled import LabelledClue, data_files
from training.learned import learned_from


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """``clues`` to judge by and their content hash; ``known`` others were left out because a
    model has learned from them. ``unrecorded`` are the places of bundles that do not say what
    they have learned from."""

    name: str
    clues: list[LabelledClue]
    sha256: str
    known: int
    unrecorded: tuple[Path, ...] = ()


def freeze(paths: Sequence[Path], split: str | None, bundles: Sequence[Bundle]) -> FrozenSet:
    """Read the set under the taxonomy of the first bundle and leave out what any of them has
    learned from, word for word or nearly so.

    Raises InvalidTable with every mistake, or when nothing is left.
    """
    read = read_split(bundles[0], data_files(tuple(paths)), split)
    known = np.zeros(len(read), bool)
    unrecorded = []
    for bundle in bundles:
        learned = learned_from(bundle, [item.clue for item in read])
        if learned is None:
            unrecorded.append(bundle.path)
        else:
            known |= learned
    clues = [item for item, one in zip(read, known.tolist(), strict=True) if not one]
    if not clues:
        advice = f"{len(read)} 条线索全部参与过训练，不能用来评判，请换一份没有用来训练的"
        raise InvalidTable("冻结集", [advice])
    name = "、".join(path.name for path in paths) + (f"（{split} 集）" if split else "")
    sha256 = data_fingerprint(clues)["sha256"]
    return FrozenSet(name, clues, sha256, int(known.sum()), tuple(unrecorded))
