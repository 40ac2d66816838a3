"""What identifies a person is masked before a file is written that many will read."""

import hashlib
from dataclasses import replace

from model.clue import Clue
from model.privacy import mask, mask_together
from training.labelled_clue import LabelledClue

_TEXTS = ("text", "title", "location")
_TAG_DIGITS = 6
"""Of a digest: so few that hundreds of telephone numbers share each, and none can be told from it;
two senders that share one are only kept in the same fold."""


def mask_clue(clue: Clue) -> Clue:
    """The clue with its texts masked together; masking twice changes nothing more."""
    given = [name for name in _TEXTS if getattr(clue, name)]
    masked = mask_together([getattr(clue, name) for name in given])
    return clue.model_copy(
        update={name: found.text for name, found in zip(given, masked, strict=True)}
    )


def mask_labelled(item: LabelledClue) -> LabelledClue:
    """The labelled clue with everything masked but who labelled it."""
    named_after_clue = item.author_group == item.clue.clue_id
    return replace(
        item,
        clue=mask_clue(item.clue),
        author_group=item.author_group if named_after_clue else _mask_group(item.author_group),
        source=mask(item.source).text,
        note=mask(item.note).text,
    )


def _mask_group(group: str) -> str:
    """What is personal becomes a tag: asterisks would make one group of 李建国 and 李建军."""
    if mask(group).text == group:
        return group
    return f"人-{hashlib.sha256(group.encode()).hexdigest()[:_TAG_DIGITS]}"
