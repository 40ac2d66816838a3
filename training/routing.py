"""Where a clue belongs by the rules of jurisdiction when its labels are right."""

from dataclasses import dataclass
from datetime import datetime

from model.bundle import Bundle
from model.clean import clean
from model.deadlines import in_shanghai
from model.gazetteer import Gazetteer, parse_gazetteer
from model.places import find_places
from model.reading import whole_text
from model.route import place_clue
from model.taxonomy import Taxonomy, parse_taxonomy
from training.labelled import LabelledClue


@dataclass(frozen=True, slots=True)
class Router:
    """The rules and places of one bundle.

    The rules themselves are proved by a table of their own; here they turn a wrong label into the
    wrong unit that it leads to.
    """

    taxonomy: Taxonomy
    gazetteer: Gazetteer

    @classmethod
    def of(cls, bundle: Bundle) -> "Router":
        return cls(
            parse_taxonomy("taxonomy.yaml", bundle.text("taxonomy.yaml")),
            parse_gazetteer("gazetteer", bundle.folder("gazetteer")),
        )

    def unit(self, item: LabelledClue, now: datetime) -> tuple[str, str]:
        """Procuratorate and function that the labels lead to, on the day the clue was sent."""
        on = in_shanghai(item.clue.submitted_at or now).date()
        text = whole_text(item.clue)
        placement = place_clue(
            module=item.module,
            secondary=item.secondary_modules,
            function=item.function,
            text=text,
            mentions=find_places(text, self.gazetteer, on),
            sender_mentions=find_places(clean(item.clue.location or "").text, self.gazetteer, on),
            taxonomy=self.taxonomy,
            on=on,
        )
        return placement.procuratorate, item.function
