"""JSON Lines: labelled clues in our own columns, or an export of doccano."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from model.table_readers import scan_jsonl
from model.table_rows import BadRow, unusable
from model.tables import check_file
from training.axes import Axes
from training.exchange.columns import ANNOTATIONS, canonical_values
from training.exchange.entry import Entry, Found, Notice
from training.exchange.flat_labels import LABELLED, UnclearLabels, labels_by_axis
from training.labelled_clue import Mistake

_EVERYBODY = {"all", "unknown"}
"""Names that doccano gives to files which are no one person's."""

_OF_A_LABELLING = {"source", "labeller", "labelled_at", "note", ANNOTATIONS}


def scan_json_lines(path: Path, axes: Axes) -> Iterator[Found]:
    """Rows of either kind. Raises InvalidTable for a file that is unusable as a whole."""
    check_file(path)
    unlabelled = spans = 0
    classified = False
    for row in scan_jsonl(path):
        place = f"第 {row.number} 行"
        if isinstance(row, BadRow):
            yield Mistake("content", path.name, place, "", row.mistake)
            continue
        labels = row.values.get("label", row.values.get("labels"))
        if not isinstance(labels, list) or "module" in row.values:
            classified = True
            yield Entry(path.name, place, canonical_values(row.values))
        elif any(isinstance(label, list | dict) for label in labels):
            spans += 1
            said = "标注的是字词位置，不是线索分类，请改标或删去这一条"
            yield Mistake("content", path.name, place, "label", said)
        elif labels:
            classified = True
            yield _doccano(path, place, row.values, [str(label) for label in labels], axes)
        else:
            unlabelled += 1
    if spans and not classified:
        raise unusable(path, "是标注字词位置的 doccano 项目，不是线索分类，请确认选对了项目")
    if unlabelled:
        yield Notice(path.name, f"{unlabelled} 条还没有标注，已略过")


def _doccano(
    path: Path, place: str, content: Mapping[str, object], labels: list[str], axes: Axes
) -> Entry | Mistake:
    """The id of doccano's own database is no clue's; who labelled is the file's name.

    Where the labels are no longer those that went out, whoever gave them before did not give
    these, and of the time doccano says nothing: the day of the file stands for it.
    """
    meta = content.get("meta")
    values = {
        **(meta if isinstance(meta, dict) else {}),
        **{key: value for key, value in content.items() if key not in ("id", "label", "labels")},
    }
    try:
        found = labels_by_axis(labels, axes)
    except UnclearLabels as error:
        return Mistake("code", path.name, place, "label", str(error))
    known = canonical_values(values)
    before = known.pop(LABELLED, None)
    who = {} if path.stem in _EVERYBODY else {"labeller": path.stem}
    if isinstance(before, list) and set(before) != set(labels):
        known = {name: value for name, value in known.items() if name not in _OF_A_LABELLING}
        who["labelled_at"] = f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d}"
    return Entry(path.name, place, {**who, **known, **found})
