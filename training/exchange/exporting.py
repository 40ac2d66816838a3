"""Merged clues, or clues still to be labelled, out to each tool that people label with."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from model.table_writers import write_jsonl, write_together
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.exchange.csv_cells import csv_cell
from training.exchange.flat_labels import LABELLED, flat_labels
from training.exchange.label_studio_out import flat_tasks, labelling_configuration, tasks
from training.exchange.merge import Merged
from training.exchange.own_files import LABEL_TYPES
from training.exchange.proposal import Proposal
from training.exchange.rows_out import to_row
from training.exchange.workbook_out import write_workbook

Format = Literal["jsonl", "csv", "excel", "label-studio", "label-studio-min", "doccano"]
SUFFIX_OF: dict[Format, str] = {
    "jsonl": ".jsonl",
    "csv": ".csv",
    "excel": ".xlsx",
    "label-studio": ".json",
    "label-studio-min": ".json",
    "doccano": ".jsonl",
}
Encoding = Literal["utf-8-sig", "utf-8", "gb18030"]


@dataclass(frozen=True, slots=True)
class Job:
    """One clue to write: its row, its labellings if any, what the model proposes, and columns that
    only the reader of a worklist needs (shown, never read back)."""

    row: Mapping[str, object]
    merged: Merged | None = None
    proposal: Proposal | None = None
    beside: Mapping[str, object] = field(default_factory=dict)


def labelled_jobs(clues: Iterable[Merged]) -> list[Job]:
    """Jobs of clues that are labelled."""
    return [Job(to_row(merged), merged) for merged in clues]


def export(
    jobs: Sequence[Job],
    path: Path,
    chosen: Format,
    taxonomy: Taxonomy,
    encoding: Encoding = "utf-8-sig",
) -> list[Path]:
    """Write the file and what its tool needs beside it; all of them or none.

    Returns the paths. Label Studio gets a labelling configuration, doccano its label types.
    """
    writers: dict[Path, Callable[[Path], None]] = {}
    if chosen == "jsonl":
        writers[path] = lambda to: write_jsonl(to, [job.row for job in jobs])
    elif chosen == "csv":
        writers[path] = lambda to: _write_csv(to, jobs, encoding)
    elif chosen == "excel":
        rows = [(job.row, job.beside) for job in jobs]
        writers[path] = lambda to: write_workbook(to, rows, taxonomy)
    elif chosen == "doccano":
        writers[path.with_suffix(LABEL_TYPES)] = lambda to: _write_json(to, _label_types(taxonomy))
        writers[path] = lambda to: write_jsonl(to, _doccano_rows(jobs))
    else:
        shape = tasks if chosen == "label-studio" else flat_tasks
        content = shape([(job.row, job.merged, job.proposal) for job in jobs])
        configuration = labelling_configuration(taxonomy)
        writers[path.with_suffix(".config.xml")] = lambda to: _write_text(to, configuration)
        writers[path] = lambda to: _write_json(to, content)
    write_together(writers)
    return list(writers)


def _write_csv(path: Path, jobs: Sequence[Job], encoding: Encoding) -> None:
    rows = [{**job.row, **job.beside} for job in jobs]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)


def _doccano_rows(jobs: Sequence[Job]) -> list[dict[str, object]]:
    """Labels with their head in front; everything else is metadata that doccano keeps.

    ``labelled`` repeats the labels, so that whatever is changed there is told from the rest.
    Every row has every column: doccano 1.8 reads the file as one table, and a column that a row
    lacks becomes NaN, which its database refuses with the whole file.
    """
    labels = {"module", "secondary_modules", "urgency", "function"}
    names = [name for job in jobs for name in job.row if name not in labels]
    rows = []
    for job in jobs:
        kept = {name: value for name, value in job.row.items() if name not in labels}
        told = [] if job.merged is None else flat_labels(job.merged.settled)
        rows.append({**dict.fromkeys(names, ""), **kept, LABELLED: told, "label": told})
    return rows


def _label_types(taxonomy: Taxonomy) -> list[dict[str, object]]:
    names = Axes(taxonomy).names
    return [
        {"text": f"{head}:{code}", "backgroundColor": "#209cee", "textColor": "#ffffff"}
        for head in ("module", "urgency", "function", "secondary_modules")
        for code in names[head]
    ]


def _write_json(path: Path, content: object) -> None:
    _write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _write_text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
