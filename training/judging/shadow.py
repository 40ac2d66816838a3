"""Champion and shadow on real clues: whom did the people who decided agree with?

The answers are those that the service stored; the truth is the final human decision. Whoever
decides sees the champion's proposal, which draws the decision towards it: a challenger found no
worse is so in spite of that, one found worse may only have been unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from training.evaluate import HEAD_NAMES, HEADS
from training.judging.gate import ShadowGate
from training.judging.sequential import Tally, confidence_sequence
from training.judging.verdict import Reason

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Models:
    """Versions as the service writes them."""

    challenger: str
    champion: str


def tally(answers: Iterable[Row], labelled: Iterable[Row], models: Models) -> dict[str, Tally]:
    """Per head, over the clues that both models answered and a person decided.

    Of several answers of one model to one clue the last counts.
    """
    found: dict[str, dict[object, Row]] = {"shadow": {}, "champion": {}}
    wanted = {"shadow": models.challenger, "champion": models.champion}
    for row in answers:
        role = str(row.get("role"))
        if role in wanted and row.get("model_version") == wanted[role]:
            found[role][row["clue_id"]] = row
    pairs = [
        (truth, found["shadow"][truth["clue_id"]], found["champion"][truth["clue_id"]])
        for truth in labelled
        if truth["clue_id"] in found["shadow"] and truth["clue_id"] in found["champion"]
    ]
    return {head: _tally(head, pairs) for head in HEADS}


def _tally(head: str, pairs: list[tuple[Row, Row, Row]]) -> Tally:
    new = [shadow[head] == truth[head] for truth, shadow, _ in pairs]
    old = [champion[head] == truth[head] for truth, _, champion in pairs]
    wins = sum(a and not b for a, b in zip(new, old, strict=True))
    losses = sum(b and not a for a, b in zip(new, old, strict=True))
    return Tally(wins, losses, len(pairs) - wins - losses)


def judge_shadow(found: Mapping[str, Tally], gate: ShadowGate) -> list[Reason]:
    """One reason per head; α is shared among the heads, so that it holds for all at once."""
    return [
        _reason(head, counted, gate.alpha / len(found), gate.margin)
        for head, counted in found.items()
    ]


def _reason(head: str, counted: Tally, alpha: float, margin: float) -> Reason:
    low, high = confidence_sequence(counted, alpha)
    told = (
        f"{HEAD_NAMES[head]}：{counted.count} 件中仅新模型对 {counted.wins} 件、"
        f"仅现役对 {counted.losses} 件，正确率之差 {counted.difference:+.3f}"
        f"（随时有效的区间 {low:+.3f} 至 {high:+.3f}）"
    )
    rule = f"shadow/{head}"
    if high < 0:
        return Reason(rule, False, f"{told}，确实更差")
    if low > 0:
        return Reason(rule, True, f"{told}，确实更好")
    if low > -margin:
        return Reason(rule, True, f"{told}，确证不低于现役 {margin} 以上")
    return Reason(rule, False, f"{told}，尚无定论，请继续影子运行并复核")
