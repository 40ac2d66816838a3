"""Labelled clues as analysts hand them in, read with every bad row reported at once."""

from collections.abc import Iterable
from pathlib import Path

from model.errors import InvalidTable
from model.tables import read_rows
from model.taxonomy import Taxonomy
from training.exchange.own_files import is_own
from training.labelled_clue import (
    CLUE_COLUMNS,
    COMPOSED,
    LABEL_COLUMNS,
    OTHER_COLUMNS,
    SERVICE,
    LabelledClue,
    Mistake,
    MistakeKind,
)
from training.parse_row import RowParser

__all__ = [
    "CLUE_COLUMNS",
    "COMPOSED",
    "LABEL_COLUMNS",
    "OTHER_COLUMNS",
    "SERVICE",
    "LabelledClue",
    "Mistake",
    "MistakeKind",
    "data_files",
    "files_in",
    "parse_labelled",
    "parts",
    "read_labelled",
]

_IMPORTED = "表头不同、出自其他工具的文件，请先用 fenzhen data import 读入，再用它写出的文件"

_TABLES = (".jsonl", ".csv", ".xlsx")


def read_labelled(paths: Iterable[Path], taxonomy: Taxonomy) -> list[LabelledClue]:
    """Read JSONL, CSV or Excel files of labelled clues, in order.

    Chinese label names are accepted for codes. Raises InvalidTable with every mistake of every
    file: file, row, column, what is wrong and what is allowed.
    """
    clues, mistakes = parse_labelled(paths, taxonomy)
    if mistakes:
        raise InvalidTable("标注数据", [str(mistake) for mistake in mistakes])
    return clues


def parts(clues: Iterable[LabelledClue]) -> tuple[list[LabelledClue], list[LabelledClue]]:
    """Those to learn from, and those of the test split."""
    learned: list[LabelledClue] = []
    held_out: list[LabelledClue] = []
    for item in clues:
        (held_out if item.split == "test" else learned).append(item)
    return learned, held_out


def parse_labelled(
    paths: Iterable[Path], taxonomy: Taxonomy
) -> tuple[list[LabelledClue], list[Mistake]]:
    """The clues that can be read, a repeated id included, and every mistake of every file.

    Raises InvalidTable for a file that cannot be read at all.
    """
    parser = RowParser(taxonomy)
    clues: list[LabelledClue] = []
    mistakes: list[Mistake] = []
    seen: dict[str, str] = {}
    for path in paths:
        try:
            rows = read_rows(path)
        except InvalidTable as error:
            *others, last = error.mistakes
            raise InvalidTable(error.source, [*others, f"{last}；{_IMPORTED}"]) from None
        absent = [c for c in LABEL_COLUMNS if not any(c in row.values for row in rows)]
        if absent:
            advice = f"缺少列 {'、'.join(absent)}，请补上标签后再训练"
            mistakes.append(Mistake("code", path.name, "", "", advice))
            continue
        for row in rows:
            found, wrong = parser.parse(row.values, path.name, f"第 {row.number} 行")
            mistakes += wrong
            if found is None:
                continue
            clues.append(found)
            identifier = found.clue.clue_id
            if identifier is None:
                continue
            if identifier in seen:
                advice = f"编号与{seen[identifier]}重复，请改为不同的编号"
                place = f"第 {row.number} 行"
                mistakes.append(Mistake("identifier", path.name, place, "clue_id", advice))
            seen.setdefault(identifier, found.where)
    return clues, mistakes


def data_files(paths: tuple[Path, ...]) -> list[Path]:
    """Files as given; a folder stands for its JSONL, CSV and Excel files in order of name.

    What fenzhen wrote beside them is left out. Raises InvalidTable for a folder without any.
    """
    return [path for path in files_in(paths, _TABLES) if not is_own(path)]


def files_in(paths: Iterable[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """Files as given; a folder stands for its files of these types in order of name.

    Excel's lock files (``~$…``) and hidden files are passed over. Raises InvalidTable for none, and
    for a path where nothing is.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.iterdir() if p.suffix.lower() in suffixes)
            inside = (p for p in inside if not p.name.startswith((".", "~$")))
            fresh = sorted(inside)
            if not fresh:
                told = "、".join(suffixes)
                raise InvalidTable("标注数据", [f"{path} 中没有 {told} 文件，请检查路径"])
            found += fresh
        elif path.exists():
            found.append(path)
        else:
            raise InvalidTable("标注数据", [f"找不到 {path}，请检查路径"])
    return found
