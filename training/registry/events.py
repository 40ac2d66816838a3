"""Who changed what serves, when and why: written before it is done, and never rewritten."""

import getpass
import json
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from training.judging.ruling import now
from training.registry.catalogue import Catalogue

LOG = Path("var/registry-audit.jsonl")
_PREFIX = "event."

Action = Literal["register", "promote", "rollback", "failed"]


@dataclass(frozen=True, slots=True)
class Event:
    """``version`` is the number acted on, ``champion_before`` that of the model that served.

    ``forced`` promotions passed no gate; of a promotion the hashes name the gate and the frozen
    set that its ruling went by. ``reason`` is masked. ``at`` is UTC, ISO 8601.
    """

    id: str
    at: str
    action: Action
    actor: str
    version: str
    bundle_version: str
    champion_before: str | None = None
    forced: bool = False
    reason: str = ""
    ruling_at: str | None = None
    gate_sha256: str | None = None
    clues_sha256: str | None = None


def new_event(action: Action, version: str, bundle_version: str, **rest: object) -> Event:
    """An event of this moment by whoever runs the program."""
    actor = f"{getpass.getuser()}@{socket.gethostname()}"
    return Event(uuid4().hex[:12], now(), action, actor, version, bundle_version, **rest)  # type: ignore[arg-type]


def append(catalogue: Catalogue, event: Event) -> None:
    """Write an event to this machine's log and to the registry, each under a key of its own."""
    line = json.dumps(asdict(event), ensure_ascii=False)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    catalogue.tag(f"{_PREFIX}{event.at.replace('+00:00', 'Z').replace(':', '')}.{event.id}", line)


def read_events(catalogue: Catalogue) -> list[Event]:
    """All events of the registry in order of time."""
    found = [
        Event(**json.loads(value))
        for key, value in catalogue.tags().items()
        if key.startswith(_PREFIX)
    ]
    return sorted(found, key=lambda event: (event.at, event.id))


def switches(events: Sequence[Event], champion: str | None) -> list[Event]:
    """The promotions and rollbacks that did change what serves, in order.

    An act is written down before it is done, and may have failed or been cut off: that it was done
    shows in what the next one found in service, or for the last in ``champion``, which serves now.
    """
    acts = [event for event in events if event.action in ("promote", "rollback")]
    found = [*(act.champion_before for act in acts), champion][1:]
    return [
        act
        for act, after in zip(acts, found, strict=True)
        if act.champion_before != act.version == after
    ]


def served(done: Sequence[Event]) -> list[str]:
    """Numbers of the versions that served by these ``switches``, one after another; the last is
    the present champion.

    A promotion is put on top, a rollback takes the top off.
    """
    stack: list[str] = []
    for event in done:
        if event.action == "promote":
            stack.append(event.version)
        elif stack:
            stack.pop()
    return stack


def last_rollback(done: Sequence[Event], number: str) -> str | None:
    """When this version was last taken out of service by one of these ``switches``."""
    times = [
        event.at for event in done if event.action == "rollback" and event.champion_before == number
    ]
    return max(times, default=None)
