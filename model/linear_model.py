"""The learned part of a linear bundle: encoder, heads, calibration and operating points."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import Bundle, json_bytes
from model.calibrate import Calibration
from model.decide import CandidateRule, Gates
from model.encode import LinearEncoder
from model.errors import InvalidBundle
from model.heads import Labels, LinearHeads

WEIGHTS = "weights.safetensors"
DECISION = "decision.json"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Everything learned; immutable and shared between threads."""

    encoder: LinearEncoder
    heads: LinearHeads
    calibration: Calibration
    gates: Gates
    candidate_rule: CandidateRule

    def files(self) -> dict[str, bytes]:
        """The bundle files that ``from_bundle`` reads back; weights are kept as float16."""
        tensors: dict[str, NDArray[Any]] = {
            "keys": self.encoder.keys.view(np.int64),
            "idf": self.encoder.idf,
            "weights": self.heads.weights.astype(np.float16),
            "bias": self.heads.bias,
        }
        rule = self.candidate_rule
        decision = {
            "word_weight": self.encoder.word_weight,
            "labels": asdict(self.heads.labels) | {"allowed": self.heads.labels.allowed.tolist()},
            "calibration": asdict(self.calibration),
            "gates": asdict(self.gates),
            "candidate_rule": {
                "coverage": rule.coverage,
                "module": rule.module.tolist(),
                "urgency": rule.urgency.tolist(),
                "function": rule.function.tolist(),
            },
        }
        return {WEIGHTS: save(tensors), DECISION: json_bytes(decision)}

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "LinearModel":
        """Raises InvalidBundle when a file does not hold what this version expects."""
        try:
            tensors = load(bundle.read(WEIGHTS))
            decision = bundle.json(DECISION)
            labels = _labels(decision["labels"])
            rule = decision["candidate_rule"]
            return cls(
                LinearEncoder(
                    tensors["keys"].view(np.uint64), tensors["idf"], decision["word_weight"]
                ),
                LinearHeads(tensors["weights"].astype(np.float32), tensors["bias"], labels),
                Calibration(**decision["calibration"]),
                Gates(
                    **decision["gates"]
                    | {"urgency_costs": tuple(decision["gates"]["urgency_costs"])}
                ),
                CandidateRule(
                    rule["coverage"],
                    *(np.array(rule[head]) for head in ("module", "urgency", "function")),
                ),
            )
        except InvalidBundle:
            raise
        except Exception as error:
            raise InvalidBundle(
                f"模型包 {bundle.path} 的 {WEIGHTS} 或 {DECISION} 内容不符合本版本，请重新训练"
            ) from error


def _labels(stored: dict[str, Any]) -> Labels:
    return Labels(
        modules=tuple(stored["modules"]),
        urgencies=tuple(stored["urgencies"]),
        functions=tuple(stored["functions"]),
        concerns=tuple(stored["concerns"]),
        allowed=np.array(stored["allowed"], dtype=bool),
    )
