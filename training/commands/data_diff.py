"""``fenzhen data diff``: what changed between two versions of a dataset."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from model.taxonomy import load_taxonomy
from training.axes import AXIS_NAMES
from training.config import TrainingConfig
from training.exchange.version import (
    Difference,
    Relabelled,
    compare_datasets,
    dataset_version,
)
from training.labelled import data_files, read_labelled

_DEFAULTS = TrainingConfig()
_SHOWN = 20


def diff(
    first: Annotated[Path, typer.Argument(metavar="甲", help="标注数据文件或文件夹")],
    second: Annotated[Path, typer.Argument(metavar="乙", help="标注数据文件或文件夹")],
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，列出全部编号")] = False,
) -> None:
    """比较两份标注数据：增加、删去、改了标签、正文、划分或作者组的线索。"""
    labels = load_taxonomy(taxonomy)
    before, after = (read_labelled(data_files((path,)), labels) for path in (first, second))
    found = compare_datasets(before, after)
    versions = [dataset_version(clues) for clues in (before, after)]
    if as_json:
        typer.echo(
            json.dumps({"versions": versions, **asdict(found)}, ensure_ascii=False, indent=2)
        )
        return
    typer.echo(
        f"甲 {len(before)} 条，版本 {versions[0][:16]}；乙 {len(after)} 条，版本 {versions[1][:16]}"
    )
    if found.nothing:
        typer.echo("两份数据相同")
        return
    _show(found)


def _show(found: Difference) -> None:
    for title, names in (
        ("增加", found.added),
        ("删去", found.removed),
        ("改了正文或字段", found.reworded),
        ("改了划分", found.dealt_anew),
        ("改了作者组", found.regrouped),
    ):
        if names:
            more = f" 等，另有 {len(names) - _SHOWN} 条" if len(names) > _SHOWN else ""
            typer.echo(f"{title} {len(names)} 条：{'、'.join(names[:_SHOWN])}{more}")
    if not found.relabelled:
        return
    clues = dict.fromkeys(change.clue for change in found.relabelled)
    typer.echo(f"改了标签 {len(clues)} 条：")
    moves = Counter(map(_move, found.relabelled))
    for move, count in moves.most_common(_SHOWN):
        head, before, after = move
        same = [c.clue for c in found.relabelled if _move(c) == move]
        more = " 等" if count > 5 else ""
        told = f"{AXIS_NAMES[head]} {before} → {after} {count} 条：{'、'.join(same[:5])}{more}"
        typer.echo(f"    {told}")


def _move(change: Relabelled) -> tuple[str, str, str]:
    return change.head, change.before or "无", change.after or "无"
