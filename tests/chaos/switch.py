"""The model is changed and changed back under load: who answers when, and is anyone turned away?"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from model.bundle import read_bundle, write_bundle
from tests.chaos.served import Senders, ask, served
from tests.chaos.stored import Figures, state_of
from training.registry.catalogue import Catalogue
from training.registry.events import read_events
from training.registry.switch import promote, register
from training.tracking.store import tracking_uri

MODEL = "models:/fenzhen@champion"
_PATIENCE_SECONDS = 90

Command = Callable[[list[str]], None]
"""Runs ``fenzhen`` with these arguments and returns when it has ended well."""


def switch(
    bundle: Path, url: str, folder: Path, command: Command, clients: int = 4, workers: int = 1
) -> Figures:
    """Promote another model and roll back while clients send without pause.

    The registry is the one that ``MLFLOW_TRACKING_URI`` or the working directory says. Seconds
    count from when the act was written down to the first answer by the model it puts into service,
    and to the last request that the model before still answered.
    """
    champion, challenger = registered(bundle, folder)
    figures: Figures = {"clients": clients, "workers": workers}
    with served(MODEL, url, folder, workers, MLFLOW_TRACKING_URI=tracking_uri()) as running:
        _until(lambda: all(ask(running.port, "GET", "/readyz")[0] == 200 for _ in range(30)))
        with Senders(running.port, "switch", clients) as senders:
            _until(lambda: champion in senders.heard)
            figures |= _there_and_back(senders, champion, challenger, command)
        status = running.process.poll()
    state = state_of(url)
    lost = set(senders.acknowledged) - state["ids"]
    return figures | {
        "statuses": senders.statuses, "lost": len(lost), "without_triage": state["halves"],
        "ok": set(senders.statuses) == {200} and not lost and not state["halves"]
        and status is None,
    }  # fmt: skip


def _there_and_back(senders: Senders, champion: str, challenger: str, command: Command) -> Figures:
    figures: Figures = {}
    for act, before, after in (
        (["promote", "--force", "--reason", "演练"], champion, challenger),
        (["rollback", "--reason", "演练"], challenger, champion),
    ):
        senders.heard.pop(after, None)
        command(["model", *act])
        _until(lambda after=after: after in senders.heard)  # type: ignore[misc]
        time.sleep(2)
        done = datetime.fromisoformat(read_events(Catalogue.open())[-1].at).timestamp()
        first, last = senders.heard[after][0], senders.heard[before][1]
        figures[f"{act[0]}_first_seconds"] = round(first - done, 2)
        figures[f"{act[0]}_last_of_before_seconds"] = round(last - done, 2)
    return figures


def registered(bundle: Path, folder: Path) -> tuple[str, str]:
    """The bundle as champion and the same in other spelling as challenger; their versions."""
    files = dict(read_bundle(bundle).files)
    files["card.json"] += b"\n"
    write_bundle(folder / "challenger", files)
    catalogue = Catalogue.open()
    served, _ = register(catalogue, read_bundle(bundle))
    promote(catalogue, served, force=True, reason="演练")
    other, _ = register(catalogue, read_bundle(folder / "challenger"))
    return served.bundle_version[:16], other.bundle_version[:16]  # as answers write it


def _until(done: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not done():
        if time.monotonic() - started > _PATIENCE_SECONDS:
            raise TimeoutError("the model in service did not change")
        time.sleep(0.02)
