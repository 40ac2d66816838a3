"""``fenzhen data``: everything that is done to labelled clues before a model learns from them."""

import typer

from training.commands.data_diff import diff
from training.commands.data_doubt import doubt
from training.commands.data_export import export_data
from training.commands.data_import import import_data
from training.commands.data_suggest import suggest_data

data = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="汇集、导出、比较标注数据，挑选待标注和可疑的线索。",
)
data.command("import")(import_data)
data.command("export")(export_data)
data.command("diff")(diff)
data.command("suggest")(suggest_data)
data.command("doubt")(doubt)
