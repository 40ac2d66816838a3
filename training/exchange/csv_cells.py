"""Cells of a CSV file that no spreadsheet takes for a formula."""

import json

from model.table_writers import FORMULA_STARTS


def csv_cell(value: object) -> str:
    """Text that no spreadsheet runs: what it would take for a formula begins with ' (OWASP, CSV
    injection). Lists of labels are parted by ;."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    text = (
        value
        if isinstance(value, str)
        else ""
        if value is None
        else json.dumps(value, ensure_ascii=False)
    )
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def csv_cell_read(text: str) -> str:
    """What ``csv_cell`` wrote."""
    quoted = text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS)
    return text[1:] if quoted else text
