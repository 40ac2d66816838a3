"""``fenzhen data suggest``: the clues whose labels would teach the model most."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from model.clue import Clue
from model.taxonomy import load_taxonomy
from training.axes import Axes
from training.config import TrainingConfig
from training.exchange.exporting import SUFFIX_OF, Format, Job, export
from training.labelled import data_files, read_labelled
from training.unlabelled import answered_clues, read_unlabelled

if TYPE_CHECKING:
    from training.suggest.choose import Kind
    from training.suggest.suggest import Suggestion

_DEFAULTS = TrainingConfig()
_KINDS: "dict[Kind, str]" = {"emergency": "可能特急", "worth": "最值得标", "control": "随机对照"}


def suggest_data(
    count: Annotated[int, typer.Option("-n", help="挑几条", min=1, max=10_000)] = 100,
    unlabelled: Annotated[
        Path | None, typer.Option(help="未标注的线索：.jsonl、.csv 或 .xlsx，只需正文列")
    ] = None,
    from_service: Annotated[
        str | None,
        typer.Option(help="从服务中取尚未人工复核的线索：sqlite:///… postgresql://… http(s)://…"),
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="已标注的数据，可重复；默认自带语料")
    ] = None,
    model: Annotated[Path, typer.Option(help="模型包文件夹")] = _DEFAULTS.output,
    second_model: Annotated[
        Path | None, typer.Option(help="另一种模型包；两者判断不同的优先")
    ] = None,
    output: Annotated[Path, typer.Option(help="写到哪个文件")] = Path("待标注.xlsx"),
    chosen: Annotated[Format, typer.Option("--format", help="同 fenzhen data export")] = "excel",
    seed: Annotated[int, typer.Option(help="随机种子")] = _DEFAULTS.seed,
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
) -> None:
    """挑选最值得标注的线索：先是可能特急的，再是模型最拿不准、最少见的，一成随机对照。"""
    from training.suggest.suggest import ID_TAKEN, suggest

    if (unlabelled is None) == (from_service is None):
        raise typer.BadParameter("请用 --unlabelled 或 --from-service 给出待选的线索，二选一")
    if output.suffix != SUFFIX_OF[chosen]:
        raise typer.BadParameter(f"--format {chosen} 请把 --output 写成 {SUFFIX_OF[chosen]} 文件")
    labels = load_taxonomy(taxonomy)
    with Console(stderr=True).status("读取") as status:
        labelled = read_labelled(data_files(tuple(data or _DEFAULTS.data)), labels)
        found = suggest(
            _candidates(unlabelled, from_service),
            labelled,
            model,
            second=second_model,
            count=count,
            seed=seed,
            names=Axes(labels).names,
            advance=status.update,
        )
        written = export([_job(item) for item in found], output, chosen, labels)
    kinds = Counter(item.kind for item in found)
    told = "，".join(f"{_KINDS[kind]} {kinds[kind]} 条" for kind in _KINDS if kinds[kind])
    typer.echo(f"选出 {len(found)} 条（{told}），写入 {'、'.join(map(str, written))}")
    if taken := [str(item.clue.clue_id) for item in found if ID_TAKEN in item.why]:
        typer.echo(f"提示：{len(taken)} 条的{ID_TAKEN}：{'、'.join(taken[:10])}")
    for item in found[:3]:
        typer.echo(f"    {item.clue.clue_id or '（无编号）'}：{'；'.join(item.why)}")


def _candidates(unlabelled: Path | None, service: str | None) -> list[Clue]:
    from training.suggest.suggest import NothingToLabel

    if unlabelled is not None:
        found, none = read_unlabelled(unlabelled), f"{unlabelled.name} 里没有一行线索，请另选文件"
    else:
        found, none = answered_clues(str(service)), "服务里没有等待复核的线索"
    if not found:
        raise NothingToLabel(none)
    return found


def _job(item: "Suggestion") -> Job:
    """The label columns stay empty: what a model proposes is no label until a person says so."""
    content = item.clue.model_dump(mode="json", exclude_none=True)
    return Job(
        row=content,
        proposal=item.reading.proposal(),
        beside={"类别": _KINDS[item.kind], "理由": "；".join(item.why)},
    )
