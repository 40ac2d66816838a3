"""Simulated reviewers who know the composer's labels and err at a known rate."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from model.taxonomy import Taxonomy
from serving.access.policy import Principal, Role, user_principal
from serving.acts.decision import Decision
from serving.queries.clue_detail import Labels


@dataclass(frozen=True, slots=True)
class SimulatedReviewer:
    """``errs`` is the share of labels read wrongly; never a person's name."""

    username: str
    display_name: str
    errs: float

    @property
    def principal(self) -> Principal:
        return user_principal(self.username, Role.REVIEWER, handles_protected=False)


REVIEWERS = (
    SimulatedReviewer("yanshi-jia", "演示甲", 0.02),
    SimulatedReviewer("yanshi-yi", "演示乙", 0.05),
    SimulatedReviewer("yanshi-bing", "演示丙", 0.10),
)


def decide(
    proposed: Labels, true: Labels, reviewer: SimulatedReviewer, taxonomy: Taxonomy,
    dealer: random.Random,
) -> Decision:  # fmt: skip
    """What the reviewer makes of a proposal: confirm what they hold right, else correct it."""
    if true.module == "out_of_scope" and dealer.random() < 0.05:
        return Decision("return", reason="not_ours")
    seen = _misread(true, taxonomy, dealer) if dealer.random() < reviewer.errs else true
    if seen == proposed:
        return Decision("confirm")
    return Decision("correct", labels=seen, reason=_reason(proposed, seen))


def _misread(true: Labels, taxonomy: Taxonomy, dealer: random.Random) -> Labels:
    """One head read wrongly, in a way that the rules allow."""
    if dealer.random() < 0.5:
        others = [u.code for u in taxonomy.urgencies if u.code != true.urgency]
        return Labels(true.module, true.secondary_modules, dealer.choice(others), true.function,
                      true.procuratorate)  # fmt: skip
    module = dealer.choice([m for m in taxonomy.modules if m.code != true.module])
    return Labels(module.code, (), true.urgency, module.default_function, true.procuratorate)


def _reason(proposed: Labels, seen: Labels) -> str:
    for head, reason in (("module", "wrong_module"), ("urgency", "wrong_urgency"),
                         ("function", "wrong_function")):  # fmt: skip
        if getattr(proposed, head) != getattr(seen, head):
            return reason
    return "other"


def delay(urgency: str, dealer: random.Random) -> timedelta:
    """How long a clue waits before somebody looks: mostly in time, sometimes not."""
    hours: Sequence[float] = {"critical": (0.2, 1.6), "urgent": (1, 20)}.get(urgency, (4, 120))
    late = 2.5 if dealer.random() < 0.06 else 1.0
    return timedelta(hours=dealer.uniform(*hours) * late)
