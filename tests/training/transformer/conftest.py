"""A few clues of every module and a tiny base model, on which training takes seconds."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny_bert import make_tiny_bert
from training.config import TrainingConfig
from training.run import TrainingOutcome, steps, train
from training.transformer.settings import TransformerConfig

_EACH = 26


@pytest.fixture(scope="session")
def few_clues(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shortest clues of each module and function, some of them dealt to the test split."""
    rows = [
        json.loads(line)
        for path in sorted((datasets / "clues").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    taken: Counter[str] = Counter()
    chosen = []
    for row in sorted(rows, key=lambda row: (len(row["text"]) < 12, len(row["text"]))):
        taken[row["module"]] += 1
        if taken[row["module"]] <= _EACH:
            chosen.append(row)
    file = tmp_path_factory.mktemp("few") / "few.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen), "utf-8")
    return file


@pytest.fixture(scope="session")
def tiny_base(few_clues: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny-bert"
    return make_tiny_bert(folder, [few_clues.read_text("utf-8")])


Tiny = Callable[[Path], TrainingConfig]


@pytest.fixture(scope="session")
def tiny(training_config: TrainingConfig, few_clues: Path, tiny_base: Path) -> Tiny:
    """The settings of a frozen hybrid of the tiny base that leaves its files in a folder."""
    return lambda folder: training_config.model_copy(
        update={
            "data": (few_clues,),
            "output": folder / "bundle",
            "encoder": "hybrid",
            "folds": 2,
            "learning_curve": False,
            "transformer": TransformerConfig(
                base_model=str(tiny_base),
                layers=3,
                window=64,
                windows=2,
                trained_layers=2,
                epochs=2,
                cache=folder / "cache",
            ),
        }
    )


@pytest.fixture
def tiny_config(tiny: Tiny, tmp_path: Path) -> TrainingConfig:
    return tiny(tmp_path)


@pytest.fixture(scope="session")
def hybrid(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> TrainingOutcome:
    """What training says and leaves; not to be altered."""
    config = tiny(tmp_path_factory.mktemp("hybrid"))
    told: list[str] = []
    outcome = train(config, told.append)
    assert len(told) <= steps(config)
    return outcome
