"""Personal data covered in a clue before it is stored."""

from dataclasses import dataclass

from model.clue import Clue
from model.personal_data import find_personal_data


@dataclass(frozen=True, slots=True)
class MaskedClue:
    """The texts as staff may read them, each as long as it was sent: offsets keep their meaning."""

    text: str
    title: str | None
    location: str | None
    channel: str | None


def mask_clue(clue: Clue) -> MaskedClue:
    """All texts of a clue masked together, so that what one tells is covered in all."""
    title, text, location, channel = mask_texts(
        (clue.title, clue.text, clue.location, clue.channel)
    )
    return MaskedClue(text=text or "", title=title, location=location, channel=channel)


def mask_texts(texts: tuple[str | None, ...]) -> list[str | None]:
    """The same, for any texts of one clue, in order."""
    return [None if text is None else _mask(text) for text in texts]


def _mask(text: str) -> str:
    characters = list(text)
    for datum in find_personal_data(text):
        characters[datum.start : datum.end] = "*" * (datum.end - datum.start)
    return "".join(characters)
