"""What the model proposes for a clue and why, as a list of facts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from markupsafe import Markup

from model.triage import Label, Prediction, Triage, Unit
from serving.dashboard.views.moments import at_minute, days_until, time_left
from serving.dashboard.views.names import URGENCY_SIGNS, Names
from serving.queries.clue_detail import ClueDetail

Fact = tuple[str, Markup]

_STRONG = Markup('<div class="strong">{}</div>')
_SURE = Markup(
    '<div class="strong">{name} <span class="muted small figures">'
    '<span class="meter" aria-hidden="true"><i style="width:{share:.0f}%"></i></span>'
    "把握 {share:.0f}%</span></div>"
)
_OTHERS = Markup('<div class="others">{}</div>')


def facts(detail: ClueDetail, triage: Triage, names: Names, now: datetime) -> list[Fact]:
    """Name and content of each fact, the weightiest first."""
    return [
        ("紧急程度", _prediction(triage.urgency, badge=True)),
        ("模块", _module(triage)),
        ("承办职能", _prediction(triage.function)),
        ("承办单位", _unit(triage, names)),
        *_where_to(triage),
        ("期限", _deadlines(detail, triage, now)),
    ]


def facts_html(found: Iterable[Fact]) -> Markup:
    rows = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, content) for name, content in found
    )
    return Markup('<div class="facts"><dl>{}</dl></div>').format(rows)


def _prediction(prediction: Prediction, badge: bool = False) -> Markup:
    name: str | Markup = prediction.name
    if badge:
        name = Markup('<span class="badge {}">{} {}</span>').format(
            prediction.code, URGENCY_SIGNS.get(prediction.code, "●"), prediction.name
        )
    return _SURE.format(name=name, share=prediction.confidence * 100) + _lines(
        _alternatives(prediction)
    )


def _alternatives(prediction: Prediction) -> Iterator[str]:
    if prediction.alternatives:
        yield "其他可能：" + "、".join(map(_label, prediction.alternatives[:3]))
    others = [label for label in prediction.alternatives if label.code in prediction.candidates]
    if others:
        kept = "、".join([prediction.name, *(label.name for label in others)])
        yield f"不能排除：{kept}"


def _label(label: Label) -> str:
    return f"{label.name} {label.confidence:.0%}"


def _lines(lines: Iterable[str]) -> Markup:
    return Markup("").join(map(_OTHERS.format, lines))


def _module(triage: Triage) -> Markup:
    content = _prediction(triage.module)
    if triage.secondary_modules:
        content += _OTHERS.format("次要模块：" + "、".join(map(_label, triage.secondary_modules)))
    return content


def _unit(triage: Triage, names: Names) -> Markup:
    unit: Unit = triage.unit
    lines = [f"规则：{names.rule(unit.rule)}", f"依据：{unit.legal_basis}"]
    lines += [
        f"备选：{other.procuratorate.name}（{names.rule(other.rule)}）"
        for other in unit.alternatives
    ]
    lines += [f"协办：{other.name}（{other.legal_basis}）" for other in triage.assisting_units]
    return _STRONG.format(unit.name) + _lines(lines)


def _where_to(triage: Triage) -> Sequence[Fact]:
    if triage.where_to is None:
        return ()
    return [("去向", _STRONG.format(triage.where_to.name) + _OTHERS.format(triage.where_to.advice))]


def _deadlines(detail: ClueDetail, triage: Triage, now: datetime) -> Markup:
    limits = triage.deadlines
    if detail.looked_at is None:
        left = time_left(detail.first_look_by, now)
        first = Markup('{} <span class="figures {}">{}</span>').format(
            at_minute(detail.first_look_by), left.tone, left.words
        )
    else:
        kept = "按时" if detail.looked_at <= detail.first_look_by else "超期"
        first = Markup("{} 已看（{}）").format(at_minute(detail.looked_at), kept)
    rows = [
        Markup("<div>首次查看 {}</div>").format(first),
        Markup("<div>程序答复 {}（{}）</div>").format(
            limits.procedural_reply_by, days_until(limits.procedural_reply_by, now)
        ),
        Markup("<div>结果答复 {}（{}）</div>").format(
            limits.result_by, days_until(limits.result_by, now)
        ),
    ]
    basis = Markup(
        '<details class="others"><summary>期限的依据</summary>{}<br>{}</details>'
    ).format(limits.basis, limits.note or "")
    return Markup("").join([*rows, basis])
