"""Personal data covered in a clue before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.clue import Clue
from model.privacy import mask_together
from model.privacy.view import view_of


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


def mask_texts(texts: Sequence[str | None], *, protected_only: bool = False) -> list[str | None]:
    """The same, for any texts of one clue, in order; or only names of minors and informants."""
    given = [text for text in texts if text]
    masked = iter(mask_together(given, protected_only=protected_only))
    return [next(masked).text if text else text for text in texts]


def folded(text: str) -> str:
    """The text as texts are compared: width, traditional characters and look-alikes made one."""
    return view_of(text).text
