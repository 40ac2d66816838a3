"""``fenzhen data doubt``: a worklist of labels to look at again."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from model.errors import InvalidTable
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.axes import AXIS_NAMES, label_names
from training.config import TrainingConfig
from training.exchange.exporting import Job, export
from training.exchange.masking import mask_labelled
from training.exchange.merge import Merged
from training.exchange.rows_out import to_row
from training.labelled import data_files, read_labelled
from training.moments import SHANGHAI

if TYPE_CHECKING:
    from training.doubt.worklist import Doubtful

_DEFAULTS = TrainingConfig()
_CHECKS = Path("datasets/label_checks.yaml")


def doubt(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="文件…", help="标注数据文件或文件夹；默认自带语料"),
    ] = None,
    output: Annotated[Path, typer.Option(help="待复查清单（.xlsx）")] = Path("待复查.xlsx"),
    count: Annotated[int, typer.Option("-n", help="最多列几条，最可疑的在前", min=1)] = 200,
    checks: Annotated[Path, typer.Option(help="标签与原文对照的规则")] = _CHECKS,
    mask: Annotated[bool, typer.Option(help="是否遮盖个人信息，默认遮盖")] = True,
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
) -> None:
    """找出可疑的标签：与其他线索不合的、近似而标得不同的、与规则不合的。

    清单可直接在 Excel 里改，改完用 fenzhen data import 原数据 清单.xlsx 合并，以清单为准。
    """
    from training.dataset import build_dataset
    from training.doubt.rules import load_label_checks
    from training.doubt.worklist import worklist
    from training.learner import score_out_of_fold

    if output.suffix != ".xlsx":
        raise typer.BadParameter("--output 请写成 .xlsx 文件")
    config = TrainingConfig(data=tuple(files or _DEFAULTS.data), taxonomy=taxonomy)
    labels, signals = load_taxonomy(taxonomy), load_signals(config.signals)
    rules = load_label_checks(checks, labels)
    clues, names = read_labelled(data_files(config.data), labels), label_names(labels)
    console = Console(stderr=True)
    with console.status("交叉验证") as status:
        try:
            dataset = build_dataset(clues, labels, signals, config)
        except InvalidTable as error:
            console.print(f"未作交叉验证：{'；'.join(error.mistakes)}", soft_wrap=True)
            found = worklist(clues, None, None, rules, signals, names)
        else:
            scores = score_out_of_fold(dataset, config, status.update)
            found = worklist(clues, dataset, scores, rules, signals, names)
    shown = found[:count]
    export([_job(doubtful, names, mask) for doubtful in shown], output, "excel", labels)
    typer.echo(f"可疑 {len(found)} 条，列出最可疑的 {len(shown)} 条，写入 {output}")
    for doubtful in shown[:5]:
        told = "；".join(one.why for one in doubtful.doubts)
        Console(soft_wrap=True, highlight=False).print(
            f"    {escape(doubtful.item.name)} {escape(told)}"
        )


def _job(doubtful: "Doubtful", names: Mapping[str, str], mask: bool) -> Job:
    """The row as it is labelled, to be signed and dated by whoever looks at it again: the later
    date makes it stand when it is imported beside the old labels."""
    item = mask_labelled(doubtful.item) if mask else doubtful.item
    row = to_row(Merged(item, (item,)))
    row.pop("labeller", None)
    row["labelled_at"] = datetime.now(SHANGHAI).isoformat(timespec="seconds")
    likelier = [
        f"{AXIS_NAMES[one.head]}：{names[one.likelier]}" for one in doubtful.doubts if one.likelier
    ]
    beside = {"疑点": "；".join(one.why for one in doubtful.doubts), "更像": "；".join(likelier)}
    return Job(row=row, beside=beside)
