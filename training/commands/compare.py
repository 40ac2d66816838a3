"""``fenzhen compare``: may this model take the other's place?"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from model.deadlines import SHANGHAI
from model.golden import parse_golden
from training.axes import label_names
from training.config import TrainingConfig
from training.evaluate import HEAD_NAMES
from training.judging.comparison import Compared, Comparison
from training.judging.comparison import compare as compare_models
from training.judging.contender import Contender
from training.judging.frozen import FrozenSet, freeze
from training.judging.gate import GATE, GateFile, load_gate
from training.judging.ruling import Ruling, now
from training.judging.shadow import Models as ShadowModels
from training.judging.shadow import judge_shadow, tally
from training.judging.verdict import Reason, judge
from training.registry.references import Models
from training.tracking.store import TrackingUnavailable, store_in_use

_DEFAULTS = TrainingConfig()
_SHOWN = (("macro_f1", "宏 F1"), ("accuracy", "准确率"), ("ece", "校准误差"))


def compare(
    challenger: Annotated[
        str, typer.Argument(metavar="挑战者", help="模型包文件夹、版本号或别名")
    ] = "challenger",
    champion: Annotated[
        str, typer.Argument(metavar="现役", help="同上；登记处没有现役模型时只查绝对门槛")
    ] = "champion",
    data: Annotated[
        list[Path] | None, typer.Option(help="冻结的标注线索，可重复；默认自带语料的测试集")
    ] = None,
    split: Annotated[
        Literal["train", "test"] | None, typer.Option(help="只用 split 列为此值的线索")
    ] = None,
    gate: Annotated[Path, typer.Option(help="晋级门槛；晋级只认默认的这份")] = GATE,
    shadow: Annotated[
        str | None, typer.Option(help="改用服务里存下的影子答复：数据库地址或服务网址")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """比较两个模型，逐条说明能不能晋级；不能时退出码为 1。"""
    limits, models = load_gate(gate), Models()
    new = Contender.load(challenger, models.folder(challenger))
    old = _champion(champion, models)
    console = Console(stderr=True)
    if shadow is not None:
        ruling = _by_shadow(shadow, new, old, limits)
    else:
        where = split or (None if data else "test")
        bundles = [contender.bundle for contender in (new, old) if contender]
        frozen = freeze(data or list(_DEFAULTS.data), where, bundles)
        for path in frozen.unrecorded:
            console.print(
                f"[yellow]模型包 {escape(str(path))} 没有记下学过哪些线索（早先的程序训练的），"
                "它学过的无法剔除，它的分数可能偏高；请用本版程序重新训练后再比较[/]",
                soft_wrap=True,
            )
        found, ruling = _by_frozen_set(new, old, frozen, limits, console)
        if not as_json:
            Console().print(_table(found, frozen, ruling))
    if as_json:
        typer.echo(ruling.as_json())
    else:
        _show(ruling.reasons, ruling.passed)
    _keep(ruling, models, gate, console)
    if not ruling.passed:
        raise typer.Exit(1)


def _champion(name: str, models: Models) -> Contender | None:
    """None where the registry has no champion yet."""
    if name == "champion" and not Path(name).is_dir() and models.find(name) is None:
        return None
    return Contender.load(name, models.folder(name))


def _by_frozen_set(
    new: Contender, old: Contender | None, frozen: FrozenSet, limits: GateFile, console: Console
) -> tuple[Comparison, Ruling]:
    golden = parse_golden(str(_DEFAULTS.golden), _DEFAULTS.golden.read_text(encoding="utf-8-sig"))
    total = len(frozen.clues) * (2 if old else 1)
    ticks = iter(track(range(total), "逐条回答", console=console, transient=True))
    found = compare_models(
        new,
        old,
        frozen,
        golden,
        limits.gate,
        datetime.now(SHANGHAI),
        lambda: _tick(ticks),
    )
    reasons = judge(found, limits.gate, label_names(new.triager.taxonomy))
    return found, _ruling(new, old, reasons, limits, "frozen", len(frozen.clues), frozen.sha256)


def _tick(ticks: Iterator[int]) -> None:
    next(ticks, None)


def _by_shadow(address: str, new: Contender, old: Contender | None, limits: GateFile) -> Ruling:
    from training.exchange.service_in import service_rows

    if old is None:
        raise typer.BadParameter("影子比较须有现役模型")
    versions = ShadowModels(new.triager.identity.version, old.triager.identity.version)
    counted = tally(
        service_rows(address, "answers"), service_rows(address, "labelled_clues"), versions
    )
    reasons = judge_shadow(counted, limits.gate.shadow)
    return _ruling(new, old, reasons, limits, "shadow", counted["module"].count, None)


def _ruling(
    new: Contender,
    old: Contender | None,
    reasons: Iterable[Reason],
    limits: GateFile,
    kind: Literal["frozen", "shadow"],
    clues: int,
    sha256: str | None,
) -> Ruling:
    kept = tuple(reasons)
    return Ruling(
        kind=kind,
        challenger=new.bundle.version,
        champion=old.bundle.version if old else None,
        passed=all(reason.passed for reason in kept),
        reasons=kept,
        clues=clues,
        clues_sha256=sha256,
        gate_version=limits.gate.version.isoformat(),
        gate_sha256=limits.sha256,
        at=now(),
    )


def _keep(ruling: Ruling, models: Models, gate: Path, console: Console) -> None:
    """With the registered version that was judged, if the registry is in use."""
    if not store_in_use():
        return
    try:
        version = models.catalogue.by_bundle(ruling.challenger)
        if version is None:
            console.print("结论没有登记：挑战者尚未登记（fenzhen model register）")
            return
        models.catalogue.keep_ruling(version, ruling)
    except TrackingUnavailable as error:
        console.print(f"[yellow]结论没有登记：{error.detail}，恢复后请重新比较[/]")
        return
    console.print(f"结论已记在{version.title}名下", highlight=False)
    if gate != GATE:
        console.print(f"晋级只认 {GATE} 的结论，这次用的是 {escape(str(gate))}", soft_wrap=True)


def _table(found: Comparison, frozen: FrozenSet, ruling: Ruling) -> Table:
    left_out = f"，另有 {frozen.known} 条参与过训练而未用" if frozen.known else ""
    table = Table(title=f"冻结集 {frozen.name}：{len(frozen.clues)} 条{left_out}")
    for column in ("", "现役", "挑战者", "差", "区间"):
        table.add_column(column, justify="right" if column else "left")
    rows = [
        (f"{head_name}{title}", f"{head}/{name}")
        for head, head_name in HEAD_NAMES.items()
        for name, title in _SHOWN
    ]
    rows += [
        ("特急警报召回", "critical_alarm/recall"),
        ("特急警报占全部", "critical_alarm/share"),
        ("承办单位一致", "routing/unit"),
        ("交人工复核", "review/asked"),
    ]
    for title, name in rows:
        table.add_row(title, *_cells(found.figures[name]))
    return table


def _cells(found: Compared) -> tuple[str, str, str, str]:
    by = found.difference
    if found.champion is None or by is None:
        return "–", f"{found.challenger.value:.3f}", "–", "–"
    return (
        f"{found.champion.value:.3f}",
        f"{found.challenger.value:.3f}",
        f"{by.value:+.3f}",
        f"{by.low:+.3f} 至 {by.high:+.3f}",
    )


def _show(reasons: Iterable[Reason], passed: bool) -> None:
    console = Console()
    for reason in reasons:
        mark = "[green]通过[/]" if reason.passed else "[red]不过[/]"
        console.print(f"{mark} {escape(reason.told)}", highlight=False, soft_wrap=True)
    console.print("结论：[green]可以晋级[/]" if passed else "结论：[red]不能晋级[/]")
