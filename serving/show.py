"""A triage on the terminal, in Chinese."""

import unicodedata
from collections.abc import Iterator

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from model.taxonomy import Taxonomy
from model.triage import Label, Prediction, Triage

HEADS = {
    "module": ("模块", "bold cyan"),
    "urgency": ("紧急程度", "bold red"),
    "function": ("承办职能", "bold green"),
    "secondary_modules": ("次要模块", "bold magenta"),
    "danger": ("人身危险", "bold white on red"),
}
_MISSING = {"place": "地点", "time": "时间"}


def show_triage(triage: Triage, taxonomy: Taxonomy, console: Console) -> None:
    """Print what a triage says, one line a fact."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _facts(triage, taxonomy):
        table.add_row(name, Text(value))
    console.print(table)


def explain_triage(text: str, triage: Triage, console: Console) -> None:
    """Print the text with its evidence marked by head and its places underlined, then the weights.

    The marks are words as well as colours, so that it reads the same without colour.
    """
    console.print(Group(_marked(text, triage), "", _weights(triage)))


def _facts(triage: Triage, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    yield from _prediction_facts("模块", triage.module)
    if triage.secondary_modules:
        yield "次要模块", "、".join(map(_label, triage.secondary_modules))
    yield from _prediction_facts("紧急程度", triage.urgency)
    yield from _prediction_facts("承办职能", triage.function)
    yield from _unit_facts(triage, taxonomy)
    if triage.where_to is not None:
        yield "去向", f"{triage.where_to.name}：{triage.where_to.advice}"
    yield from _deadline_facts(triage)
    if triage.missing:
        yield "缺少", "、".join(_MISSING.get(code, code) for code in triage.missing)
    yield from _review_facts(triage, taxonomy)
    yield "模型", f"{triage.model.name} {triage.model.version}（{triage.model.encoder}）"


def _prediction_facts(name: str, prediction: Prediction) -> Iterator[tuple[str, str]]:
    yield name, _label(prediction)
    if prediction.alternatives:
        yield "", "其他可能：" + "、".join(map(_label, prediction.alternatives))


def _label(label: Label) -> str:
    return f"{label.name}（{label.confidence:.0%}）"


def _unit_facts(triage: Triage, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    rules = {rule.id: rule.name for rule in taxonomy.jurisdiction}
    unit = triage.unit
    yield "承办单位", unit.name
    yield "", f"依据：{rules.get(unit.rule, unit.rule)}（{unit.legal_basis}）"
    for other in unit.alternatives:
        yield "", f"备选：{other.procuratorate.name}，{rules.get(other.rule, other.rule)}"
    for assisting in triage.assisting_units:
        yield "协办单位", f"{assisting.name}（{assisting.legal_basis}）"


def _deadline_facts(triage: Triage) -> Iterator[tuple[str, str]]:
    deadlines = triage.deadlines
    yield "期限", f"{deadlines.first_look_by:%Y-%m-%d %H:%M} 前首次查看"
    yield "", f"{deadlines.procedural_reply_by} 前程序性答复，{deadlines.result_by} 前答复结果"
    yield "", f"依据：{deadlines.basis}"
    if deadlines.note:
        yield "", deadlines.note


def _review_facts(triage: Triage, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    yield "人工复核", "需要" if triage.needs_review else "不需要"
    for code in triage.reasons:
        reason = taxonomy.review_reason_by_code.get(code)
        yield "", f"{reason.name}：{reason.advice}" if reason else code


def _marked(text: str, triage: Triage) -> Text:
    marked = Text(_harmless(text))
    notes: dict[int, list[str]] = {}
    for place in triage.places:
        marked.stylize("underline", place.start, place.end)
        notes.setdefault(place.end, []).append("地点")
    for evidence in triage.evidence:
        name, style = HEADS[evidence.head]
        marked.stylize(style, evidence.start, evidence.end)
        notes.setdefault(evidence.end, []).append(name)
    ends = sorted(notes)
    pieces = marked.divide(ends)
    whole = Text()
    for piece, end in zip(pieces, [*ends, None], strict=True):
        whole.append_text(piece)
        if end is not None:
            whole.append(f"〔{'、'.join(notes[end])}〕", "dim")
    return whole


def _weights(triage: Triage) -> Table:
    table = Table("判断", "结论", "依据的字词", "权重", box=None, padding=(0, 2))
    conclusions = {head: getattr(triage, head) for head in ("module", "urgency", "function")}
    for evidence in sorted(triage.evidence, key=lambda found: (found.head, -found.weight)):
        name, style = HEADS[evidence.head]
        conclusion = conclusions.get(evidence.head)
        table.add_row(
            Text(name, style),
            conclusion.name if conclusion else "",
            Text(_harmless(evidence.text), style),
            f"{evidence.weight:.2f}",
        )
    return table


def _harmless(text: str) -> str:
    """The text, character for character, without what would steer a terminal."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    steers = unicodedata.category(character) in ("Cc", "Cf") and character != "\n"
    return " " if steers else character
