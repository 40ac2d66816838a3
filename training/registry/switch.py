"""Register, promote, roll back: the few acts that decide which model serves."""

from collections.abc import Callable, Sequence
from pathlib import Path

from model.bundle import Bundle
from model.errors import InvalidConfiguration
from model.privacy import mask
from training.judging.gate import GATE, load_gate
from training.judging.ruling import Ruling
from training.registry.catalogue import RULING, Catalogue, RegistryFault, Version
from training.registry.events import (
    Event,
    append,
    last_rollback,
    new_event,
    read_events,
    served,
    switches,
)


def register(catalogue: Catalogue, bundle: Bundle) -> tuple[Version, bool]:
    """Make a bundle a version and the challenger; whether it is new.

    The same bundle is one version however often it is registered, while the registry has its files.
    """
    known = catalogue.by_bundle(bundle.version)
    card = bundle.json("card.json")
    tags = {"encoder": str(card["encoder"]), "data_sha256": str(card["data"]["sha256"])}
    version = known or catalogue.add(bundle, tags)
    champion = catalogue.by_alias("champion")
    if champion is None or champion.number != version.number:
        catalogue.point("challenger", version)
    if known is None:
        append(catalogue, new_event("register", version.number, version.bundle_version))
    return version, known is None


def promote(
    catalogue: Catalogue,
    version: Version,
    *,
    gate: Path = GATE,
    force: bool = False,
    reason: str = "",
) -> Event:
    """Put a version into service; the one before stays at hand as ``previous``.

    Raises RegistryFault, with every objection, when ``gate``, the one in force, has not been
    passed; ``force`` with a reason overrides that, and the event says so.
    """
    champion = catalogue.by_alias("champion")
    if champion is not None and champion.number == version.number:
        raise RegistryFault(f"{version.title}已在服务，无需晋级")
    done = switches(read_events(catalogue), champion.number if champion else None)
    objections = _objections(version, champion, done, gate)
    if objections and not force:
        told = "；".join(objections)
        raise RegistryFault(f"{version.title}不能晋级：{told}。确需晋级请加 --force --reason 理由")
    if force and not reason.strip():
        raise RegistryFault("强制晋级须用 --reason 写明理由，理由会记入审计")
    ruling = _ruling(version)
    event = new_event(
        "promote",
        version.number,
        version.bundle_version,
        champion_before=champion.number if champion else None,
        forced=bool(objections),
        reason=mask(reason.strip()).text,
        ruling_at=ruling.at if ruling else None,
        gate_sha256=ruling.gate_sha256 if ruling else None,
        clues_sha256=ruling.clues_sha256 if ruling else None,
    )

    def switch() -> None:
        if champion is not None:
            catalogue.point("previous", champion)
        catalogue.point("champion", version)
        challenger = catalogue.by_alias("challenger")
        if challenger is not None and challenger.number == version.number:
            catalogue.point("challenger", None)

    _act(catalogue, event, switch)
    return event


def roll_back(catalogue: Catalogue, reason: str = "") -> tuple[Event, Version]:
    """Put the previous model back into service.

    Raises RegistryFault when there is none.
    """
    champion, previous = catalogue.by_alias("champion"), catalogue.by_alias("previous")
    history = served(switches(read_events(catalogue), champion.number if champion else None))
    if champion and previous and champion.number == previous.number:
        # A switch was cut off between the two aliases: what served before stands in the history.
        previous = catalogue.by_number(history[-2]) if len(history) > 1 else None
    if champion is None or previous is None:
        raise RegistryFault("没有上一个模型可以回退，历史见 fenzhen model history")
    before = catalogue.by_number(history[-3]) if len(history) > 2 else None
    event = new_event(
        "rollback",
        previous.number,
        previous.bundle_version,
        champion_before=champion.number,
        reason=mask(reason.strip()).text,
    )

    def switch() -> None:
        catalogue.point("champion", previous)
        catalogue.point("previous", before)

    _act(catalogue, event, switch)
    return event, previous


def _act(catalogue: Catalogue, event: Event, switch: Callable[[], None]) -> None:
    """Write down first, then do; what could not be done is written down as failed."""
    append(catalogue, event)
    try:
        switch()
    except Exception:
        append(catalogue, new_event("failed", event.version, event.bundle_version, reason=event.id))
        raise


def _objections(
    version: Version, champion: Version | None, done: Sequence[Event], gate: Path
) -> list[str]:
    """Why the gate does not speak for this version here and now."""
    ruling = _ruling(version)
    if ruling is None:
        return ["还没有评判，请先运行 fenzhen compare"]
    found = []
    if ruling.challenger != version.bundle_version:
        found.append("评判的不是这个模型包，请重新运行 fenzhen compare")
    found += _not_by(gate, ruling)
    if not ruling.passed:
        found += [reason.told for reason in ruling.reasons if not reason.passed]
    if champion is not None and ruling.champion != champion.bundle_version:
        found.append("评判时比的不是如今的现役模型，请重新运行 fenzhen compare")
    withdrawn = last_rollback(done, version.number)
    if withdrawn is not None and withdrawn >= ruling.at:
        found.append("评判之后它曾被撤下，请用新的线索重新运行 fenzhen compare")
    return found


def _not_by(gate: Path, ruling: Ruling) -> list[str]:
    """Why the ruling is not by the gate in force, which is known by its content."""
    try:
        in_force = load_gate(gate).sha256
    except InvalidConfiguration as error:
        return [f"现行的门槛 {gate} 读不了：{'；'.join(error.mistakes)}"]
    if ruling.gate_sha256 != in_force:
        return [f"评判用的门槛不是现行的 {gate}，请不加 --gate 重新运行 fenzhen compare"]
    return []


def _ruling(version: Version) -> Ruling | None:
    content = version.tags.get(RULING["frozen"])
    return None if content is None else Ruling.from_json(content)
