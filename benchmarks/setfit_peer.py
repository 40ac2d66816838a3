"""SetFit (Tunstall et al. 2022) on the encoder that fenzhen starts from."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import Contender, Labels
from benchmarks.texts import Texts

NAME = "SetFit"
_ITERATIONS = 1
_TOKENS = 128
_PREFIX = "query: "


def setfit_on(checkpoint: Path) -> Contender:
    """Contrastive pairs, then logistic regression, on all layers of a checkpoint in fp32.

    ``_ITERATIONS`` pair of either kind a text where the paper draws 20: on a CPU each costs
    as much as reading the text six times.
    """

    def setfit(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Labels:
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer
        from setfit import SetFitModel, Trainer, TrainingArguments
        from sklearn.linear_model import LogisticRegression

        from datasets import Dataset  # type: ignore[attr-defined]

        torch.manual_seed(seed)
        torch.set_num_threads(1)
        codes = np.unique(truth).tolist()
        with tempfile.TemporaryDirectory() as folder:
            _as_hub_folder(checkpoint, Path(folder))
            reader = Transformer(folder, max_seq_length=_TOKENS)
            pooling = Pooling(reader.get_embedding_dimension())
            body = SentenceTransformer(modules=[reader, pooling])
            model = SetFitModel(body, LogisticRegression(max_iter=1000), labels=codes)
            arguments = TrainingArguments(
                folder, batch_size=16, num_iterations=_ITERATIONS, num_epochs=1,
                max_length=_TOKENS, seed=seed, report_to="none", save_strategy="no",
            )  # fmt: skip
            lessons = Dataset.from_dict(
                {"text": [_PREFIX + text for text in seen.raw], "label": truth.tolist()}
            )
            Trainer(model=model, args=arguments, train_dataset=lessons).train()
        return np.array(model.predict([_PREFIX + text for text in asked.raw], batch_size=32))

    return setfit


def _as_hub_folder(checkpoint: Path, folder: Path) -> None:
    """A checkpoint of ours does not say what its special tokens are for."""
    from transformers import PreTrainedTokenizerFast

    for name in ("config.json", "model.safetensors"):
        shutil.copy(checkpoint / name, folder)
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(
        tokenizer_file=str(checkpoint / "tokenizer.json"),
        cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",  # noqa: S106
    ).save_pretrained(folder)  # fmt: skip
