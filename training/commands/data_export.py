"""``fenzhen data export``: labelled clues out to a tool that people label with."""

from pathlib import Path
from typing import Annotated

import typer

from model.errors import InvalidTable
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.exchange.exporting import SUFFIX_OF, Encoding, Format, export, labelled_jobs
from training.exchange.importing import SUFFIXES, import_labels
from training.labelled import files_in

_DEFAULTS = TrainingConfig()


def export_data(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="文件…", help="标注数据文件或文件夹；默认自带语料"),
    ] = None,
    output: Annotated[Path, typer.Option(help="写到哪个文件")] = Path("export.xlsx"),
    chosen: Annotated[
        Format,
        typer.Option(
            "--format",
            help="excel 带下拉列表；label-studio 另写标注界面配置（.config.xml）；"
            "doccano 另写标签清单（.labels.json）",
        ),
    ] = "excel",
    encoding: Annotated[Encoding, typer.Option(help="CSV 的编码；utf-8-sig 供 Excel 打开")] = (
        "utf-8-sig"
    ),
    mask: Annotated[bool, typer.Option(help="是否遮盖个人信息，默认遮盖")] = True,
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
) -> None:
    """导出标注数据；一处有误则什么也不写。"""
    suffix = SUFFIX_OF[chosen]
    if output.suffix != suffix:
        raise typer.BadParameter(f"--format {chosen} 请把 --output 写成 {suffix} 文件")
    labels = load_taxonomy(taxonomy)
    found = import_labels(files_in(files or _DEFAULTS.data, SUFFIXES), labels, mask=mask)
    if found.mistakes:
        raise InvalidTable("标注数据", [str(mistake) for mistake in found.mistakes])
    written = export(labelled_jobs(found.merge.clues), output, chosen, labels, encoding)
    typer.echo(f"写出 {len(found.merge.clues)} 条：{'、'.join(map(str, written))}")
