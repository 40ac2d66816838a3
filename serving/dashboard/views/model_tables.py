"""Models in tables: when each answered, what was chosen, and the shadow beside the champion."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from serving.dashboard.views.moments import at_minute
from serving.dashboard.views.names import HEADS, person
from serving.dashboard.views.shares import in_words
from serving.queries.operation import ModelChoice, ModelPeriod, ShadowComparison

_ROLES: Mapping[str, str] = {"champion": "正式", "shadow": "影子（只记录，不显示）"}
_ACTS: Mapping[str, str] = {
    "use": "选用", "rollback": "回退", "loaded": "已装入", "refused": "未能装入，仍用旧的",
}  # fmt: skip


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str | Markup]]) -> Markup:
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(map(Markup("<td>{}</td>").format, row)))
        for row in rows
    )
    head = Markup("").join(map(Markup("<th>{}</th>").format, heads))
    return Markup(
        '<div class="scroll"><table class="data"><caption>{}</caption><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(caption, head, body)


def periods_table(found: Iterable[ModelPeriod]) -> Markup:
    return _table(
        "答复过的模型", ("版本", "角色", "编码", "首次答复", "最近答复", "答复件数"),
        ((_hash(p.model_version), _ROLES.get(p.role, p.role), p.encoder, at_minute(p.first_at),
          at_minute(p.last_at), f"{p.answers:,}") for p in found),
    )  # fmt: skip


def choices_table(found: Iterable[ModelChoice]) -> Markup:
    return _table(
        "更换记录，新的在前", ("时间", "谁", "做了什么", "来源", "版本", "说明"),
        ((at_minute(c.at), person(c.actor), _ACTS.get(c.act, c.act), c.source,
          _hash(c.version or ""), c.detail) for c in found),
    )  # fmt: skip


def shadow_table(found: Iterable[ShadowComparison]) -> Markup:
    return _table(
        "同一批线索上的两个模型；判对以人工决定为准",
        ("判断", "影子版本", "与正式相同", "正式判对", "影子判对"),
        ((HEADS[s.head], _hash(s.model_version), in_words(s.agreeing), in_words(s.champion_right),
          in_words(s.shadow_right)) for s in found),
    )  # fmt: skip


def _hash(version: str) -> Markup:
    return Markup('<span class="hash" title="{}">{}</span>').format(version, version[:12])
