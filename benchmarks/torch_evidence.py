"""Grounds that only torch can give, to be compared with what the reader itself says.

Integrated gradients: Sundararajan, Taly & Yan 2017. Attention rollout: Abnar & Zuidema 2020.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from model.bundle import read_bundle
from model.evidence import spread
from model.reader import Reader
from model.reading import Reading
from model.token_windows import TokenWindow, WindowCutter
from model.transformer_reader import MeanStateHeads, TransformerReader
from training.transformer.base import load_base
from training.transformer.settings import TransformerConfig

_STEPS = 24
_PAD = 1
"""XLM-R's padding: a word that says nothing."""


class TorchEvidence:
    """The frozen encoder of a bundle in fp32, under the heads of the bundle's reader.

    Both methods have the shape of ``deletion.Weigh`` and read the first window of a text.
    """

    def __init__(self, bundle: Path) -> None:
        settings = read_bundle(bundle).json("card.json")["settings"]["transformer"]
        base = load_base(TransformerConfig.model_validate(settings))
        self._encoder: Any = base.encoder.requires_grad_(False)
        self._read = base.read_layers
        self._cutter = WindowCutter(Tokenizer.from_buffer(base.tokenizer), base.plan)

    def integrated_gradients(
        self, reader: Reader, reading: Reading, code: str
    ) -> NDArray[np.float64]:
        """Gradients of the score along the way from padding to the text, midpoint rule."""
        window = self._window(reading)
        column = _column(reader, code)
        words = self._encoder.embeddings.word_embeddings(torch.from_numpy(window.ids))
        covers = torch.from_numpy(window.ends > window.starts)[:, None]
        pad = self._encoder.embeddings.word_embeddings(torch.tensor(_PAD))
        blank = torch.where(covers, pad, words)
        shares = (torch.arange(_STEPS) + 0.5) / _STEPS
        total = torch.zeros_like(words)
        for some in torch.split(shares, 4):
            between = blank + some[:, None, None] * (words - blank)
            between.requires_grad_(True)
            score = (self._states(between).mean(dim=1) @ column).sum()
            (slopes,) = torch.autograd.grad(score, between)
            total += slopes.sum(dim=0)
        added = ((words - blank) * total / _STEPS).sum(dim=1).numpy()
        return spread(window.starts, window.ends, added, len(reading.written))

    @torch.no_grad()
    def attention_rollout(self, reader: Reader, reading: Reading, code: str) -> NDArray[np.float64]:
        """How much of each token's attention, over the depths read, reaches the mean state; the
        same whatever the label."""
        window = self._window(reading)
        ids = torch.from_numpy(window.ids)[None]
        found = self._encoder(ids, torch.ones_like(ids), output_attentions=True)
        flow = torch.eye(ids.shape[1])
        reached = torch.zeros(ids.shape[1])
        for depth, attention in enumerate(found.attentions, start=1):
            flow = (0.5 * attention[0].mean(dim=0) + 0.5 * torch.eye(len(flow))) @ flow
            if depth in self._read:
                reached += flow.mean(dim=0)
        return spread(window.starts, window.ends, reached.numpy(), len(reading.written))

    def _states(self, words: Tensor) -> Tensor:
        """Word embeddings (b, t, width) → states of the depths read, side by side."""
        mask = torch.ones(words.shape[:2])
        found = self._encoder(inputs_embeds=words, attention_mask=mask, output_hidden_states=True)
        return torch.cat([found.hidden_states[depth] for depth in self._read], dim=-1)

    def _window(self, reading: Reading) -> TokenWindow:
        return self._cutter.cut([reading.written])[0].windows[0]


def _column(reader: Reader, code: str) -> Tensor:
    assert isinstance(reader, TransformerReader)
    heads: MeanStateHeads = reader.heads
    return torch.from_numpy(heads.weights[:, heads.labels.column("module", code)].copy())
