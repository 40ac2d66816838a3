"""One bundle, trained once from the shipped clues, for every test that needs a real model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.triager import Triager
from training.config import TrainingConfig
from training.run import TrainingOutcome, train

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def service_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test leaves anything in the repository, in whichever process it serves."""
    folder = tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FENZHEN_DATABASE_URL", f"sqlite:///{folder / 'fenzhen.db'}")
        patch.setenv("FENZHEN_FILES", str(folder / "files"))
        yield


@pytest.fixture(scope="session")
def datasets() -> Path:
    return REPOSITORY / "datasets"


@pytest.fixture(scope="session")
def training_config(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingConfig:
    return TrainingConfig(
        data=(datasets / "clues",),
        taxonomy=datasets / "taxonomy.yaml",
        calendar=datasets / "calendar.yaml",
        signals=datasets / "signals.yaml",
        gazetteer=datasets / "gazetteer",
        golden=datasets / "golden.jsonl",
        output=tmp_path_factory.mktemp("trained") / "bundle",
    )


@pytest.fixture(scope="session")
def outcome(training_config: TrainingConfig) -> TrainingOutcome:
    return train(training_config, lambda _: None)


@pytest.fixture(scope="session")
def bundle(outcome: TrainingOutcome) -> Path:
    return outcome.bundle


@pytest.fixture(scope="session")
def triager(bundle: Path) -> Triager:
    return Triager.load(bundle)
