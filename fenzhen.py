"""The ``fenzhen`` command. Each command imports what it needs when it runs, so all start fast."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serving.usage_errors import ChineseGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from model.clue import Clue
    from model.triager import Triager

app = typer.Typer(
    cls=ChineseGroup,
    help="分诊：读取群众提交的线索，建议归入的模块、紧急程度和承办单位。",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Model = Annotated[
    Path | None, typer.Option("--model", help="模型包文件夹，默认 var/bundle 或 FENZHEN_MODEL")
]
Title = Annotated[str | None, typer.Option(help="线索标题")]
Location = Annotated[str | None, typer.Option(help="表单中填写或定位得到的地点")]


@app.command()
def classify(
    text: Annotated[str | None, typer.Argument(metavar="正文", help="线索正文")] = None,
    title: Title = None,
    location: Location = None,
    input_file: Annotated[
        Path | None, typer.Option("--input", help="线索文件：.jsonl、.csv 或 .xlsx")
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output", help="结果文件：.jsonl 或 .xlsx；中断后重跑即接续")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
    model: Model = None,
) -> None:
    """分诊一件线索，或用 --input 与 --output 分诊一个文件。"""
    if (text is None) == (input_file is None) or (input_file is None) != (output_file is None):
        raise typer.BadParameter("请给出一段正文，或同时给出 --input 与 --output")
    if input_file is not None and output_file is not None:
        _classify_file(_triager(model), input_file, output_file, as_json)
        return
    from serving.show import show_triage

    clue = _clue(text or "", title, location)
    triager = _triager(model)
    triage = triager.triage(clue)
    if as_json:
        typer.echo(triage.model_dump_json(indent=2))
    else:
        show_triage(triage, triager.taxonomy, _console())


@app.command()
def explain(
    text: Annotated[str, typer.Argument(metavar="正文", help="线索正文")],
    title: Title = None,
    location: Location = None,
    model: Model = None,
) -> None:
    """标出判断所依据的字词和识别出的地点。"""
    from serving.show import explain_triage

    clue = _clue(text, title, location)
    explain_triage(clue.text, _triager(model).triage(clue), _console())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1（只限本机）")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000；0 为任选空闲端口")] = None,
    workers: Annotated[int | None, typer.Option(help="进程数，默认 1")] = None,
    first_clue: Annotated[
        bool, typer.Option("--first-clue", help="就绪后在终端展示第一件线索的分诊结果")
    ] = False,
    model: Model = None,
) -> None:
    """启动分诊服务。"""
    from serving.listen import bind, run
    from serving.settings import Settings

    given: dict[str, Any] = {"host": host, "port": port, "workers": workers, "model": model}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    listening = bind(settings.host, settings.port)
    address, actual = listening.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"分诊服务正在监听 http://{shown}:{actual} （接口文档 /docs，按 Ctrl+C 停止）")
    if not settings.production:
        typer.echo("开发模式：本机访问不需要密钥；正式使用请设置 FENZHEN_MODE=production")
    if first_clue:
        from serving.first_clue import show_when_ready

        show_when_ready(address, actual, Path(settings.model), _console())
    run(settings, listening)


_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def db(context: typer.Context) -> None:
    """数据库：升级、查看版本。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def key(context: typer.Context) -> None:
    """加密原文的密钥：生成、轮换。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def apikey(context: typer.Context) -> None:
    """接入系统的接口密钥：发放、轮换、停用。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def user(context: typer.Context) -> None:
    """使用看板的人员：添加、改密、改角色、停用。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def webhook(context: typer.Context) -> None:
    """向接入系统的通知：登记地址、重送。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def audit(context: typer.Context) -> None:
    """审计记录：校验。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def dashboard(context: typer.Context) -> None:
    """启动复核员的工作台。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def demo(context: typer.Context) -> None:
    """用演示数据看工作台的每一页，与真实数据库无关。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def purge(context: typer.Context) -> None:
    """清除到期的线索（先用 --dry-run 看会清除什么）。"""
    _operator(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def clue(context: typer.Context) -> None:
    """标记保留的线索：标记、解除、列出；到期也不清除。"""
    _operator(context)


@app.command()
def openapi() -> None:
    """输出接口的 OpenAPI 描述，供生成客户端和比对。"""
    import json

    from serving.app import create_app
    from serving.settings import Settings

    typer.echo(json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1))


def _operator(context: typer.Context) -> None:
    """Run a group of commands for those who run the service."""
    import importlib

    name, *command = _names(context)
    group = getattr(importlib.import_module(f"serving.commands.{name}"), name)
    status = group([*command, *context.args], prog_name=f"fenzhen {name}", standalone_mode=False)
    raise typer.Exit(status or 0)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def train(context: typer.Context) -> None:
    """用标注好的线索重新训练（需安装 train 附加组件）。"""
    _analyst(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def evaluate(context: typer.Context) -> None:
    """用标注数据给模型包打分（需安装 train 附加组件）。"""
    _analyst(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def doctor(context: typer.Context) -> None:
    """检查标注数据能不能用来训练（需安装 train 附加组件）。"""
    _analyst(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def data(context: typer.Context) -> None:
    """汇集、导出、比较标注数据，挑选待标注和可疑的线索（需安装 train 附加组件）。"""
    _analyst(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def monitor(context: typer.Context) -> None:
    """比较两段时间的来信与判断，看有没有变化（需安装 train 附加组件）。"""
    _analyst(context)


@app.command(add_help_option=False, context_settings=_PASSED_ON)
def compare(context: typer.Context) -> None:
    """比较两个模型，逐条说明能不能晋级（需安装 train 附加组件）。"""
    _analyst(context)


model_app = typer.Typer(cls=ChineseGroup, help="模型的登记、晋级与回退。", rich_markup_mode=None)
app.add_typer(model_app, name="model")


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def register(context: typer.Context) -> None:
    """把一个模型包登记为新版本，并列为挑战者（需安装 train 附加组件）。"""
    _analyst(context)


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def promote(context: typer.Context) -> None:
    """让一个通过评判的版本服役（需安装 train 附加组件）。"""
    _analyst(context)


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def use(context: typer.Context) -> None:
    """让运行中的服务改用一个模型包或登记的模型。"""
    _operator(context)


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def status(context: typer.Context) -> None:
    """显示服务选用过、启用过和未能启用的模型。"""
    _operator(context)


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def rollback(context: typer.Context) -> None:
    """退回上一个模型：用登记的模型时移回别名；否则、或加 --here，就地退回这个服务。"""
    here = "--here" in context.args
    (_operator if here or not _registry_decides() else _analyst)(context)


def _registry_decides() -> bool:
    """As ``FENZHEN_MODEL`` says; an analyst's machine, where it is not set, asks the registry."""
    import os

    if source := os.environ.get("FENZHEN_MODEL"):
        return source.startswith("models:/")
    try:
        from training.registry.references import can_go_back
    except ImportError:
        return False
    return can_go_back()


