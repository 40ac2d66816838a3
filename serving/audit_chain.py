"""The audit as a hash chain: nothing in it can be changed, moved or taken out unnoticed.

Every entry's hash covers the one before (Haber & Stornetta 1991). Cutting off the end is noticed
by the hash of the last entry, kept elsewhere. Entries hold codes, ids and numbers, never a text.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

Fact = str | int | float | bool | None
START = ""
"""What the first entry has in place of the hash before it."""

_CODE = re.compile(r"[A-Za-z0-9_.:@/+-]{0,128}")
_MAX_FACTS = 32


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what to which. ``facts`` are codes, numbers and ids; ``subject`` is kind:id."""

    actor: str
    action: str
    subject: str
    outcome: str = "done"
    reason: str = ""
    facts: Mapping[str, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An act in the chain; ``facts`` is canonical JSON, ``at`` in UTC, ``number`` from 1."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str
    reason: str
    facts: str
    previous: str
    hash: str


def append(act: Act, number: int, at: datetime, previous: str) -> Link:
    """The act as the link ``number`` behind the one with the hash ``previous``.

    Raises ``ValueError`` for a fact that looks like text: this is no place for any.
    """
    facts = act.facts or {}
    words = [*facts, *(value for value in facts.values() if isinstance(value, str)), act.reason]
    if len(facts) > _MAX_FACTS or not all(map(_CODE.fullmatch, words)):
        raise ValueError("an audit entry holds codes, ids and numbers only")
    content = _content(
        number, at, (act.actor, act.action, act.subject, act.outcome, act.reason),
        canonical(facts), previous,
    )  # fmt: skip
    return Link(
        number, at, act.actor, act.action, act.subject, act.outcome, act.reason,
        canonical(facts), previous, _hash(content),
    )  # fmt: skip


def fitting(links: Iterable[Link]) -> Iterator[Link]:
    """The links from the first on, up to where one does not fit behind the one before it."""
    number, previous = 1, START
    for link in links:
        fits = link.number == number and link.previous == previous
        if not fits or link.hash != link_hash(link):
            return
        yield link
        number, previous = number + 1, link.hash


def link_hash(link: Link) -> str:
    """The hash that the link's content gives, 64 hexadecimal digits."""
    acted = (link.actor, link.action, link.subject, link.outcome, link.reason)
    return _hash(_content(link.number, link.at, acted, link.facts, link.previous))


def canonical(facts: Mapping[str, Fact]) -> str:
    """One spelling for equal facts: JSON with sorted keys (after RFC 8785)."""
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True, allow_nan=False)


def _content(
    number: int, at: datetime, acted: tuple[str, ...], facts: str, previous: str
) -> list[object]:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return [number, moment, *acted, facts, previous]


def _hash(content: list[object]) -> str:
    """Of a JSON array: no two contents have the same spelling, whatever their strings hold."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
