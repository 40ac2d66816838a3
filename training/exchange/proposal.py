"""What a model proposes for a clue, as a labelling tool shows it before a person decides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """Codes, their calibrated probabilities in the same order as the heads, and the model's
    version."""

    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str
    confidence: dict[str, float]
    version: str
