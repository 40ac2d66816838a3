"""The reader that understands: a pretrained encoder, its mean state, one linear score per label."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import Bundle, json_bytes
from model.evidence import spread
from model.heads import Labels, Scores, split_outputs
from model.onnx_encoder import OnnxEncoder, TokenStates
from model.reader import Runtime
from model.reading import Reading
from model.sound import check_numbers, check_that
from model.token_windows import LARGEST_WINDOW, MOST_WINDOWS, ReadingPlan

NETWORK = "transformer/encoder.onnx"
TOKENIZER = "transformer/tokenizer.json"
HEADS = "transformer/heads.safetensors"
PLAN = "transformer/plan.json"
SOURCES = "transformer/sources.json"

_TRIAL = "检察院受理来信"


@dataclass(frozen=True, slots=True)
class MeanStateHeads:
    """Scores that are linear in the mean state, and so the sum of what each token adds.

    ``weights`` (hidden, outputs), ``bias`` (outputs,); ``centre`` (hidden,) is the mean state of
    the texts learned from, so that a token counts for how it differs from the usual.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    centre: NDArray[np.float32]
    labels: Labels

    def outputs(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (…, hidden) → (…, outputs)."""
        return np.asarray((pooled - self.centre) @ self.weights + self.bias)


@dataclass(frozen=True)
class TransformerImpression:
    """Token states of one text and the heads that weigh them."""

    tokens: TokenStates
    heads: MeanStateHeads
    length: int

    @cached_property
    def scores(self) -> Scores:
        return split_outputs(self.heads.outputs(self.tokens.pooled), self.heads.labels)

    @property
    def known(self) -> float:
        return self.tokens.known

    def weights(self, head: str, code: str) -> NDArray[np.float64]:
        """What each token adds to the score, spread over the characters it covers.

        Chosen by a deletion test: see ``docs/models.md``.
        """
        column = self.heads.weights[:, self.heads.labels.column(head, code)]
        shares = (self.tokens.states - self.heads.centre) @ column / len(self.tokens.states)
        return spread(self.tokens.starts, self.tokens.ends, shares, self.length)


@dataclass(frozen=True, slots=True)
class TransformerReader:
    """Reads the text as it is written: see ``Reading.written``."""

    encoder: OnnxEncoder
    heads: MeanStateHeads
    sources: bytes

    @property
    def labels(self) -> Labels:
        return self.heads.labels

    def read(self, readings: Sequence[Reading]) -> list[TransformerImpression]:
        found = self.encoder.encode([reading.written for reading in readings])
        return [
            TransformerImpression(tokens, self.heads, len(reading.written))
            for reading, tokens in zip(readings, found, strict=True)
        ]

    def files(self) -> dict[str, bytes]:
        """Network, tokenizer, heads, how texts are cut, and whose weights these are."""
        tensors = {
            "weights": self.heads.weights,
            "bias": self.heads.bias,
            "centre": self.heads.centre,
        }
        return {
            NETWORK: self.encoder.network,
            TOKENIZER: self.encoder.tokenizer,
            HEADS: save(tensors),
            PLAN: json_bytes(asdict(self.encoder.plan)),
            SOURCES: self.sources,
        }

    @classmethod
    def from_bundle(cls, bundle: Bundle, labels: Labels, runtime: Runtime) -> "TransformerReader":
        """Raises InvalidBundle for a missing or unsound file, something else for a wrong one."""
        tensors = load(bundle.read(HEADS))
        plan = _plan(bundle)
        encoder = OnnxEncoder(bundle.read(NETWORK), bundle.read(TOKENIZER), plan, runtime)
        hidden = _hidden(encoder)
        for name, shape in {
            "weights": (hidden, labels.outputs),
            "bias": (labels.outputs,),
            "centre": (hidden,),
        }.items():
            check_numbers(HEADS, name, tensors[name], shape)
        heads = MeanStateHeads(tensors["weights"], tensors["bias"], tensors["centre"], labels)
        return cls(encoder, heads, bundle.read(SOURCES))


def _plan(bundle: Bundle) -> ReadingPlan:
    plan = ReadingPlan(**bundle.json(PLAN))
    for name, most in {"window": LARGEST_WINDOW, "windows": MOST_WINDOWS}.items():
        value = getattr(plan, name)
        within = isinstance(value, int) and 1 <= value <= most
        check_that(within, PLAN, f"{name} 应为 1–{most} 的整数")
    return plan


def _hidden(encoder: OnnxEncoder) -> int:
    """How wide its states are, found by reading a text that fills a window: a network that cannot
    read one fails now, not while serving."""
    (found,) = encoder.encode([_TRIAL * encoder.plan.window])
    check_numbers(NETWORK, "states", found.states, found.states.shape)
    return int(found.states.shape[-1])
