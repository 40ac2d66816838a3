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

DECISION = "decision.json"


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
        try:
            decision = bundle.json(DECISION)
            gates = decision["gates"]
            rule = decision["candidate_rule"]
            return cls(
                _reader(bundle, _labels(decision["labels"]), runtime or Runtime()),
                Calibration(**decision["calibration"]),
                Gates(**gates | {"urgency_costs": tuple(gates["urgency_costs"])}),
                CandidateRule(
                    rule["coverage"],
                    *(np.array(rule[head]) for head in ("module", "urgency", "function")),
                ),
            )
        except InvalidBundle:
            raise
        except Exception as error:
            raise InvalidBundle(
                f"模型包 {bundle.path} 的权重或 {DECISION} 内容不符合本版本，请重新训练"
            ) from error


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
    return Labels(
        modules=tuple(stored["modules"]),
        urgencies=tuple(stored["urgencies"]),
        functions=tuple(stored["functions"]),
        concerns=tuple(stored["concerns"]),
        allowed=np.array(stored["allowed"], dtype=bool),
    )
