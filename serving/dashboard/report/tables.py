"""What a report says, as tables that any form of it can show."""

from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """``columns`` beginning with # hold numbers, with % shares in [0, 1]; ``note`` says how to
    read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def kinds(self) -> tuple[str, ...]:
        return tuple(column[0] if column[0] in "#%" else "" for column in self.columns)

    def names(self) -> tuple[str, ...]:
        return tuple(column.lstrip("#%") for column in self.columns)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """``made_at`` in Asia/Shanghai, ready to print."""

    title: str
    made_at: str
    demonstration: bool
    tables: tuple[ReportTable, ...]


def shown(value: Cell, kind: str) -> str:
    """A cell in words, as it stands on a page."""
    if value is None:
        return "—"
    if kind == "%" and isinstance(value, int | float):
        return f"{value * 100:.1f}%"
    return f"{value:,}" if isinstance(value, int) else str(value)
