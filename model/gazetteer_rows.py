"""Rows of the gazetteer's tables and the codes that they may hold."""

from dataclasses import dataclass
from datetime import date

PROCURATORATES = frozenset(
    (
        *("city", "chengguan", "qilihe", "xigu", "anning", "honggu", "yongdeng", "gaolan"),
        *("yuzhong", "xinqu", "rail", "forest", "outside"),
    )
)
KINDS = frozenset(
    (
        *("district", "street", "town", "village", "landmark", "school", "court", "police"),
        *("procuratorate", "agency", "rail", "forest", "outside"),
    )
)
ORGAN_KINDS = frozenset({"court", "police", "procuratorate", "agency"})
PLACE_KINDS = KINDS - ORGAN_KINDS

SILENT_KINDS = frozenset({"word", "wider"})
"""``word`` is no place at all (不得安宁); ``wider`` is no single procuratorate's (兰州、甘肃)."""

CONTEXTS = frozenset({"", "text", "adjacent"})
"""What else a name needs to count: nothing; its place or 兰州 in the text; a place beside it."""

LEVELS = frozenset({"province", "city", "district", "street", "town"})


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name and what it stands for between two dates (both inclusive; None is open)."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    procuratorate: str
    also: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    needs_context: str
    outside_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency's name without its place (教育局), the levels that have one, and its branches."""

    suffix: str
    kind: str
    levels: frozenset[str]
    branches: bool
