"""Clue in, triage out: the one straight line through the model."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from model.bundle import Bundle, read_bundle
from model.clean import clean
from model.clue import Clue
from model.deadlines import SHANGHAI, deadlines_for, in_shanghai
from model.decide import Choice, Decision, alarm_score, decide
from model.errors import InvalidBundle, InvalidConfiguration
from model.evidence import strongest_spans
from model.gazetteer import Gazetteer, parse_gazetteer
from model.heads import HEADS, Labels
from model.learned_model import DECISION, LearnedModel
from model.ngrams import word_bounds
from model.places import Mention, find_places
from model.reader import Impression, Runtime
from model.reading import Reading, read_clue
from model.route import Placement, place_clue
from model.screen import names_a_time
from model.signals import Signals, parse_signals
from model.sound import check_that, unforeseen_content
from model.taxonomy import Taxonomy, parse_taxonomy
from model.triage import (
    AlternativeUnit,
    AssistingUnit,
    Evidence,
    Head,
    Label,
    ModelIdentity,
    Place,
    Prediction,
    Triage,
    Unit,
    WhereTo,
)
from model.where_to import where_to
from model.working_days import WorkingCalendar, parse_calendar

_SHOWN = 0.02
"""Labels below this probability are not worth a reader's glance as alternatives."""

_FEW_KNOWN = 0.35
"""Below this share of known text a clue is unlike anything learned."""

_FAINT = 0.05
"""What the scores of a text that cannot be read count: enough to put labels in an order, too
little to be sure of any."""

Axis = Literal["module", "urgency", "function"]

_AXES: tuple[Axis, ...] = ("module", "urgency", "function")

_WAITS = frozenset({"normal", "inquiry"})


@dataclass(frozen=True, slots=True)
class ReadClue:
    """A clue and what the reader made of it."""

    clue: Clue
    reading: Reading
    impression: Impression


