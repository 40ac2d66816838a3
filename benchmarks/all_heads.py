"""``python -m benchmarks.all_heads KEPT``: contenders that learn all heads at once, as in service.

``--fine-tuned`` fits the encoder once a seed, by the settings that ``fenzhen train --fine-tune``
has unless others are given; broken off, it goes on after the last whole epoch.
``--unlabelled FILE`` distils the hybrid into the linear reader once a seed. Each seed learns from
nine training clues in ten. KEPT takes what they choose; ``benchmarks.quality --kept KEPT``
compares it.
"""

import argparse
import os
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import numpy as np

from benchmarks.answers import Labels
from benchmarks.learners import beside_linear
from benchmarks.sets import HEADS, composed, draw
from model.clue import Clue
from model.heads import Scores, split_outputs
from model.reading import Reading, read_clue
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.calibration import fit_calibration
from training.config import TrainingConfig
from training.dataset import Dataset, Targets, build_dataset
from training.distil import DistillingLearner, read_unlabelled, without_copies
from training.labelled import data_files, read_labelled
from training.learner import learner_for
from training.transformer.base import load_base
from training.transformer.fine_tuned import FineTunedLearner
from training.transformer.settings import TransformerConfig

Kept = dict[str, Labels]
"""Chosen labels (fits, texts) by contender and head, ``contender/head``."""

RECIPE = TransformerConfig(mode="fine_tuned")


def fine_tuned(dataset: Dataset, config: TrainingConfig, asked: list[Reading], seeds: int) -> Kept:
    """Alone and beside the linear reader, one fit a seed."""
    fits = [_fine_tuned_once(dataset, config, asked, seed) for seed in range(seeds)]
    return {name: np.concatenate([fit[name] for fit in fits]) for name in fits[0]}


def _fine_tuned_once(
    dataset: Dataset, config: TrainingConfig, asked: list[Reading], seed: int
) -> Kept:
    """Temperatures are fitted on the rows that the shares are fitted on."""
    labels = dataset.labels
    rows = draw(np.array(labels.modules)[dataset.targets.module], None, seed)
    seeded = config.model_copy(update={"seed": seed})
    learner = FineTunedLearner(dataset, seeded, load_base(config.transformer))
    found = beside_linear(dataset, seeded, learner, rows, asked)
    print(f"seed {seed}: linear + mixture × fine-tuned: {found.mixture}", flush=True)
    goals = found.targets
    return {
        **_chosen("fine-tuned", [found.alone], found.alone_checked, goals, dataset),
        **_chosen("stacked, fine-tuned", [found.stacked], found.stacked_checked, goals, dataset),
    }


def distilled(
    dataset: Dataset, config: TrainingConfig, asked: list[Reading], unlabelled: Path, seeds: int
) -> Kept:
    """One student a seed, on nine training clues in ten, whether or not the folds favour it."""
    taught = without_copies(read_unlabelled(unlabelled, load_signals(config.signals)), asked)
    teacher = learner_for(dataset, config.model_copy(update={"encoder": "hybrid"}))
    learner = DistillingLearner(dataset, config, teacher, taught)
    held_out = split_outputs(learner.score_out_of_fold(print), dataset.labels)
    truth = np.array(dataset.labels.modules)[dataset.targets.module]
    scores = [
        split_outputs(learner.score_readings(draw(truth, None, seed), asked), dataset.labels)
        for seed in range(seeds)
    ]
    return _chosen("linear, distilled", scores, held_out, dataset.targets, dataset)


def _chosen(
    name: str, asked: list[Scores], checked: Scores, targets: Targets, dataset: Dataset
) -> Kept:
    """The likeliest labels once calibrated, which decides the function given the module."""
    labels = dataset.labels
    calibration = fit_calibration(checked, targets, labels)
    found = [calibration.apply(scores, labels) for scores in asked]
    return {
        f"{name}/{head}": np.stack(
            [np.array(labels.codes(head))[getattr(one, head).argmax(axis=1)] for one in found]
        )
        for head in HEADS
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kept", type=Path)
    parser.add_argument("--real", type=Path)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--fine-tuned", action="store_true")
    which.add_argument("--unlabelled", type=Path)
    parser.add_argument("--layers", type=int, default=RECIPE.layers)
    parser.add_argument("--trained-layers", type=int, default=RECIPE.trained_layers)
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    names = ("layers", "trained_layers", "epochs")
    recipe = {name: getattr(arguments, name) for name in names}
    transformer = RECIPE.model_copy(update=recipe) if arguments.fine_tuned else TransformerConfig()
    config = TrainingConfig(seed=0, transformer=transformer)
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    clues = read_labelled(data_files(config.data), taxonomy)
    dataset = build_dataset(
        [item for item in clues if item.split == "train"], taxonomy, signals, config
    )
    asked = [
        read_clue(Clue(text=row["text"], title=row.get("title") or None), signals)
        for row in composed(arguments.real).asked
    ]
    if arguments.fine_tuned:
        found = fine_tuned(dataset, config, asked, arguments.seeds)
    else:
        found = distilled(dataset, config, asked, arguments.unlabelled, arguments.seeds)
    np.savez(arguments.kept, **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
