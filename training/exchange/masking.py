"""What identifies a person is masked before a file is written that many will read."""

from model.clue import Clue
from model.personal_data import find_personal_data


def mask_clue(clue: Clue) -> Clue:
    """The clue with its text, title and location masked; masking twice changes nothing more."""
    changed = {}
    for name in ("text", "title", "location"):
        value = getattr(clue, name)
        if value and (masked := mask_text(value)) != value:
            changed[name] = masked
    return clue.model_copy(update=changed) if changed else clue


def mask_text(text: str) -> str:
    """The text with each number that identifies or reaches a person replaced by its kind."""
    found = sorted(find_personal_data(text), key=lambda datum: -datum.start)
    for datum in found:
        text = f"{text[: datum.start]}【{datum.kind}】{text[datum.end :]}"
    return text
