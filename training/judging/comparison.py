"""Challenger and champion on the same clues: every figure of both, and the paired difference."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from model.errors import FenzhenError
from model.golden import GoldenClue, GoldenMistake
from training.answers import Answers
from training.bootstrap import Estimate, bootstrap
from training.config import TrainingConfig
from training.findings import bundle_size, families, latency
from training.judging.contender import Contender
from training.judging.frozen import FrozenSet
from training.judging.gate import Gate
from training.measures import Floats, Weights, measure


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure. Without a champion there is no difference."""

    challenger: Estimate
    champion: Estimate | None
    difference: Estimate | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``figures`` by MLflow name; ``counts`` clues of each class by ``head/code``; latency is the
    challenger's 95th percentile in milliseconds, ``size`` its bytes."""

    clues: int
    figures: dict[str, Compared]
    counts: dict[str, int]
    golden: list[GoldenMistake]
    golden_count: int
    latency_ms: float
    size: int


def compare(
    challenger: Contender,
    champion: Contender | None,
    frozen: FrozenSet,
    golden: tuple[GoldenClue, ...],
    gate: Gate,
    now: datetime,
    advance: Callable[[], None] = lambda: None,
) -> Comparison:
    """Ask both models every clue of the frozen set.

    Resamples are of author groups and the same for both models, so what the sample is like falls
    out of the difference (paired cluster bootstrap). Raises FenzhenError when the models know
    different labels.
    """
    if champion is not None:
        _check_same_labels(challenger, champion)
    new = challenger.answer(frozen.clues, now, advance)
    old = None if champion is None else champion.answer(frozen.clues, now, advance)
    names, found = _measured(new, old)
    estimates = bootstrap(
        found,
        families(frozen.clues, challenger.bundle),
        resamples=gate.resamples,
        level=gate.level,
        seed=TrainingConfig().seed,
    )
    return Comparison(
        clues=len(frozen.clues),
        figures={
            name: Compared(
                estimates[f"new:{name}"], estimates.get(f"old:{name}"), estimates.get(f"by:{name}")
            )
            for name in names
        },
        counts={
            f"{head}/{code}": int((given.truth == index).sum())
            for head, given in new.heads.items()
            for index, code in enumerate(given.codes)
        },
        golden=challenger.golden_mistakes(golden, now),
        golden_count=len(golden),
        latency_ms=latency(new)["p95"],
        size=bundle_size(challenger.bundle),
    )


def _measured(
    new: Answers, old: Answers | None
) -> tuple[list[str], Callable[[Weights], dict[str, Floats]]]:
    def found(weights: Weights) -> dict[str, Floats]:
        ours = measure(new, weights)
        figures = {f"new:{name}": values for name, values in ours.items()}
        if old is not None:
            theirs = measure(old, weights)
            figures |= {f"old:{name}": values for name, values in theirs.items()}
            figures |= {f"by:{name}": ours[name] - theirs[name] for name in ours}
        return figures

    return _names(new), found


def _names(answers: Answers) -> list[str]:
    import numpy as np

    return list(measure(answers, np.ones((1, answers.alarm.size), dtype=np.float32)))


def _check_same_labels(challenger: Contender, champion: Contender) -> None:
    for axis in ("modules", "urgencies", "functions"):
        new, old = (
            {entry.code for entry in getattr(one.triager.taxonomy, axis)}
            for one in (challenger, champion)
        )
        if new != old:
            apart = "、".join(sorted(new ^ old))
            raise FenzhenError(
                f"两个模型的标签不同（{apart}），不能比较；请用同一份 taxonomy.yaml 训练"
            )
