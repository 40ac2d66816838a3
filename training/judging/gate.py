"""The gate that a challenger must pass: limits that lawyers and analysts set in YAML."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from model.configuration import parse_configuration, read_configuration

GATE = Path("datasets/gate.yaml")

Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LargestDrop(_Part):
    largest_drop: Share


class ClassDrop(LargestDrop):
    fewest: int = Field(ge=1)


class Floor(_Part):
    floor: Share


class Ceiling(_Part):
    ceiling: Annotated[float, Field(gt=0)]


class ShadowGate(_Part):
    alpha: float = Field(gt=0, lt=0.5)
    margin: float = Field(gt=0, lt=1)


class Gate(_Part):
    """Limits of one gate; what each means stands beside it in ``datasets/gate.yaml``."""

    version: date
    level: float = Field(gt=0.5, lt=1)
    resamples: int = Field(ge=200, le=20000)
    fewest_clues: int = Field(ge=1)
    macro_f1: LargestDrop
    critical_recall: Floor
    class_f1: ClassDrop
    ece: Ceiling
    coverage: Floor
    latency_ms: Ceiling
    bundle_mb: Ceiling
    shadow: ShadowGate


@dataclass(frozen=True, slots=True)
class GateFile:
    """A gate and the SHA-256 of the file that it was read from."""

    gate: Gate
    sha256: str


def load_gate(path: Path = GATE) -> GateFile:
    """Raises InvalidConfiguration with every mistake, line by line."""
    content = read_configuration(path)
    gate = parse_configuration(str(path), content, Gate, lambda _: ())
    return GateFile(gate, hashlib.sha256(content.encode()).hexdigest())
