"""What staff edit and a bundle carries: read once and checked before any work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from model.configuration import read_configuration
from model.errors import InvalidConfiguration
from model.gazetteer import parse_gazetteer
from model.golden import parse_golden
from model.signals import Signals, parse_signals
from model.taxonomy import Taxonomy, parse_taxonomy
from model.working_days import parse_calendar
from training.config import TrainingConfig, check_urgencies


@dataclass(frozen=True, slots=True)
class ConfigurationFiles:
    """``files`` by their place in the bundle, as they were when they were checked."""

    files: Mapping[str, bytes]
    taxonomy: Taxonomy
    signals: Signals


def read_configuration_files(config: TrainingConfig) -> ConfigurationFiles:
    """Raises InvalidConfiguration for the first file that the finished bundle could not be loaded
    with, and for settings that do not go with the taxonomy."""
    texts = {
        name: read_configuration(path)
        for name, path in (
            ("taxonomy.yaml", config.taxonomy),
            ("calendar.yaml", config.calendar),
            ("signals.yaml", config.signals),
            ("golden.jsonl", config.golden),
        )
    }
    taxonomy = parse_taxonomy(str(config.taxonomy), texts["taxonomy.yaml"])
    check_urgencies(config, tuple(taxonomy.urgency_by_code))
    signals = parse_signals(str(config.signals), texts["signals.yaml"])
    parse_calendar(str(config.calendar), texts["calendar.yaml"])
    parse_golden(str(config.golden), texts["golden.jsonl"])
    tables = dict(_tables(config.gazetteer))
    parse_gazetteer(str(config.gazetteer), tables)
    files = {name: text.encode() for name, text in texts.items()}
    files |= {f"gazetteer/{name}": content for name, content in tables.items()}
    return ConfigurationFiles(files, taxonomy, signals)


def _tables(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob("*.csv")):
        try:
            yield path.name, path.read_bytes()
        except OSError as error:
            raise InvalidConfiguration(str(path), ["无法读取该文件，请检查权限"]) from error