class Triager:
    """A loaded bundle; immutable and safe to share between threads."""

    def __init__(
        self,
        model: LearnedModel,
        taxonomy: Taxonomy,
        gazetteer: Gazetteer,
        signals: Signals,
        working: WorkingCalendar,
        card: dict[str, Any],
        version: str,
    ) -> None:
        self._model = model
        self.taxonomy = taxonomy
        self._gazetteer = gazetteer
        self._signals = signals
        self._working = working
        self.card = card
        self.identity = ModelIdentity(
            name=card["name"], version=version[:16], encoder=card["encoder"]
        )

    @classmethod
    def load(cls, path: Path, runtime: Runtime | None = None) -> "Triager":
        """Load a bundle. Raises InvalidBundle naming the file that is missing, altered or wrong."""
        return cls.from_bundle(read_bundle(path), runtime)

    @classmethod
    def from_bundle(cls, bundle: Bundle, runtime: Runtime | None = None) -> "Triager":
        """As ``load``, for a bundle that has been read: nothing of its folder is looked at."""
        try:
            with unforeseen_content(bundle.path):
                model = LearnedModel.from_bundle(bundle, runtime)
                taxonomy = parse_taxonomy("taxonomy.yaml", bundle.text("taxonomy.yaml"))
                _check_known(model.labels, taxonomy)
                return cls(
                    model=model,
                    taxonomy=taxonomy,
                    gazetteer=parse_gazetteer("gazetteer", bundle.folder("gazetteer")),
                    signals=parse_signals("signals.yaml", bundle.text("signals.yaml")),
                    working=parse_calendar("calendar.yaml", bundle.text("calendar.yaml")),
                    card=bundle.json("card.json"),
                    version=bundle.version,
                )
        except InvalidConfiguration as error:
            raise InvalidBundle(f"模型包 {bundle.path} 中的配置有误：{error.detail}") from error

    def triage(self, clue: Clue, now: datetime | None = None) -> Triage:
        """Read one clue. ``now`` stands in for a clue without ``submitted_at``.

        Raises InvalidClue when the moment of submission is no plausible one.
        """
        (read,) = self.read([clue])
        return self.judge(read, now)

    def read(self, clues: Sequence[Clue]) -> list[ReadClue]:
        """The costly part, for several clues at a time; they cannot be told apart by it."""
        readings = [read_clue(clue, self._signals) for clue in clues]
        found = self._model.reader.read(readings)
        return [ReadClue(*each) for each in zip(clues, readings, found, strict=True)]

    def judge(self, read: ReadClue, now: datetime | None = None) -> Triage:
        """What is decided about a clue that has been read; as ``triage``."""
        clue, reading, impression = read.clue, read.reading, read.impression
        submitted = in_shanghai(clue.submitted_at or now or datetime.now(SHANGHAI))
        labels = self._model.labels
        scores = impression.scores
        danger = self._signals.danger_score(reading.clauses)
        unread = _unread(reading)
        believed = scores.times(_FAINT) if unread else scores
        rule = self._model.candidate_rule
        decision = decide(
            self._model.calibration.apply(believed, labels),
            alarm_score(scores.urgency, labels, danger),
            labels,
            self._model.gates,
            rule.opened() if unread else rule,
        )
        deadlines = deadlines_for(
            "critical" if decision.alarm else self._code("urgency", decision),
            self._code("module", decision),
            self._code("function", decision),
            submitted,
            self.taxonomy,
            self._working,
            text=reading.whole,
        )
        on = submitted.date()
        mentions = find_places(reading.whole, self._gazetteer, on)
        placement = self._place(clue, reading, decision, mentions, on)
        reasons = self._reasons(reading, impression, decision, placement, danger)
        return Triage(
            clue_id=clue.clue_id,
            module=self._prediction("module", decision.module),
            secondary_modules=tuple(
                Label(code=code, name=self._name("module", code), confidence=probability)
                for code, probability in _secondary(decision, labels.concerns)
            ),
            urgency=self._prediction("urgency", decision.urgency),
            function=self._prediction("function", decision.function),
            unit=self._unit(placement, self._code("function", decision)),
            assisting_units=self._assisting(placement),
            where_to=self._where_to(reading, decision),
            deadlines=deadlines,
            evidence=self._evidence(clue, reading, impression, decision, danger),
            places=tuple(
                _place(clue, reading, mention)
                for mention in mentions
                if mention.start >= reading.body_start  # spans are those of the text
            ),
            missing=_missing(reading, placement),
            needs_review=bool(reasons),
            reasons=reasons,
            model=self.identity,
        )

    def _code(self, head: Axis, decision: Decision) -> str:
        choice: Choice = getattr(decision, head)
        return self._codes(head)[choice.label]

    def _codes(self, head: Axis) -> tuple[str, ...]:
        return self._model.labels.codes(head)

    def _name(self, head: Axis, code: str) -> str:
        if head == "module":
            return self.taxonomy.module_by_code[code].name
        if head == "urgency":
            return self.taxonomy.urgency_by_code[code].name
        return self.taxonomy.function_by_code[code].name

    def _prediction(self, head: Axis, choice: Choice) -> Prediction:
        codes = self._codes(head)
        order = np.argsort(-choice.probabilities, kind="stable").tolist()
        return Prediction(
            code=codes[choice.label],
            name=self._name(head, codes[choice.label]),
            confidence=choice.confidence,
            alternatives=tuple(
                Label(
                    code=codes[index],
                    name=self._name(head, codes[index]),
                    confidence=float(choice.probabilities[index]),
                )
                for index in order
                if index != choice.label and choice.probabilities[index] >= _SHOWN
            ),
            candidates=tuple(codes[index] for index in order if choice.candidates[index]),
        )

    def _place(
        self,
        clue: Clue,
        reading: Reading,
        decision: Decision,
        mentions: tuple[Mention, ...],
        on: date,
    ) -> Placement:
        return place_clue(
            module=self._code("module", decision),
            secondary=[code for code, _ in _secondary(decision, self._model.labels.concerns)],
            function=self._code("function", decision),
            text=reading.whole,
            mentions=mentions,
            sender_mentions=find_places(clean(clue.location or "").text, self._gazetteer, on),
            taxonomy=self.taxonomy,
            on=on,
        )

    def _unit(self, placement: Placement, function: str) -> Unit:
        taxonomy = self.taxonomy
        return Unit(
            procuratorate=taxonomy.named_procuratorate(placement.procuratorate),
            function=function,
            name=taxonomy.unit_name(placement.procuratorate, function),
            rule=placement.rule,
            legal_basis=placement.legal_basis,
            alternatives=tuple(
                AlternativeUnit(procuratorate=taxonomy.named_procuratorate(code), rule=rule)
                for code, rule in placement.alternatives
            ),
        )

    def _assisting(self, placement: Placement) -> tuple[AssistingUnit, ...]:
        return tuple(
            AssistingUnit(
                procuratorate=self.taxonomy.named_procuratorate(placement.procuratorate),
                function=function,
                name=self.taxonomy.unit_name(placement.procuratorate, function),
                rule=rule,
                legal_basis=basis,
            )
            for function, rule, basis in placement.assisting
        )

    def _where_to(self, reading: Reading, decision: Decision) -> WhereTo | None:
        if self._code("module", decision) != "out_of_scope":
            return None
        noise = "looks_like_noise" in reading.reasons
        return where_to(reading.whole, self._code("urgency", decision), self.taxonomy, noise=noise)

    def _reasons(
        self,
        reading: Reading,
        impression: Impression,
        decision: Decision,
        placement: Placement,
        danger: float,
    ) -> tuple[str, ...]:
        reasons = [*decision.reasons, *reading.reasons]
        # With nothing for a procuratorate to do, the place changes nothing.
        if self._code("module", decision) != "out_of_scope":
            if placement.missing_place:
                reasons.append("no_place")
            if placement.ambiguous:
                reasons.append("place_ambiguous")
        waits = self._code("urgency", decision) in _WAITS
        if waits and danger:
            reasons.append("rules_disagree")
        if impression.known < _FEW_KNOWN:
            reasons.append("out_of_known")
        return tuple(reasons)

    def _evidence(
        self,
        clue: Clue,
        reading: Reading,
        impression: Impression,
        decision: Decision,
        danger: float,
    ) -> tuple[Evidence, ...]:
        bounds = word_bounds(reading.body.text)
        found = []
        for head in _AXES:
            code = self._code(head, decision)
            if head == "function" and len(self._options(decision)) == 1:
                continue  # the module alone decides it
            characters = impression.weights(head, code)[reading.body_start :]
            for start, end, share in strongest_spans(characters, reading.body.text, bounds):
                found.append(_ground(clue, reading, start, end, head, share))
        if not danger:  # then there is no word to look for again
            return tuple(found)
        words = self._signals.danger_spans(reading.clauses[reading.body_start :])
        found += [_ground(clue, reading, *word, "danger", 1 / len(words)) for word in words]
        return tuple(found)

    def _options(self, decision: Decision) -> tuple[str, ...]:
        return self.taxonomy.module_by_code[self._code("module", decision)].functions


