"""The learned part of a bundle: a reader, and what turns its scores into decisions."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from model.bundle import Bundle, json_bytes
from model.calibrate import Calibration
from model.decide import CandidateRule, Gates
from model.errors import InvalidBundle
from model.heads import Labels
from model.reader import Reader, Runtime
from model.sound import check_numbers, check_that, unforeseen_content

DECISION = "decision.json"

_CHOSEN = ("module", "urgency", "function")
"""The heads of which one label is chosen."""


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """Everything learned; immutable and shared between threads."""

    reader: Reader
    calibration: Calibration
    gates: Gates
    candidate_rule: CandidateRule

    @property
    def labels(self) -> Labels:
        return self.reader.labels

    def files(self) -> dict[str, bytes]:
        """The bundle files that ``from_bundle`` reads back."""
        rule = self.candidate_rule
        decision = {
            "labels": asdict(self.labels) | {"allowed": self.labels.allowed.tolist()},
            "calibration": asdict(self.calibration),
            "gates": asdict(self.gates),
            "candidate_rule": {
                "coverage": rule.coverage,
                "module": rule.module.tolist(),
                "urgency": rule.urgency.tolist(),
                "function": rule.function.tolist(),
            },
        }
        return {**self.reader.files(), DECISION: json_bytes(decision)}

    @classmethod
    def from_bundle(cls, bundle: Bundle, runtime: Runtime | None = None) -> "LearnedModel":
        """Raises InvalidBundle when a file does not hold what this version expects."""
        with unforeseen_content(bundle.path):
            decision = bundle.json(DECISION)
            labels = _labels(decision["labels"])
            return cls(
                _reader(bundle, labels, runtime or Runtime()),
                _calibration(decision["calibration"]),
                _gates(decision["gates"], labels),
                _candidate_rule(decision["candidate_rule"], labels),
            )


def _reader(bundle: Bundle, labels: Labels, runtime: Runtime) -> Reader:
    """The reader that the card names; a linear bundle loads nothing of the transformer."""
    encoder = bundle.json("card.json")["encoder"]
    if encoder == "linear":
        from model.linear_reader import LinearReader

        return LinearReader.from_bundle(bundle, labels)
    if encoder == "transformer":
        from model.transformer_reader import TransformerReader

        return TransformerReader.from_bundle(bundle, labels, runtime)
    if encoder == "hybrid":
        from model.hybrid_reader import HybridReader

        return HybridReader.from_bundle(bundle, labels, runtime)
    raise InvalidBundle(f"模型包 {bundle.path} 的编码器是 {encoder}，本程序不认识，请更新程序")


def _labels(stored: dict[str, Any]) -> Labels:
    labels = Labels(
        modules=tuple(stored["modules"]),
        urgencies=tuple(stored["urgencies"]),
        functions=tuple(stored["functions"]),
        concerns=tuple(stored["concerns"]),
        allowed=np.array(stored["allowed"], dtype=bool),
    )
    shape = (len(labels.modules), len(labels.functions))
    fits = labels.allowed.shape == shape and bool(labels.allowed.any(axis=1).all())
    check_that(fits, DECISION, "allowed 应为每个模块给出至少一个职能")
    check_that(len(labels.modules) > 1, DECISION, "modules 应有两个以上")
    check_that("critical" in labels.urgencies, DECISION, "urgencies 缺少 critical")
    return labels


def _calibration(stored: dict[str, Any]) -> Calibration:
    for name, value in stored.items():
        check_numbers(DECISION, name, value, positive=name.endswith("temperature"))
    return Calibration(**stored)


def _gates(stored: dict[str, Any], labels: Labels) -> Gates:
    costs = tuple(stored["urgency_costs"])
    check_numbers(DECISION, "urgency_costs", costs, (len(labels.urgencies),), positive=True)
    for name in stored.keys() - {"urgency_costs"}:
        check_numbers(DECISION, name, stored[name])
    return Gates(**stored | {"urgency_costs": costs})


def _candidate_rule(stored: dict[str, Any], labels: Labels) -> CandidateRule:
    check_numbers(DECISION, "coverage", stored["coverage"])
    for head in _CHOSEN:
        check_numbers(DECISION, head, stored[head], (len(labels.codes(head)),))
    return CandidateRule(stored["coverage"], *(np.array(stored[head]) for head in _CHOSEN))
