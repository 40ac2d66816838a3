"""What identifies a person is masked before a file is written that many will read."""

from model.clue import Clue
from model.privacy import mask_together

_TEXTS = ("text", "title", "location")


def mask_clue(clue: Clue) -> Clue:
    """The clue with its texts masked together; masking twice changes nothing more."""
    given = [name for name in _TEXTS if getattr(clue, name)]
    masked = mask_together([getattr(clue, name) for name in given])
    return clue.model_copy(
        update={name: found.text for name, found in zip(given, masked, strict=True)}
    )
