"""The pretrained encoder as torch modules, cut into layers that stay and layers that learn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model.errors import InvalidCheckpoint


def load_encoder(folder: Path, layers: int | None) -> Any:
    """The encoder of a checkpoint folder with its first ``layers`` layers, in evaluation mode.

    Attention is computed eagerly, which trains fastest on a CPU and exports plainly. Raises
    InvalidCheckpoint when it is not BERT-like or has fewer layers.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    encoder = AutoModel.from_pretrained(
        folder, local_files_only=True, dtype=torch.float32, attn_implementation="eager"
    )
    stack = getattr(getattr(encoder, "encoder", None), "layer", None)
    if not isinstance(stack, nn.ModuleList) or not hasattr(encoder, "embeddings"):
        raise InvalidCheckpoint(f"底座模型 {folder} 不是 BERT 类编码器，请换一个底座模型")
    kept = len(stack) if layers is None else layers
    if kept > len(stack):
        raise InvalidCheckpoint(
            f"底座模型 {folder} 只有 {len(stack)} 层，设置要求保留 {kept} 层，请改小 layers"
        )
    del stack[kept:]
    encoder.config.num_hidden_layers = kept
    return encoder.eval()


class States(nn.Module):
    """What is exported: ids and mask in, the states of some layers side by side out.

    ``read`` counts layers from 1; the last one alone unless it names others.
    """

    def __init__(self, encoder: Any, read: Sequence[int] = ()) -> None:
        super().__init__()
        self.encoder, self.read = encoder, tuple(read)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        found = self.encoder(
            input_ids=input_ids,
            attention_mask=attention_mask,
            output_hidden_states=bool(self.read),
        )
        if not self.read:
            states: Tensor = found.last_hidden_state
            return states
        return torch.cat([found.hidden_states[layer] for layer in self.read], dim=-1)


def run_layers(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    """States (b, t, hidden) through layers; ``mask`` (b, t) is 1 where there is a token."""
    added = (1 - mask[:, None, None, :].to(states.dtype)) * torch.finfo(states.dtype).min
    for layer in layers:
        found = layer(states, attention_mask=added)
        states = found[0] if isinstance(found, tuple) else found
    return states


class Upper(nn.Module):
    """The layers that learn, the mean over a text's windows, and all heads side by side."""

    def __init__(self, layers: nn.ModuleList, hidden: int, outputs: int) -> None:
        super().__init__()
        self.layers = layers
        self.heads = nn.Linear(hidden, outputs)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)
        self.dropout = nn.Dropout(0.1)

    def pooled(self, states: Tensor, mask: Tensor, owner: Tensor, texts: int) -> Tensor:
        """Mean states (texts, hidden) of windows (w, t, hidden); ``owner`` (w,) says whose."""
        found = run_layers(self.layers, states, mask).float()
        weights = mask.float()
        sums = torch.zeros(texts, found.shape[-1]).to(found.device)
        counts = torch.zeros(texts).to(found.device)
        sums = sums.index_add(0, owner, (found * weights[..., None]).sum(dim=1))
        counts = counts.index_add(0, owner, weights.sum(dim=1))
        return sums / counts[:, None]

    def forward(self, states: Tensor, mask: Tensor, owner: Tensor, texts: int) -> Tensor:
        """Outputs (texts, outputs)."""
        outputs: Tensor = self.heads(self.dropout(self.pooled(states, mask, owner, texts)))
        return outputs
