"""The taxonomy that ships, and an importer under it."""

from pathlib import Path

import pytest
from label_files import Importer

from model.taxonomy import Taxonomy, load_taxonomy
from training.exchange.importing import Imported, import_labels


@pytest.fixture(scope="session")
def taxonomy(datasets: Path) -> Taxonomy:
    return load_taxonomy(datasets / "taxonomy.yaml")


@pytest.fixture
def read(taxonomy: Taxonomy) -> Importer:
    def importing(*files: Path, **options: object) -> Imported:
        return import_labels(files, taxonomy, **options)  # type: ignore[arg-type]

    return importing
