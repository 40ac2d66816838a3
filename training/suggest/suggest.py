"""Candidates, a bundle (or two) and what is labelled already → a list to label next, with why."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.clue import Clue
from model.errors import FenzhenError
from training.exchange.merge import same_text
from training.labelled_clue import LabelledClue
from training.readings import HEADS, Reading, read_clues
from training.suggest.choose import Kind, choose
from training.suggest.needs import Needs, emergency_in_doubt, newness, rarity, scarcity
from training.suggest.words import Why, reasons
from training.vectors import Floats, character_vectors, nearest

ID_TAKEN = "编号在已标注的数据里是另一条线索，导入前请改编号"


class NothingToLabel(FenzhenError):
    """No candidate is worth labelling; why."""

    code = "nothing_to_label"
    title = "Nothing to label"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A clue to label, why (Chinese, the strongest reason first), and how the model reads it."""

    clue: Clue
    kind: Kind
    why: tuple[str, ...]
    reading: Reading


def suggest(
    candidates: Sequence[Clue],
    labelled: Sequence[LabelledClue],
    bundle: Path,
    *,
    second: Path | None = None,
    count: int = 100,
    seed: int = 20230209,
    names: Mapping[str, Mapping[str, str]],
    advance: Callable[[str], None] = lambda _: None,
) -> list[Suggestion]:
    """At most ``count`` of the candidates; the same input gives the same list.

    ``second`` is a bundle of another kind whose disagreement counts; ``names`` are label names per
    head. Raises NothingToLabel when all candidates are labelled or nearly so, InvalidBundle.
    """
    fresh = _not_yet_labelled(candidates, labelled)
    if not fresh:
        raise NothingToLabel(f"待选的 {len(candidates)} 条线索全部已经标注过，请另取一批")
    advance("模型通读待选线索")
    readings = read_clues(bundle, fresh)
    others = read_clues(second, fresh) if second else None
    advance("与已标注的线索比较")
    texts, given = [clue.text for clue in fresh], [item.clue.text for item in labelled]
    vectors = character_vectors([*texts, *given])
    own, theirs = vectors[: len(texts)], vectors[len(texts) :]
    random = np.random.default_rng(seed)
    modules = [reading.chosen["module"] for reading in readings]
    counts = {head: Counter(getattr(item, head) for item in labelled) for head in HEADS}
    needs = Needs(
        margins={head: np.array([r.margin(head) for r in readings]) for head in HEADS},
        scarcity=_scarcity(readings, counts, names),
        rarity=rarity(own, theirs, modules, [item.module for item in labelled]),
        emergency=emergency_in_doubt(
            np.array([r.probabilities["urgency"].get("critical", 0.0) for r in readings]),
            np.array([r.alarm for r in readings]),
        ),
        quarrel=_quarrel(readings, others),
        newness=newness(texts, given, random),
    )
    advance("挑选")
    chosen = choose(needs, own, nearest(own, theirs), count, random)
    if not chosen:
        told = f"待选的 {len(fresh)} 条线索都与已标注的几乎相同，标了也学不到什么，请另取一批"
        raise NothingToLabel(told)
    found, taken = [], {item.clue.clue_id for item in labelled} - {None}
    for pick in chosen:
        reading, other = readings[pick.row], others[pick.row] if others else None
        why = reasons(pick.kind, Why.of(needs, pick.row, reading, other), counts, names)
        clue = fresh[pick.row]
        why += (ID_TAKEN,) if clue.clue_id in taken else ()
        found.append(Suggestion(clue, pick.kind, why, reading))
    return found


def _not_yet_labelled(candidates: Sequence[Clue], labelled: Sequence[LabelledClue]) -> list[Clue]:
    """By their texts: running numbers as ids say nothing about another file's clues."""
    texts = {same_text(item.clue.text) for item in labelled}
    return [clue for clue in candidates if same_text(clue.text) not in texts]


def _scarcity(
    readings: Sequence[Reading],
    counts: Mapping[str, Counter[str]],
    names: Mapping[str, Mapping[str, str]],
) -> Floats:
    return scarcity(
        {
            head: np.array(
                [[r.probabilities[head].get(c, 0.0) for c in names[head]] for r in readings]
            )
            for head in HEADS
        },
        {head: np.array([counts[head][code] for code in names[head]]) for head in HEADS},
    )


def _quarrel(readings: Sequence[Reading], others: Sequence[Reading] | None) -> Floats:
    """Share of heads on which two models choose otherwise, (n,)."""
    if others is None:
        return np.zeros(len(readings))
    return np.array(
        [
            np.mean([one.chosen[head] != other.chosen[head] for head in HEADS])
            for one, other in zip(readings, others, strict=True)
        ]
    )
