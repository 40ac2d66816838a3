"""Names of agencies composed from a place and what the agency is: 榆中县 + 教育局.

Composed once when the gazetteer is loaded, so that finding one is the same longest match as
finding any other name, and no agency has to be listed place by place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from model.gazetteer_rows import AgencyRow, NameRow

_DISTRICTS = ("chengguan", "qilihe", "xigu", "anning", "honggu")
_COUNTIES = ("yongdeng", "gaolan", "yuzhong")
_EVERY = (*_DISTRICTS, *_COUNTIES, "xinqu")
_RELATIVE = (
    ("district", "区", _DISTRICTS),
    ("district", "县", _COUNTIES),
    ("district", "新区", ("xinqu",)),
    ("town", "镇", _EVERY),
    ("town", "乡", _EVERY),
    ("street", "街道", _EVERY),
)
_ABOVE = (("city", "兰州市", ("市", "兰州")), ("province", "甘肃省", ("省",)))


def compose(names: Iterable[NameRow], agencies: Iterable[AgencyRow]) -> Iterator[NameRow]:
    """Yield a row for every agency of every district and town, and of the city and province.

    Provincial agencies answer to a procuratorate above the city's; intake is the city's.
    An agency named without its place (区教育局) has no procuratorate of its own: only another
    place in the text settles it.
    """
    local = [row for row in names if row.procuratorate != "outside"]
    places = {
        "district": [row for row in local if row.kind == "district"],
        "street": [row for row in local if row.name.endswith("街道")],
        "town": [row for row in local if row.kind == "town"],
    }
    for agency in agencies:
        for level, full, short in _ABOVE:
            if level in agency.levels:
                aliases = tuple(name + agency.suffix for name in short)
                yield _row(full + agency.suffix, aliases, agency.kind, "city")
        for level in agency.levels & places.keys():
            yield from (_of_place(place, agency) for place in places[level])
        for level, ending, possible in _RELATIVE:
            if level in agency.levels:
                yield _relative(ending + agency.suffix, agency.kind, possible)
        if agency.branches:
            yield from (_branch(place, agency) for place in places["district"])


def _row(name: str, aliases: tuple[str, ...], kind: str, procuratorate: str) -> NameRow:
    return NameRow(name, aliases, kind, procuratorate, (), None, None, "", ())


def _of_place(place: NameRow, agency: AgencyRow) -> NameRow:
    aliases = tuple(alias + agency.suffix for alias in place.aliases)
    return replace(
        place,
        name=place.name + agency.suffix,
        aliases=aliases,
        kind=agency.kind,
        also=tuple(code for code in place.also if code != "outside"),
        needs_context="",
    )


def _branch(place: NameRow, agency: AgencyRow) -> NameRow:
    """A city bureau's branch in a district: 市生态环境局西固分局."""
    names = [
        f"{city}{agency.suffix}{short}分局"
        for short in (place.name, *place.aliases)
        for city in ("兰州市", "市", "")
    ]
    named = replace(agency, suffix="")
    return replace(_of_place(place, named), name=names[0], aliases=tuple(names[1:]))


def _relative(name: str, kind: str, possible: tuple[str, ...]) -> NameRow:
    return NameRow(name, (), kind, "", possible, None, None, "text", ())
