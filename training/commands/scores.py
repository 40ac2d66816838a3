"""The table of scores that training and evaluation print."""

from typing import Any

from rich.table import Table

from training.evaluate import HEAD_NAMES


def scores_table(found: dict[str, Any], title: str) -> Table:
    """One row per head from ``training.evaluate.summary`` with its alarm."""
    table = Table(title=title)
    for column in (
        "",
        "准确率",
        "宏 F1",
        "ECE",
        "覆盖",
        "集大小",
        "放行率",
        "放行准",
    ):
        table.add_column(column, justify="right" if column else "left")
    for head, name in HEAD_NAMES.items():
        scores = found[head]
        passed = scores["gate_accuracy"]
        table.add_row(
            name,
            f"{scores['accuracy']:.3f}",
            f"{scores['macro_f1']:.3f}",
            f"{scores['ece']:.3f}",
            f"{scores['conformal_coverage']:.3f}",
            f"{scores['conformal_size']:.2f}",
            f"{scores['gate_coverage']:.3f}",
            "无" if passed is None else f"{passed:.3f}",
        )
    alarm = found["critical_alarm"]
    table.caption = (
        f"特急警报：召回 {alarm['recall']:.3f}，精确 {alarm['precision']:.3f}，"
        f"占全部 {alarm['share']:.1%}（特急 {alarm['n']} 条）"
    )
    return table