@model_app.command(add_help_option=False, context_settings=_PASSED_ON)
def history(context: typer.Context) -> None:
    """列出每一次登记、晋级、回退：谁、何时、为何（需安装 train 附加组件）。"""
    _analyst(context)


mlflow_app = typer.Typer(cls=ChineseGroup, help="训练记录。", rich_markup_mode=None)
app.add_typer(mlflow_app, name="mlflow")


@mlflow_app.command(add_help_option=False, context_settings=_PASSED_ON)
def sync(context: typer.Context) -> None:
    """把 MLflow 不可用时留在本机的训练记录补记进去。"""
    _analyst(context)


def _analyst(context: typer.Context) -> None:
    """Run a command of the ``train`` extra: its libraries are no part of serving."""
    import importlib

    from model.errors import FenzhenError

    names = _names(context)
    try:
        found = getattr(importlib.import_module(f"training.commands.{names[0]}"), names[-1])
    except ModuleNotFoundError as error:
        advice = 'pip install "fenzhen[train]"'
        raise FenzhenError(f"缺少训练所需的组件 {error.name}，请先运行 {advice}") from error
    command = found if isinstance(found, typer.Typer) else _single(found)
    program = f"fenzhen {' '.join(names)}"
    status = command(context.args, prog_name=program, standalone_mode=False)
    raise typer.Exit(status or 0)


def _single(function: "Callable[..., Any]") -> typer.Typer:
    command = typer.Typer(add_completion=False, rich_markup_mode=None)
    command.command()(function)
    return command


def _names(context: typer.Context) -> list[str]:
    """What was typed after ``fenzhen``: a command, or a group and one of its commands."""
    names: list[str] = []
    at: Any = context
    while at.parent is not None:
        names.insert(0, at.info_name)
        at = at.parent
    return names


def _classify_file(triager: "Triager", source: Path, output: Path, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from serving.classify_files import classify_file
    from serving.progress import tracked

    console = _console(stderr=True)
    summary = classify_file(triager, source, output, lambda rows: tracked(rows, console))
    if as_json:
        typer.echo(json.dumps(asdict(summary)))
        return
    before = summary.continued_after
    earlier = f"（其中 {before} 行为上次已完成）" if before else ""
    failed = f"，{summary.failed} 行有误，见输出中的 error" if summary.failed else ""
    typer.echo(f"共 {summary.rows} 行{earlier}{failed}，结果在 {output}")


def _clue(text: str, title: str | None, location: str | None) -> "Clue":
    from model.clue import Clue

    return Clue(text=text, title=title, location=location)


def _triager(folder: Path | None) -> "Triager":
    from model.triager import Triager
    from serving.settings import Settings

    return Triager.load(folder or Path(Settings().model))


def _console(stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr)


if __name__ == "__main__":
    app()