def _unread(reading: Reading) -> bool:
    """Whether somebody writes in a language that the reader never learned. It cannot say what such
    a text tells, and it may be an emergency: whoever writes Tibetan or Uyghur has a right to be
    read (刑事诉讼法第九条), and not last."""
    return "not_chinese" in reading.reasons and "looks_like_noise" not in reading.reasons


def _check_known(labels: Labels, taxonomy: Taxonomy) -> None:
    known: dict[str, Collection[str]] = {
        "module": taxonomy.module_by_code,
        "urgency": taxonomy.urgency_by_code,
        "function": taxonomy.function_by_code,
        "concern": taxonomy.module_by_code,
    }
    for head in HEADS:
        strange = "、".join(sorted(set(labels.codes(head)).difference(known[head])))
        check_that(not strange, DECISION, f"taxonomy.yaml 里没有标签 {strange}")


def _secondary(decision: Decision, concerns: tuple[str, ...]) -> list[tuple[str, float]]:
    return [(concerns[index], probability) for index, probability in decision.secondary]


def _missing(reading: Reading, placement: Placement) -> tuple[str, ...]:
    """Facts that a person will have to ask for."""
    missing = ["place"] if placement.missing_place else []
    if not names_a_time(reading.whole):
        missing.append("time")
    return tuple(missing)


def _ground(
    clue: Clue, reading: Reading, start: int, end: int, head: Head, share: float
) -> Evidence:
    begin, stop = reading.body.original_span(start, end)
    return Evidence(
        start=begin, end=stop, text=clue.text[begin:stop], head=head, weight=round(share, 4)
    )


def _place(clue: Clue, reading: Reading, mention: Mention) -> Place:
    before = reading.body_start
    start, end = reading.body.original_span(mention.start - before, mention.end - before)
    return Place(
        start=start, end=end, text=clue.text[start:end], procuratorate=mention.procuratorate
    )
