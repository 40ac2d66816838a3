"""Requests that nobody should send, made from the committed interface and from nothing at all."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from serving.access.api_keys import issue
from serving.access.policy import Scope
from serving.storage.database import Database
from serving.storage.key_store import add_key
from serving.storage.schema import prepare
from tests.chaos.served import REPOSITORY, Served, ask, served
from tests.chaos.stored import Figures, state_of

_KNOWN = {"clue_id": "LJ-1"}
_PLAIN_SHARE = 0.2
"""Share of the requests whose body is any bytes or any text."""


def malformed(bundle: Path, url: str, folder: Path, times: int) -> Figures:
    """``times`` requests over all operations: no 5xx at all, no failure in the log."""
    key = _key(url)
    statuses: Counter[int] = Counter()
    operations: Counter[str] = Counter()
    unexpected: list[str] = []

    def note(label: str, answer: requests.Response) -> None:
        statuses[answer.status_code] += 1
        operations[label] += 1
        if answer.status_code >= 500:
            unexpected.append(f"{label} {answer.status_code} {answer.text[:200]}")

    with served(bundle, url, folder, FENZHEN_ANSWER_SECONDS="30") as running:
        ask(running.port, "POST", "/v1/classify", {**_KNOWN, "text": "砖厂半夜偷排黑烟，没人管。"})
        session = _Alternating(key)
        _by_interface(running, session, round(times * (1 - _PLAIN_SHARE)), note)
        _by_bytes(running, session, times - sum(statuses.values()), note)
        alive = ask(running.port, "GET", "/readyz")[0]
        failures = running.log.read_text().count("程序出错")
    state = state_of(url)
    return {
        "requests": sum(statuses.values()), "operations": len(operations),
        "statuses": dict(sorted(statuses.items())), "unexpected": unexpected[:5],
        "failures_in_the_log": failures, "integrity": state["integrity"],
        "without_triage": state["halves"],
        "ok": not unexpected and not failures and alive == 200 and state["integrity"] == "ok"
        and not state["halves"],
    }  # fmt: skip


class _Alternating(requests.Session):
    """Every other request with the key: some acts are not for keys, and only a developer at this
    machine comes through to them without."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.trust_env = False
        self._keys = cycle((f"Bearer {key}", None))

    def request(self, *given: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        self.headers.update({"Authorization": next(self._keys)})  # type: ignore[dict-item]
        return super().request(*given, **options)


def _key(url: str) -> str:
    """A key that may do everything, as the administrator would issue it."""
    database = Database(url)
    prepare(database)
    key, token = issue("chaos", tuple(Scope), "cli:chaos", datetime.now(UTC), timedelta(days=1))
    with database.write() as connection:
        add_key(connection, key)
    database.close()
    return token


Note = Callable[[str, requests.Response], None]


def _by_interface(running: Served, session: _Alternating, times: int, note: Note) -> None:
    """What breaks the schema, and what keeps it in ways that nobody would think of."""
    schema = schemathesis.openapi.from_path(str(REPOSITORY / "docs" / "openapi.json"))
    operations = [found.ok() for found in schema.get_all_operations()]
    varied = [
        one for one in operations if one.query or one.body or one.headers or one.path_parameters
    ]
    for operation in operations:

        def send(case: Any, label: str = operation.label) -> None:
            call = case.as_transport_kwargs(base_url=f"http://127.0.0.1:{running.port}")
            note(label, session.request(**call, timeout=120))

        many = times // len(varied) if operation in varied else 1
        _try_out(st.one_of(*_strategies(operation)), many, send)


def _strategies(operation: Any) -> Iterator[st.SearchStrategy[Any]]:
    for path in (None, _KNOWN) if "{clue_id}" in operation.path else (None,):
        yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=path)
        if operation.query or operation.body or operation.headers:
            yield operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=path)


def _by_bytes(running: Served, session: _Alternating, times: int, note: Note) -> None:
    bodies = st.binary(max_size=300) | st.text(st.characters(), max_size=300).map(
        lambda text: json.dumps({"text": text}).encode()
    )
    paths = ("/v1/classify", "/v1/classify/batch", "/v1/jobs?format=csv", "/v1/jobs?format=xlsx",
             "/v1/clues/LJ-1/reviews")  # fmt: skip
    numbers = count()

    def send(body: bytes) -> None:
        path = paths[next(numbers) % len(paths)]
        address = f"http://127.0.0.1:{running.port}{path}"
        headers = {"Content-Type": "application/json", "If-Match": '"0"'}
        note(f"POST {path}", session.post(address, body, headers=headers, timeout=120))

    _try_out(bodies, times, send)


def _try_out(wanted: st.SearchStrategy[Any], many: int, send: Callable[[Any], None]) -> None:
    @hypothesis.settings(
        max_examples=many, deadline=None, database=None, phases=(Phase.generate,),
        suppress_health_check=tuple(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(wanted)
    def each(value: Any) -> None:
        send(value)

    each()
