"""Every check on files of labelled clues, in the order in which one mends them."""

from collections.abc import Sequence
from pathlib import Path

from model.errors import InvalidTable
from model.signals import Signals, load_signals
from model.tables import TEXT_COLUMN, read_rows
from model.taxonomy import Taxonomy, load_taxonomy
from training.axes import label_names
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.doctor.copies import check_copies
from training.doctor.doubts import check_doubts
from training.doctor.finding import Finding
from training.doctor.labels import check_balance, check_missing_ids, check_mistakes
from training.doctor.private import check_personal_data
from training.doctor.profile import check_profile
from training.labelled import LabelledClue, data_files, parse_labelled
from training.learner import Advance, score_out_of_fold


def examine(config: TrainingConfig, like: Path | None, advance: Advance) -> list[Finding]:
    """Examine ``config.data`` as one body of data; ``like`` is a file of texts to compare with.

    Raises InvalidTable for a file that cannot be read at all.
    """
    advance("读取文件")
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    clues, mistakes = parse_labelled(data_files(config.data), taxonomy)
    reference = None if like is None else _texts(like)
    advance("检查标签与编号")
    findings = [
        *check_mistakes(mistakes),
        check_missing_ids(clues),
        check_balance(clues, taxonomy),
    ]
    advance("查找重复与近似")
    findings += check_copies(clues, signals)
    advance("查找个人信息")
    findings.append(check_personal_data(clues))
    if clues:
        findings.append(check_profile([item.clue.text for item in clues], reference))
    findings.append(_doubts(clues, taxonomy, signals, config, advance))
    return findings


def _doubts(
    clues: Sequence[LabelledClue],
    taxonomy: Taxonomy,
    signals: Signals,
    config: TrainingConfig,
    advance: Advance,
) -> Finding:
    try:
        dataset = build_dataset(clues, taxonomy, signals, config)
    except InvalidTable as error:
        advice = f"未检查：{'；'.join(error.mistakes)}"
        return Finding("label_doubts", "可疑标签", "warn", advice)
    scores = score_out_of_fold(dataset, config, advance)
    return check_doubts(clues, dataset, scores, label_names(taxonomy))


def _texts(path: Path) -> list[str]:
    texts = [row.values.get(TEXT_COLUMN) for row in read_rows(path)]
    return [text for text in texts if isinstance(text, str)]
