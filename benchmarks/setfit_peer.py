"""SetFit (Tunstall et al. 2022) on the encoder that fenzhen reads with."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import Contender, Labels, of_texts
from benchmarks.texts import Texts

_ITERATIONS = 1
_BATCH = 16
_MOST_STEPS = 44
_TOKENS = 128
_PREFIX = "query: "


def setfit_on(checkpoint: Path, layers: int) -> Contender:
    """Contrastive pairs, then logistic regression, on the first ``layers`` of a checkpoint.

    ``_ITERATIONS`` pair of either kind a text, at most ``_MOST_STEPS`` × ``_BATCH`` pairs, where
    the paper draws 20 a text: on a CPU each costs as much as reading the text six times. In fp32:
    learned in bfloat16 it reads two to five points worse.
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
        steps = min(_MOST_STEPS, -(-2 * _ITERATIONS * truth.size // _BATCH))
        with tempfile.TemporaryDirectory() as folder:
            _as_hub_folder(checkpoint, layers, Path(folder))
            reader = Transformer(folder, max_seq_length=_TOKENS)
            pooling = Pooling(reader.get_embedding_dimension())
            body = SentenceTransformer(modules=[reader, pooling])
            model = SetFitModel(body, LogisticRegression(max_iter=1000), labels=codes)
            arguments = TrainingArguments(
                folder, batch_size=_BATCH, num_iterations=_ITERATIONS, max_steps=steps,
                max_length=_TOKENS, seed=seed, report_to="none", save_strategy="no",
            )  # fmt: skip
            lessons = Dataset.from_dict(
                {"text": [_PREFIX + text for text in seen.raw], "label": truth.tolist()}
            )
            Trainer(model=model, args=arguments, train_dataset=lessons).train()
        return np.array(model.predict([_PREFIX + text for text in asked.raw], batch_size=32))

    return of_texts(setfit)


def _as_hub_folder(checkpoint: Path, layers: int, folder: Path) -> None:
    """A checkpoint of ours does not say what its special tokens are for. Without dropout, which is
    a third of the time of a step on a CPU and hardly matters in so few."""
    from transformers import PreTrainedTokenizerFast

    shutil.copy(checkpoint / "model.safetensors", folder)
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config |= {"num_hidden_layers": layers}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(
        tokenizer_file=str(checkpoint / "tokenizer.json"),
        cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",  # noqa: S106
    ).save_pretrained(folder)  # fmt: skip
