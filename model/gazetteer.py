"""A gazetteer ready for look-up: every name of every table in one Aho–Corasick automaton."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ahocorasick

from model.agency_names import compose
from model.gazetteer_rows import SILENT_KINDS, NameRow
from model.gazetteer_table import parse_tables


@dataclass(frozen=True, slots=True)
class Sense:
    """What a name may stand for, while it is valid (both dates inclusive).

    ``own`` is the procuratorate it points to by itself, empty where only another place of the
    text can tell (区教育局); ``possible`` holds ``own`` and every other it may mean.
    """

    kind: str
    own: str
    possible: tuple[str, ...]
    valid_from: date
    valid_until: date
    needs_context: str
    outside_with: tuple[str, ...]

    @property
    def silent(self) -> bool:
        """No place of one procuratorate: 兰州, or a word that merely contains a name."""
        return self.kind in SILENT_KINDS


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and their senses; ``automaton`` yields (index of last character, name)."""

    senses: dict[str, tuple[Sense, ...]]
    automaton: Any


def load_gazetteer(directory: Path) -> Gazetteer:
    """Load the CSV files of ``directory``.

    Raises InvalidConfiguration (Chinese, every mistake of every file at once).
    """
    tables = {path.name: path.read_bytes() for path in directory.glob("*.csv")}
    return parse_gazetteer(str(directory), tables)


def parse_gazetteer(source: str, tables: Mapping[str, bytes]) -> Gazetteer:
    """The gazetteer in CSV files given by name; ``source`` is what mistakes are reported under.

    Raises InvalidConfiguration like ``load_gazetteer``.
    """
    names, agencies = parse_tables(source, tables)
    listed = _senses(names)
    composed = _senses(compose(names, agencies))
    senses = composed | listed
    automaton = ahocorasick.Automaton()
    for name in senses:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return Gazetteer(senses, automaton)


def _senses(rows: Iterable[NameRow]) -> dict[str, tuple[Sense, ...]]:
    senses: dict[str, tuple[Sense, ...]] = {}
    for row in rows:
        sense = _sense(row)
        for name in dict.fromkeys((row.name, *row.aliases)):
            senses[name] = (*senses.get(name, ()), sense)
    return senses


def _sense(row: NameRow) -> Sense:
    return Sense(
        kind=row.kind,
        own=row.procuratorate,
        possible=tuple(code for code in (row.procuratorate, *row.also) if code),
        valid_from=row.valid_from or date.min,
        valid_until=row.valid_until or date.max,
        needs_context=row.needs_context,
        outside_with=row.outside_with,
    )
