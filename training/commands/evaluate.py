"""``fenzhen evaluate``: how a bundle reads labelled clues it was not fitted on."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from model.bundle import read_bundle
from training.commands.scores import scores_table
from training.config import TrainingConfig
from training.evaluate import HEAD_NAMES
from training.held_out import HeldOut, evaluate_bundle, read_split
from training.labelled import data_files
from training.learned import learned_from

_DEFAULTS = TrainingConfig()
_SHOWN = 10


def evaluate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="文件…", help="标注数据文件或文件夹；默认自带语料"),
    ] = None,
    split: Annotated[
        Literal["train", "test"] | None,
        typer.Option(help="只评估 split 列为此值的线索；test 是从不参与训练的测试集"),
    ] = None,
    model: Annotated[Path, typer.Option(help="模型包文件夹")] = _DEFAULTS.output,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """用标注数据给模型包打分：各项准确率、各类召回、最常见的混淆。"""
    bundle = read_bundle(model)
    clues = read_split(bundle, data_files(tuple(files or _DEFAULTS.data)), split)
    found = evaluate_bundle(bundle, clues)
    learned = learned_from(bundle, [item.clue for item in clues])
    known = None if learned is None else int(learned.sum())
    if known != 0:
        _warn(known, len(clues))
    if as_json:
        content = {"metrics": found.metrics, "confusions": found.confusions, "learned_from": known}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        _show(found, Console(), f"{len(clues)} 条{'' if split is None else f'，{split} 集'}")


def _warn(known: int | None, asked: int) -> None:
    if known is None:
        told = "这个模型包没有记下学过哪些线索（早先的程序训练的），其中若有它学过的，成绩偏高"
    else:
        how = "全部" if known == asked else f"其中 {known} 条"
        told = f"{how}参与过训练（或与训练过的几乎相同），成绩因此偏高"
    Console(stderr=True).print(
        f"[yellow]{told}；要知道模型读新来信怎样，请用没有参与训练的线索，如 --split test[/]",
        soft_wrap=True,
    )


def _show(found: HeldOut, console: Console, what: str) -> None:
    console.print(scores_table(found.metrics, f"模型包成绩（{what}）"))
    for head, name in HEAD_NAMES.items():
        classes = found.metrics[head]["classes"].items()
        told = "  ".join(
            f"{code} {scores['recall']:.2f}/{scores['precision']:.2f}（{scores['n']}）"
            for code, scores in sorted(classes, key=lambda item: -item[1]["n"])
        )
        console.print(f"{name} 各类召回/精确（条数）：{told}", highlight=False, soft_wrap=True)
        confused = "  ".join(
            f"{truth}→{chosen} {count}" for truth, chosen, count in found.confusions[head][:_SHOWN]
        )
        console.print(f"{name} 常见混淆：{confused or '无'}", highlight=False, soft_wrap=True)
