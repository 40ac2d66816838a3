"""Personal data covered in a clue before it is stored."""

from dataclasses import dataclass

from model.clue import Clue
from model.privacy import mask_together


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
    masked = iter(mask_together([text for text in texts if text is not None]))
    return [None if text is None else next(masked).text for text in texts]
