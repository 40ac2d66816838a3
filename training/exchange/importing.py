"""Files and the service's reviews → one body of labelled clues, and everything refused."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from model.errors import InvalidTable
from model.privacy import mask
from model.table_rows import unusable
from model.taxonomy import Taxonomy
from training.exchange.columns import ANNOTATIONS
from training.exchange.entry import Entry, Found, Notice
from training.exchange.json_lines_in import scan_json_lines
from training.exchange.label_studio_in import scan_label_studio
from training.exchange.masking import mask_labelled
from training.exchange.merge import Merge, Policy, merge, same_text
from training.exchange.own_files import is_own
from training.exchange.service_in import service_rows
from training.exchange.tables_in import scan_csv_labels, scan_workbook_labels
from training.labelled_clue import LABEL_COLUMNS, SERVICE, LabelledClue, Mistake
from training.parse_row import RowParser

SUFFIXES = (".jsonl", ".json", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import; ``rows`` counts the labellings read, refused ones included."""

    merge: Merge
    mistakes: list[Mistake]
    notices: list[Notice]
    rows: int

    @property
    def unusable_files(self) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if mistake.kind == "file"]


def import_labels(
    files: Iterable[Path],
    taxonomy: Taxonomy,
    *,
    service: str | None = None,
    policy: Policy = "service",
    mask: bool = True,
) -> Imported:
    """Read, examine and merge; writes nothing.

    A file that is unusable as a whole becomes one mistake of kind ``file``. A clue without id is
    named by its text, so that it bears the same id in every import. Raises ServiceUnavailable.
    """
    parser = RowParser(taxonomy)
    sources: list[Callable[[], Iterator[Found]]] = [partial(_scan, path, parser) for path in files]
    if service is not None:
        sources.append(partial(_reviews, service))
    labellings: list[LabelledClue] = []
    mistakes: list[Mistake] = []
    notices: list[Notice] = []
    rows = 0
    for scan in sources:
        batch = _Batch(parser, mask)
        try:
            for found in scan():
                batch.take(found)
        except InvalidTable as error:
            mistakes += [Mistake("file", error.source, "", "", said) for said in error.mistakes]
            continue
        labellings += batch.clues
        mistakes += batch.refused()
        notices += batch.notices
        rows += batch.rows
    merged = merge(_named(labellings), policy)
    return Imported(merged, [*mistakes, *merged.mistakes], notices, rows)


def _scan(path: Path, parser: RowParser) -> Iterator[Found]:
    if is_own(path):
        return iter([Notice(path.name, "是 fenzhen 自己写的报告或清单，不是标注，已略过")])
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return scan_csv_labels(path)
    if suffix == ".xlsx":
        return scan_workbook_labels(path)
    if suffix == ".json":
        return scan_label_studio(path)
    if suffix == ".jsonl":
        return scan_json_lines(path, parser.axes)
    raise unusable(path, f"不认识的文件类型“{path.suffix}”，请用 {'、'.join(SUFFIXES)}")


def _reviews(address: str) -> Iterator[Found]:
    for number, row in enumerate(service_rows(address, "labelled_clues"), start=1):
        yield Entry("服务复核记录", f"第 {number} 条", {**row, "source": SERVICE})


class _Batch:
    """The labellings and mistakes of one source, until it is read to its end."""

    def __init__(self, parser: RowParser, mask: bool) -> None:
        self.clues: list[LabelledClue] = []
        self._notices: list[Notice] = []
        self._unlabelled: Counter[str] = Counter()
        self._entries = 0
        self._refused: set[tuple[str, str]] = set()
        self._mistakes: list[Mistake] = []
        self._parser = parser
        self._mask = mask
        self._foreign: str | None = None
        self._familiar = False

    def take(self, found: Found) -> None:
        if isinstance(found, Notice):
            self._notices.append(found)
            return
        if isinstance(found, Entry) and not _is_labelled(found):
            self._unlabelled[found.file] += 1
            return
        if isinstance(found, Mistake):
            self._mistakes.append(found)
            self._refused.add((found.file, found.place))
            return
        self._entries += 1
        for values in _each_annotation(found):
            item, wrong = self._parser.parse(values, found.file, found.place)
            self._mistakes += wrong
            if item is None:
                self._look_for_strangers(values)
                continue
            self._familiar = True
            self.clues.append(mask_labelled(item) if self._mask else item)

    @property
    def rows(self) -> int:
        """A row that its reader refused counts once, whatever was wrong with it."""
        return self._entries + len(self._refused)

    @property
    def notices(self) -> list[Notice]:
        """What the reader told, and how many rows bear no label yet."""
        told = [Notice(f, f"{n} 行还没有标注，已略过") for f, n in self._unlabelled.items()]
        return [*self._notices, *told]

    def refused(self) -> list[Mistake]:
        """Every mistake; a single one when no label of the source is of this taxonomy."""
        if self._foreign is None or self._familiar or self.clues:
            return self._mistakes
        said = f"没有一行的标签属于本口径（如“{self._foreign}”），像是另一个项目的导出"
        return [Mistake("file", self._mistakes[0].file, "", "", said)]

    def _look_for_strangers(self, values: Iterable[str] | dict[str, object]) -> None:
        labels = [str(values[c]) for c in LABEL_COLUMNS if isinstance(values, dict) and c in values]
        if any(self._parser.axes.axes_of(label) for label in labels):
            self._familiar = True
        elif labels and len(labels[0]) <= 20:
            self._foreign = self._foreign or mask(labels[0]).text


def _is_labelled(entry: Entry) -> bool:
    columns = (*LABEL_COLUMNS, "secondary_modules", ANNOTATIONS)
    return any(entry.values.get(column) not in (None, "", []) for column in columns)


def _each_annotation(entry: Entry) -> Iterator[dict[str, object]]:
    """One set of values a labelling: a row of ours may hold those of several people."""
    values = dict(entry.values)
    several = values.pop(ANNOTATIONS, None)
    if isinstance(several, str):
        try:
            several = json.loads(several)
        except ValueError:
            several = None
    if not isinstance(several, list) or not several:
        yield values
        return
    labels = {*LABEL_COLUMNS, "secondary_modules", "source", "labeller", "labelled_at", "note"}
    clue = {column: value for column, value in values.items() if column not in labels}
    for annotation in several:
        yield {**clue, **(annotation if isinstance(annotation, dict) else {})}


def _named(labellings: Sequence[LabelledClue]) -> list[LabelledClue]:
    """Every clue with an id: its own, else that of a clue with the same text, else its text's."""
    known: dict[str, str] = {}
    for item in labellings:
        if item.clue.clue_id:
            known.setdefault(same_text(item.clue.text), item.clue.clue_id)
    return [item if item.clue.clue_id else _with_id(item, known) for item in labellings]


def _with_id(item: LabelledClue, known: dict[str, str]) -> LabelledClue:
    text = same_text(item.clue.text)
    identifier = known.get(text) or f"T-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    default = item.where.rpartition(" 第 ")[2]
    group = identifier if item.author_group.startswith(f"第 {default}-") else item.author_group
    clue = item.clue.model_copy(update={"clue_id": identifier})
    return replace(item, clue=clue, author_group=group)
