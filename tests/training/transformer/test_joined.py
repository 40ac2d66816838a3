"""n-grams and the frozen encoder's state, fitted together and read apart."""

import numpy as np
import pytest

from model.heads import HEADS
from model.hybrid_reader import HybridReader
from model.reader import joined_outputs
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.labelled import read_labelled
from training.learner import learner_for


@pytest.mark.slow
def test_the_reader_says_what_its_folds_were_judged_by(tiny_config: TrainingConfig) -> None:
    taxonomy = load_taxonomy(tiny_config.taxonomy)
    clues = read_labelled([*tiny_config.data], taxonomy)
    dataset = build_dataset(clues, taxonomy, load_signals(tiny_config.signals), tiny_config)
    learner = learner_for(dataset, tiny_config)
    learner.score_out_of_fold(lambda _: None)
    some, every = dataset.readings[:20], np.arange(len(clues))
    reader = learner.learn(lambda _: None)
    judged = learner.score_readings(every, some)
    assert np.allclose(joined_outputs(reader, some), judged, atol=1e-4)
    assert isinstance(reader, HybridReader)
    assert dict(reader.mixture) == dict.fromkeys(HEADS, 1.0)
    assert np.abs(reader.transformer.heads.weights).max() > 0
