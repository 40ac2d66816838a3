"""The taxonomy that ships, an importer under it, and a small corpus that trains in seconds."""

from pathlib import Path

import pytest
from label_files import Importer

from model.taxonomy import Taxonomy, load_taxonomy
from training.config import TrainingConfig
from training.exchange.importing import Imported, import_labels
from training.run import TrainingOutcome, train


@pytest.fixture(scope="session")
def taxonomy(datasets: Path) -> Taxonomy:
    return load_taxonomy(datasets / "taxonomy.yaml")


@pytest.fixture
def read(taxonomy: Taxonomy) -> Importer:
    def importing(*files: Path, **options: object) -> Imported:
        return import_labels(files, taxonomy, **options)  # type: ignore[arg-type]

    return importing


@pytest.fixture(scope="session")
def small(
    datasets: Path, training_config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory
) -> TrainingConfig:
    """Every eighth shipped clue, three folds, no learning curve."""
    folder = tmp_path_factory.mktemp("small")
    lines = [
        line
        for path in sorted((datasets / "clues").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    (folder / "小语料.jsonl").write_text("\n".join(lines[::8]) + "\n", encoding="utf-8")
    return training_config.model_copy(
        update={
            "data": (folder / "小语料.jsonl",),
            "output": folder / "bundle",
            "folds": 3,
            "learning_curve": False,
            "resamples": 200,
        }
    )


@pytest.fixture(scope="session")
def small_outcome(small: TrainingConfig) -> TrainingOutcome:
    """A run on the small corpus."""
    return train(small, lambda _: None)


@pytest.fixture(scope="session")
def weak(small_outcome: TrainingOutcome) -> Path:
    """A bundle that has seen an eighth of the clues."""
    return small_outcome.bundle
