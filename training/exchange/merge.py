"""Labellings of many people and files → one label set a clue, every conflict named."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from training.labelled_clue import SERVICE, LabelledClue, Mistake
from training.moments import instant

Policy = Literal["service", "latest", "majority", "first"]
POLICIES: dict[Policy, str] = {
    "service": "服务中的人工复核优先，其次标注时间较晚的，其次多数人的，其次在前的",
    "latest": "标注时间较晚的优先，其次多数人的，其次在前的",
    "majority": "多数人的优先，其次标注时间较晚的，其次在前的",
    "first": "在前的优先",
}
_BECAUSE = {"service": "服务中的人工复核", "date": "标注时间较晚", "votes": "多数", "order": "在前"}
_ORDERS: dict[Policy, tuple[str, ...]] = {
    "service": ("service", "date", "votes", "order"),
    "latest": ("date", "votes", "order"),
    "majority": ("votes", "date", "order"),
    "first": ("order",),
}


@dataclass(frozen=True, slots=True)
class Merged:
    """A clue as settled, and every labelling of it, the settled one first."""

    settled: LabelledClue
    labellings: tuple[LabelledClue, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Labellings of one clue that differ, which one stands and why (Chinese)."""

    chosen: LabelledClue
    sides: tuple[LabelledClue, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Clues in order of first appearance, conflicts, and labellings that belong to no clue."""

    clues: list[Merged]
    conflicts: list[Conflict]
    mistakes: list[Mistake]


def merge(labellings: Sequence[LabelledClue], policy: Policy = "service") -> Merge:
    """Group by ``clue_id`` and settle each group.

    Every labelling must have an id. The same id over another text is refused, and so is an id
    that another clue of the same text bears with zeros in front.
    """
    groups: dict[str, list[LabelledClue]] = {}
    mistakes = []
    lost = _ids_without_their_zeros(labellings)
    for item in labellings:
        identifier = item.clue.clue_id or ""
        first = groups.get(identifier, [item])[0]
        if identifier in lost:
            said = f"像是丢了开头的零：正文与 {lost[identifier]} 相同，请设为文本格式后重填"
            mistakes.append(_mistake(item, said))
        elif same_text(first.clue.text) != same_text(item.clue.text):
            said = f"编号与{first.where}相同而正文不同，请核对编号"
            mistakes.append(_mistake(item, said))
        else:
            groups.setdefault(identifier, []).append(item)
    clues, conflicts = [], []
    for group in groups.values():
        voices = _one_voice_each(group)
        chosen, because = _settle(voices, policy)
        others = [item for item in voices if item is not chosen]
        clues.append(Merged(_completed(chosen, group), (chosen, *others)))
        if any(item.labels != chosen.labels for item in voices):
            conflicts.append(Conflict(chosen, tuple(voices), because))
    return Merge(clues, conflicts, mistakes)


def same_text(text: str) -> str:
    """What two texts have in common when they differ in white space only."""
    return "".join(text.split())


def _mistake(item: LabelledClue, said: str) -> Mistake:
    file, _, place = item.where.rpartition(" 第 ")
    return Mistake("identifier", file, f"第 {place}", "clue_id", said)


def _ids_without_their_zeros(labellings: Iterable[LabelledClue]) -> dict[str, str]:
    """Id → the id with zeros in front that bears the same text."""
    texts = {item.clue.clue_id or "": same_text(item.clue.text) for item in labellings}
    whole: dict[tuple[str, str], str] = {}
    for identifier, text in texts.items():
        if identifier.startswith("0") and identifier.isdigit():
            whole[identifier.lstrip("0"), text] = identifier
    return {
        identifier: whole[identifier, text]
        for identifier, text in texts.items()
        if (identifier, text) in whole
    }


def _one_voice_each(group: Sequence[LabelledClue]) -> list[LabelledClue]:
    """Of each known labeller the latest labelling; of unknown ones each different labelling."""
    voices: dict[object, LabelledClue] = {}
    for item in group:
        key: object = (item.labeller, item.source == SERVICE)
        if not item.labeller:
            key = (item.labels, item.source, item.labelled_at, item.note)
        earlier = voices.get(key)
        if earlier is None or instant(item.labelled_at) >= instant(earlier.labelled_at):
            voices[key] = item
    return list(voices.values())


def _settle(voices: Sequence[LabelledClue], policy: Policy) -> tuple[LabelledClue, str]:
    """The labelling that stands, and the first rule of the policy that told it from the rest."""
    if len(voices) == 1:
        return voices[0], ""
    votes = Counter(item.labels for item in voices)
    rank: dict[str, Callable[[int], int | datetime]] = {
        "service": lambda i: int(voices[i].source == SERVICE),
        "date": lambda i: instant(voices[i].labelled_at),
        "votes": lambda i: votes[voices[i].labels],
        "order": lambda i: -i,
    }
    left = list(range(len(voices)))
    because = ""
    for rule in _ORDERS[policy]:
        best = max(map(rank[rule], left))
        kept = [i for i in left if rank[rule](i) == best]
        if len({voices[i].labels for i in kept}) < len({voices[i].labels for i in left}):
            because = _BECAUSE[rule]
        left = kept
    return voices[left[0]], because


def _completed(chosen: LabelledClue, group: Sequence[LabelledClue]) -> LabelledClue:
    """The settled labels with what the others know of the clue; once ``test``, always ``test``."""
    known = {
        name: next((v for item in group if (v := getattr(item.clue, name))), None)
        for name in ("title", "channel", "location", "submitted_at")
    }
    update = {name: value for name, value in known.items() if getattr(chosen.clue, name) is None}
    groups = (item.author_group for item in (chosen, *group))
    own = next((g for g in groups if g != chosen.clue.clue_id), chosen.author_group)
    return replace(
        chosen,
        clue=chosen.clue.model_copy(update=update),
        author_group=own,
        split="test" if any(item.split == "test" for item in group) else chosen.split,
    )
