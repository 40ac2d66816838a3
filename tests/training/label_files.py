"""Files of labels as offices and labelling tools hand them in, for the tests."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from openpyxl import Workbook

from training.exchange.importing import Imported

HEADER = ["clue_id", "text", "module", "urgency", "function"]
SEWAGE = "工厂夜里偷排污水，河里的鱼都死了"
BULLYING = "孩子在学校门口被高年级学生打了三次，老师不管"
HEATING = "暖气不热，物业说管道老化"
Importer = Callable[..., Imported]


def row(identifier: str = "001", text: str = SEWAGE, **other: object) -> dict[str, object]:
    return {
        "clue_id": identifier,
        "text": text,
        "module": "public_interest",
        "urgency": "urgent",
        "function": "public_interest_litigation",
    } | other


def workbook(path: Path, *rows: Sequence[object], merge: Sequence[str] = ()) -> Path:
    book = Workbook()
    assert book.active is not None
    for cells in rows:
        book.active.append(list(cells))
    for cells in merge:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def json_lines(path: Path, *rows: object) -> Path:
    content = "".join(json.dumps(found, ensure_ascii=False) + "\n" for found in rows)
    path.write_text(content, encoding="utf-8")
    return path
